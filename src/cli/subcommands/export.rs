//! `export`: writes the records of an identity pool to files. Defines and parses its arguments;
//! `records` runs it.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, value_parser};

use crate::cli::command::Command;
use crate::cli::global_args::GlobalArgs;
use crate::cli::subcommand::{Detail, Subcommand, SubcommandId};
use crate::cli::subcommands::state_file_args;
use crate::error::{Error, Result};
use crate::records::{
    ExportArgs, IdentitySelection, OutputArgs, RecordFormat, Shard, StreamExportArgs,
    parse_split_size,
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
        Detail::Text(
            "The exit status is 0 if everything was exported, 254 if identities failed, and 130 after \
             SIGINT (Ctrl-C), which lets the identities under way finish; a second one ends it at once.",
        ),
    ],
    globals: &state_file_args::GLOBALS_WITHOUT_OUTPUT,
    args: arguments,
};

const IDENTITY_POOL_ID: &str = "identity-pool-id";
const IDENTITY_ID: &str = "identity-id";
const IDENTITIES: &str = "identities";
const ONLY_AUTHENTICATED: &str = "only-authenticated";
const DATASET: &str = "dataset";
const DELETED: &str = "deleted";
const SHARD: &str = "shard";
const SINCE: &str = "since";
const TO: &str = "to";
const FORMAT: &str = "format";
const SPLIT: &str = "split";
const RESTART: &str = "restart";
const CONCURRENCY: &str = "concurrency";
const LIST_RATE: &str = "list-rate";
const FROM_STREAM: &str = "from-stream";

/// Requests a second that AWS accepts from an account in a region (ListIdentities).
const LIST_QUOTA: f64 = 5.0;

/// The lowest rate, also of a worker among many.
const LEAST_RATE: f64 = 0.001;

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
    let value = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    let switch = |name: &'static str, help: &'static str| {
        let arg = Arg::new(name).long(name).help(help);
        arg.action(ArgAction::SetTrue)
    };
    let path =
        |name, value_name, help| value(name, value_name, help).value_parser(value_parser!(PathBuf));
    vec![
        value(IDENTITY_POOL_ID, "ID", "Identity pool to export."),
        value(IDENTITY_ID, "ID", "Identity to export, in place of all. Several ids may follow, and the option may be repeated.")
            .action(ArgAction::Append)
            .num_args(1..),
        value(IDENTITIES, "FILE", "File with the ids of the identities to export, one a line; `-` is standard input. Empty lines and lines that begin with `#` are skipped."),
        switch(ONLY_AUTHENTICATED, "Leave out identities without logins."),
        value(DATASET, "NAME", "Dataset to export, in place of all. Several names may follow, and the option may be repeated.")
            .action(ArgAction::Append)
            .num_args(1..),
        switch(DELETED, "Write removed records, too, with null as their value."),
        path(TO, "FILE", "File to write to; `-` is standard output."),
        value(FORMAT, "FORMAT", "Format of the records: JSON objects with the names of the API, or items of DynamoDB.")
            .value_parser(RecordFormat::ALL.map(RecordFormat::name))
            .default_value(RecordFormat::Ndjson.name()),
        value(SPLIT, "SIZE", "Write several files of at most this size, such as `500MB`, with a number in their names."),
        value(CONCURRENCY, "N", "Number of identities that are read at the same time, 1 to 256.")
            .value_parser(value_parser!(u16).range(1..=256))
            .default_value("8"),
        value(LIST_RATE, "RATE", "Requests a second that list identities. Default: `5`, which is the quota of AWS, divided by N with `--shard I/N`, since the workers share the quota."),
        value(SHARD, "I/N", "Export part I of N of the identities."),
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
    if let Some(files) = matches.get_many::<PathBuf>(FROM_STREAM) {
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
            files: files.cloned().collect(),
            include_deleted,
            output,
        })));
    }
    let texts = |name: &str| {
        let values = matches.get_many::<String>(name).unwrap_or_default();
        values.cloned().collect::<Vec<_>>()
    };
    let shard = matches.get_one::<String>(SHARD);
    let shard = shard.map(|shard| Shard::parse(shard)).transpose()?;
    Ok(Command::Export(Box::new(ExportArgs {
        settings: globals.checked()?.settings,
        identity_pool_id: parse_pool(matches)?,
        identities: parse_selection(matches, texts(IDENTITY_ID))?,
        datasets: parse_datasets(texts(DATASET))?,
        include_deleted,
        shard,
        since: matches.get_one::<PathBuf>(SINCE).cloned(),
        output,
        // The argument has a default.
        concurrency: matches
            .get_one::<u16>(CONCURRENCY)
            .copied()
            .unwrap_or(1)
            .into(),
        list_rate: parse_rate(matches, shard)?,
    })))
}

fn parse_pool(matches: &ArgMatches) -> Result<String> {
    match matches.get_one::<String>(IDENTITY_POOL_ID) {
        Some(id) if !id.is_empty() => Ok(id.clone()),
        _ => Err(Error::parameter(
            "export needs --identity-pool-id ID, or --from-stream FILE.",
        )),
    }
}

fn parse_datasets(names: Vec<String>) -> Result<Vec<String>> {
    match names.iter().any(String::is_empty) {
        false => Ok(names),
        true => Err(Error::parameter(format!(
            "--{DATASET} '': no dataset has an empty name. Leave it out to export all datasets."
        ))),
    }
}

fn parse_selection(matches: &ArgMatches, ids: Vec<String>) -> Result<IdentitySelection> {
    let file = matches.get_one::<String>(IDENTITIES);
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
        (true, Some(file)) => Ok(IdentitySelection::File(file.clone())),
    }
}

fn parse_output(matches: &ArgMatches) -> Result<OutputArgs> {
    let to = matches
        .get_one::<PathBuf>(TO)
        .filter(|path| path.as_os_str() != "-");
    let split = matches.get_one::<String>(SPLIT);
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
                split: split.map(|size| parse_split_size(size)).transpose()?,
                restart,
            })
        }
    }
}

/// Parses `--list-rate`.
pub(super) fn parse_rate(matches: &ArgMatches, shard: Option<Shard>) -> Result<f64> {
    let Some(text) = matches.get_one::<String>(LIST_RATE) else {
        return Ok(default_list_rate(shard));
    };
    match text.parse::<f64>() {
        Ok(rate) if (LEAST_RATE..=1000.0).contains(&rate) => Ok(rate),
        _ => Err(Error::parameter(format!(
            "--{LIST_RATE} '{text}': not a number of requests a second from 0.001 to 1000."
        ))),
    }
}

/// Returns a worker's share of the quota.
fn default_list_rate(shard: Option<Shard>) -> f64 {
    let workers = shard.map_or(1, Shard::count);
    (LIST_QUOTA / f64::from(workers)).max(LEAST_RATE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workers_share_quota_of_lists() {
        let rate = |shard: &str| default_list_rate(Shard::parse(shard).ok());
        assert_eq!(rate("none"), 5.0);
        assert_eq!(rate("1/1"), 5.0);
        assert_eq!(rate("2/4"), 1.25);
        assert_eq!(rate("1/4294967295"), LEAST_RATE);
    }
}
