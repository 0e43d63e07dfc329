//! Exports of what a Kinesis stream has delivered.

mod entry_sorter;
mod stream_entry;
mod stream_export;
mod stream_source;

pub use stream_export::{StreamExportArgs, export_streams};
