//! Records as files: the lines of exports and what is made of them.

mod batch_tracker;
mod counted_client;
mod dataset_reader;
mod dynamodb_json;
mod entry_sorter;
mod export;
mod export_args;
mod export_output;
mod export_report;
mod export_summary;
mod exported_record;
mod given_identities;
mod identity_lister;
mod identity_reader;
mod identity_source;
mod input_file;
mod journal;
mod journal_entry;
mod json_values;
mod output_file;
mod previous_export;
mod record_date;
mod record_file;
mod record_writer;
mod response_members;
mod shard;
mod split_output;
mod stream_entry;
mod stream_export;
mod stream_source;
mod text_set;

pub use export::export;
pub use export_args::{ExportArgs, IdentitySelection, OutputArgs};
pub use exported_record::{ExportedRecord, ParsedLine, RecordError};
pub use record_date::RecordDate;
pub use record_file::RecordFile;
pub use record_writer::{
    LeftOutRecord, OutputCommit, RecordFormat, RecordWriter, WrittenTotals, left_out_path,
};
pub use shard::Shard;
pub use split_output::{first_file, parse_split_size, remove_output};
pub use stream_export::{StreamExportArgs, export_streams};
pub use stream_source::{StreamRecords, StreamSummary, UnreadPayload, read_streams};
