//! Records as files: the lines of exports and what is made of them.

mod dynamodb_json;
mod exported_record;
mod output_file;
mod record_date;

pub use exported_record::{ExportedRecord, ParsedLine, RecordError};
pub use record_date::RecordDate;
