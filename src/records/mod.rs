//! Records as files: the lines of exports and what is made of them.

mod closable_stdout;
mod counted_client;
mod dataset_reader;
mod dynamodb_json;
mod export;
mod exported_record;
mod file_sync;
mod given_identities;
mod identity_lister;
mod identity_map;
mod identity_source;
mod import;
mod input_file;
mod journal_file;
mod json_values;
mod output_file;
mod pool_clients;
mod record_date;
mod record_file;
mod record_groups;
mod record_writer;
mod response_members;
mod run_failures;
mod seconds;
mod shard;
mod split_output;
mod stream;
mod text_set;
mod verify;

pub use export::{ExportArgs, IdentitySelection, OutputArgs, export};
pub use import::{ConflictPolicy, ImportArgs, import};
pub use record_writer::RecordFormat;
pub use shard::Shard;
pub use split_output::parse_split_size;
pub use stream::{StreamExportArgs, export_streams};
pub use verify::{VerifyArgs, VerifyFormat, verify};
