//! `export`: writes the records of an identity pool to files. Defines and parses its arguments;
//! `records` runs it.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches};

use super::args::{self, option, path, switch, value_of, values_of};
use super::record_args::{self, DATASET, IDENTITY_POOL_ID, LIST_RATE, ONLY_AUTHENTICATED, SHARD};
use crate::cli::command::Command;
use crate::cli::global_args::GlobalArgs;
use crate::cli::subcommand::{Detail, Subcommand, SubcommandId};
use crate::error::{Error, Result};
use crate::records::{
    ExportArgs, IdentitySelection, OutputArgs, RecordFormat, StreamExportArgs, parse_split_size,
};

pub(super) const EXPORT: Subcommand = Subcommand {
    id: SubcommandId::Export,
    name: "export",
    doc: "Write all records of an identity pool to a file.",
    details: &[
        Detail::Text(
            "Reads the datasets of all identities, or of those given, and writes one JSON object a \
             record with the names of the API. The identities of a pool are listed by Cognito \
             Identity (ListIdentities; AWS_ENDPOINT_URL_COGNITO_IDENTITY is its endpoint), and \
             exported while the list goes on. The records of a dataset stay together, in the order of \
             their keys. A dataset that changes while it is read is read again, up to five times.",
        ),
        Detail::Text(
            "With `--to FILE`, the export can be continued: `FILE.journal` says what of FILE counts, \
             and the same command line goes on after an interrupt, a crash or a failure, without gaps \
             or duplicates. The summary on standard output and in `FILE.summary.json` says whether the \
             export is complete. `FILE.failed` has the ids of identities that could not be read, for \
             `--identities`. The name of a FILE that ends with `.gz` compresses it. Without `--to`, \
             records go to standard output, and nothing can be continued.",
        ),
        Detail::Text(
            "Throttling slows the export down, but makes nothing fail. AWS bills an export as sync \
             operations: a list of datasets for each identity, and a list of records for each dataset.",
        ),
        Detail::Text(
            "`--since FILE` writes only datasets that have changed since the export to FILE. It \
             compares what ListDatasets says with the journal of that export, and the sync counts of \
             datasets that look changed. Such a dataset is written whole. What was removed since then \
             appears only with `--deleted`, which writes removed records, too, without a value; \
             datasets and identities that were deleted do not appear.",
        ),
        Detail::Text(
            "`--from-stream FILE` reads what a Kinesis stream has delivered, such as after \
             `bulk-publish`, or the outbox of `serve`, and makes no request. The records are the same, \
             but without `LastModifiedBy`, which a stream does not have.",
        ),
        Detail::Text(
            "Several workers share a pool with `--shard I/N`. An identity belongs to the shard that the \
             64-bit FNV-1a hash of its id has modulo N, plus 1. Each worker lists all identities; \
             `--identities FILE` spares that. The topic `migration` has more.",
        ),
        Detail::Text("The summary has these members; counts include runs that this one continued:"),
        Detail::Members(&SUMMARY),
        Detail::Text(
            "The exit status is 0 if everything was exported, 254 if identities failed, and 130 after \
             SIGINT (Ctrl-C), which lets the identities under way finish; a second one ends it at once.",
        ),
    ],
    globals: &args::GLOBALS_WITHOUT_OUTPUT,
    args: arguments,
};

const SUMMARY: [(&str, &str); 18] = [
    ("IdentityPoolId", "The identity pool."),
    ("Complete", "Whether everything was exported."),
    ("Files", "The number of files."),
    ("Identities", "Identities that were read."),
    (
        "EmptyIdentities",
        "Those of them without datasets to export.",
    ),
    ("FailedIdentities", "Identities that could not be read."),
    ("Datasets", "Datasets that were written."),
    (
        "UnchangedDatasets",
        "Datasets that have not changed since the export that `--since` names.",
    ),
    (
        "InconsistentDatasets",
        "Datasets that changed while they were read, each time.",
    ),
    ("Records", "Records that were written."),
    ("DataBytes", "The bytes of their keys and values."),
    ("LeftOutRecords", "Records that the format cannot hold."),
    ("DurationSeconds", "The duration of this run."),
    ("Requests", "The requests of this run."),
    (
        "ThrottledRequests",
        "Those of them that the service throttled.",
    ),
    (
        "Deliveries",
        "With `--from-stream`: records of the stream, each with changes of a dataset.",
    ),
    ("Changes", "With `--from-stream`: the changes in them."),
    (
        "UnreadDeliveries",
        "With `--from-stream`: those whose changes are behind a URL.",
    ),
];

const IDENTITY_ID: &str = "identity-id";
const IDENTITIES: &str = "identities";
const DELETED: &str = "deleted";
const SINCE: &str = "since";
const TO: &str = "to";
const FORMAT: &str = "format";
const SPLIT: &str = "split";
const RESTART: &str = "restart";
const FROM_STREAM: &str = "from-stream";

/// The options that `--from-stream` leaves without meaning.
const OF_POOL: [&str; 8] = [
    IDENTITY_POOL_ID,
    IDENTITY_ID,
    IDENTITIES,
    ONLY_AUTHENTICATED,
    DATASET,
    SHARD,
    SINCE,
    LIST_RATE,
];

fn arguments() -> Vec<Arg> {
    vec![
        option(IDENTITY_POOL_ID, "ID", "Identity pool to export."),
        option(IDENTITY_ID, "ID", "Identity to export, in place of all. Several ids may follow, and the option may be repeated.")
            .action(ArgAction::Append)
            .num_args(1..),
        option(IDENTITIES, "FILE", "File with the ids of the identities to export, one a line; `-` is standard input. Empty lines and lines that begin with `#` are skipped."),
        switch(ONLY_AUTHENTICATED, "Leave out identities without logins."),
        option(DATASET, "NAME", "Dataset to export, in place of all. Several names may follow, and the option may be repeated.")
            .action(ArgAction::Append)
            .num_args(1..),
        switch(DELETED, "Write removed records, too, with null as their value."),
        path(TO, "FILE", "File to write to; `-` is standard output."),
        option(FORMAT, "FORMAT", "Format of the records: JSON objects with the names of the API, or items of DynamoDB.")
            .value_parser(RecordFormat::ALL.map(RecordFormat::name))
            .default_value(RecordFormat::Ndjson.name()),
        option(SPLIT, "SIZE", "Write several files of at most this size, such as `500MB`, with a number in their names.")
            .value_parser(parse_split_size),
        record_args::identity_concurrency(),
        record_args::list_rate("Requests a second that list identities. Default: `5`, which is the quota of AWS, divided by N with `--shard I/N`, since the workers share the quota."),
        record_args::shard("Export part I of N of the identities."),
        path(SINCE, "FILE", "Export only datasets that have changed since the export to this file."),
        switch(RESTART, "Remove the files of an earlier export and export everything again."),
        path(FROM_STREAM, "FILE", "Write what a Kinesis stream has delivered to these files, in place of an identity pool.")
            .action(ArgAction::Append)
            .num_args(1..),
    ]
}

/// Parses the arguments.
pub(in crate::cli) fn parse(matches: &ArgMatches, globals: &GlobalArgs) -> Result<Command> {
    let include_deleted = matches.get_flag(DELETED);
    let output = parse_output(matches)?;
    let streams: Vec<PathBuf> = values_of(matches, FROM_STREAM);
    if !streams.is_empty() {
        let is_given = |name: &&&str| {
            let source = matches.value_source(name);
            source == Some(clap::parser::ValueSource::CommandLine)
        };
        if let Some(other) = OF_POOL.iter().find(is_given) {
            return Err(Error::parameter(format!(
                "--{other} cannot be used with --{FROM_STREAM}, which reads files and no identity \
                 pool. Leave one of them out."
            )));
        }
        return Ok(Command::ExportStreams(Box::new(StreamExportArgs {
            files: streams,
            include_deleted,
            output,
        })));
    }
    let shard = value_of(matches, SHARD);
    Ok(Command::Export(Box::new(ExportArgs {
        settings: globals.checked()?.settings,
        identity_pool_id: parse_pool(matches)?,
        identities: parse_selection(matches)?,
        datasets: parse_datasets(matches)?,
        include_deleted,
        shard,
        since: value_of(matches, SINCE),
        output,
        concurrency: args::parse_concurrency(matches),
        list_rate: record_args::parse_list_rate(matches, shard),
    })))
}

fn parse_pool(matches: &ArgMatches) -> Result<String> {
    match value_of::<String>(matches, IDENTITY_POOL_ID) {
        Some(id) if !id.is_empty() => Ok(id),
        _ => Err(Error::parameter(
            "export needs --identity-pool-id ID, or --from-stream FILE.",
        )),
    }
}

fn parse_datasets(matches: &ArgMatches) -> Result<Vec<String>> {
    let names: Vec<String> = values_of(matches, DATASET);
    match names.iter().any(String::is_empty) {
        false => Ok(names),
        true => Err(Error::parameter(format!(
            "--{DATASET} '': no dataset has an empty name. Leave it out to export all datasets."
        ))),
    }
}

fn parse_selection(matches: &ArgMatches) -> Result<IdentitySelection> {
    let ids: Vec<String> = values_of(matches, IDENTITY_ID);
    let file = value_of(matches, IDENTITIES);
    let only_authenticated = matches.get_flag(ONLY_AUTHENTICATED);
    match (ids.is_empty(), file) {
        (false, Some(_)) => Err(Error::parameter(
            "--identity-id cannot be used with --identities. Leave one of them out.",
        )),
        (true, None) => Ok(IdentitySelection::Listed { only_authenticated }),
        _ if only_authenticated => Err(Error::parameter(
            "--only-authenticated is about the list of a pool's identities. Leave it out where \
             identities are given.",
        )),
        (false, None) => Ok(IdentitySelection::Ids(ids)),
        (true, Some(file)) => Ok(IdentitySelection::File(file)),
    }
}

fn parse_output(matches: &ArgMatches) -> Result<OutputArgs> {
    let to = matches
        .get_one::<PathBuf>(TO)
        .filter(|path| path.as_os_str() != "-");
    let split = value_of(matches, SPLIT);
    let restart = matches.get_flag(RESTART);
    let of_file = [(SPLIT, split.is_some()), (RESTART, restart)];
    match of_file
        .iter()
        .find(|(_, is_given)| *is_given && to.is_none())
    {
        Some((name, _)) => Err(Error::parameter(format!(
            "--{name} is about files. Add --{TO} FILE, or leave it out."
        ))),
        None => {
            let format = matches.get_one::<String>(FORMAT);
            Ok(OutputArgs {
                to: to.cloned(),
                format: format
                    .and_then(|name| RecordFormat::from_name(name))
                    .unwrap_or(RecordFormat::Ndjson),
                split,
                restart,
            })
        }
    }
}
