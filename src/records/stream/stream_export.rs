//! `export --from-stream`: the records that a Kinesis stream has delivered, without a call.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::stream_source::{StreamSummary, read_streams};
use crate::command_context::{CommandContext, CommandReport};
use crate::error::{Error, Result};
use crate::output;
use crate::records::OutputArgs;
use crate::records::export::{journal_path, replace_file, summary_path};
use crate::records::exported_record::ExportedRecord;
use crate::records::record_writer::{RecordWriter, left_out_path};
use crate::records::split_output::{first_file, remove, remove_output};

/// Exit status if payloads were not read.
const NOT_WHOLE: u8 = 254;

/// How many records are written at once.
const BLOCK_RECORDS: usize = 1024;

/// The arguments of an export of what a stream has delivered.
#[derive(Debug)]
pub struct StreamExportArgs {
    /// `--from-stream`
    pub files: Vec<PathBuf>,
    /// `--deleted`
    pub include_deleted: bool,
    /// Where the records go.
    pub output: OutputArgs,
}

/// Writes the newest versions of the records in the files. Nothing is written before all files are
/// read.
pub fn export_streams(
    args: &StreamExportArgs,
    context: &CommandContext<'_>,
    stdout: &mut dyn Write,
) -> Result<CommandReport> {
    let to = args.output.to.as_deref();
    if let Some(path) = to {
        check_output(path, args)?;
    }
    let directory = match to.and_then(Path::parent) {
        Some(folder) if folder != Path::new("") => folder.to_path_buf(),
        Some(_) => PathBuf::from("."),
        None => context.environment.get("TMPDIR").unwrap_or("/tmp").into(),
    };
    let (records, summary) = read_streams(&args.files, &directory)?;
    let mut writer = match to {
        None => RecordWriter::to_stream(stdout, args.output.format),
        Some(path) => {
            if args.output.restart {
                remove_output(path, args.output.split.is_some())?;
                remove(&left_out_path(path))?;
            }
            RecordWriter::create(path, args.output.format, args.output.split)?
        }
    };
    if let Err(error) = write(records, args.include_deleted, &mut writer) {
        // Without a journal, nothing would tell a part from the whole.
        writer.discard()?;
        return Err(error);
    }
    conclude(args, context, &writer, &summary)
}

/// Writes the records, those of an identity together as far as they fit a block.
pub(super) fn write(
    records: impl Iterator<Item = Result<ExportedRecord>>,
    include_deleted: bool,
    writer: &mut RecordWriter<'_>,
) -> Result<()> {
    let mut block: Vec<ExportedRecord> = Vec::new();
    for record in records {
        let record = record?;
        if record.value.is_none() && !include_deleted {
            continue;
        }
        let is_next = block
            .last()
            .is_some_and(|last| last.identity_id != record.identity_id);
        if is_next || block.len() >= BLOCK_RECORDS {
            writer.write(&block)?;
            block.clear();
        }
        block.push(record);
        if writer.is_closed() {
            return Ok(());
        }
    }
    writer.write(&block)?;
    writer.finish().map(drop)
}

fn conclude(
    args: &StreamExportArgs,
    context: &CommandContext<'_>,
    writer: &RecordWriter<'_>,
    read: &StreamSummary,
) -> Result<CommandReport> {
    let stderr = &context.stderr;
    for payload in &read.unread_payloads {
        stderr.write_line(&format!(
            "not read: the records of {} {}, which the stream has behind a URL",
            payload.identity_id.escape_debug(),
            payload.dataset_name.escape_debug()
        ));
    }
    for record in writer.left_out() {
        stderr.write_line(&format!("left out: {record}"));
    }
    let written = writer.totals();
    let summary = json!({
        "Complete": read.unread == 0,
        "Files": writer.file_count(),
        "Deliveries": read.deliveries,
        "Changes": read.changes,
        "UnreadDeliveries": read.unread,
        "Records": written.records,
        "DataBytes": written.data_bytes,
        "LeftOutRecords": written.left_out,
    });
    let summary = output::render_json(&summary);
    let stdout = match &args.output.to {
        None => String::new(),
        Some(path) => {
            replace_file(&summary_path(path), &summary)?;
            summary
        }
    };
    Ok(CommandReport {
        stdout,
        status: if read.unread == 0 { 0 } else { NOT_WHOLE },
    })
}

/// Rejects an output that must not be replaced.
fn check_output(path: &Path, args: &StreamExportArgs) -> Result<()> {
    let is_split = args.output.split.is_some();
    let journal = journal_path(path);
    if journal.symlink_metadata().is_ok() {
        return Err(Error::parameter(format!(
            "--to: '{}' belongs to the export of an identity pool. Choose another file.",
            journal.display()
        )));
    }
    let canonical = |path: &Path| path.canonicalize().ok();
    let output = canonical(&first_file(path, is_split));
    let is_output = |file: &&PathBuf| output.is_some() && canonical(file) == output;
    match args.files.iter().find(is_output) {
        Some(file) => Err(Error::parameter(format!(
            "--from-stream and --to both name '{}'. Choose another file with --to.",
            file.display()
        ))),
        None if args.output.restart => Ok(()),
        None => check_absent(path, is_split),
    }
}

/// Rejects an output that exists.
fn check_absent(path: &Path, is_split: bool) -> Result<()> {
    let files = [first_file(path, is_split), left_out_path(path)];
    match files.iter().find(|file| file.symlink_metadata().is_ok()) {
        None => Ok(()),
        Some(file) => Err(Error::parameter(format!(
            "--to: '{}' exists. Choose another file, or replace this one with --restart.",
            file.display()
        ))),
    }
}
