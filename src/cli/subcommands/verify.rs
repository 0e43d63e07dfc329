//! `verify`: compares the records of exports with identity pools. Defines and parses its arguments;
//! `records` runs it.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, value_parser};

use super::export::parse_rate;
use super::import::check_stdin;
use super::state_file_args;
use crate::cli::global_args::GlobalArgs;
use crate::cli::options::CliOption;
use crate::cli::subcommand::{Detail, Subcommand, SubcommandId};
use crate::error::Result;
use crate::records::{Shard, VerifyArgs, VerifyFormat};

pub(super) const VERIFY: Subcommand = Subcommand {
    id: SubcommandId::Verify,
    name: "verify",
    doc: "Print how the records of identity pools differ from exports.",
    details: &[
        Detail::Text(
            "Reads the identity pools again and compares keys and values with files that `export` has \
             written in the format `ndjson`, plain or compressed with gzip. Each difference is a line: \
             records that are `missing` in the pool, `changed`, or `additional` in the pool, by identity, \
             dataset and key. Values are never printed. Nothing is changed.",
        ),
        Detail::Text(
            "Sync counts and dates are not compared, since an import makes its own; `--sync-counts` \
             compares sync counts. A record that was exported as removed (null) must not have a value.",
        ),
        Detail::Text(
            "The identities of the pool are listed by Cognito Identity, as for an export, to find \
             additional ones. The journal of the export beside FILE says what the export was \
             asked for: identities, datasets, shard, `--since`. Without it, `--dataset`, `--shard` and \
             `--only-authenticated` do, and `--known-only` compares nothing but what FILE has. The \
             records of an identity must stand together, as an export has them.",
        ),
        Detail::Text(
            "The exit status is 0 without differences, 1 with some, 254 if identities could not be read, \
             and 130 after SIGINT (Ctrl-C). `--output json` prints a document for programs.",
        ),
    ],
    globals: &GLOBALS,
    args: arguments,
};

static GLOBALS: [CliOption; 11] = state_file_args::globals(&["text", "json"]);

const FILE: &str = "FILE";
const IDENTITY_POOL_ID: &str = "identity-pool-id";
const IDENTITY_MAP: &str = "identity-map";
const DATASET: &str = "dataset";
const SHARD: &str = "shard";
const ONLY_AUTHENTICATED: &str = "only-authenticated";
const KNOWN_ONLY: &str = "known-only";
const SYNC_COUNTS: &str = "sync-counts";
const CONCURRENCY: &str = "concurrency";
const LIST_RATE: &str = "list-rate";

fn arguments() -> Vec<Arg> {
    let value = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    let switch = |name: &'static str, help: &'static str| {
        let arg = Arg::new(name).long(name).help(help);
        arg.action(ArgAction::SetTrue)
    };
    vec![
        Arg::new(FILE)
            .value_name(FILE)
            .required(true)
            .num_args(1..)
            .value_parser(value_parser!(PathBuf))
            .help("Files of records, such as all parts of an export with `--split`; `-` is standard input."),
        value(IDENTITY_POOL_ID, "ID", "Identity pool to compare with, in place of the one that each record names."),
        value(IDENTITY_MAP, "FILE", "File with the id of an identity of the records, a space, and the id that takes its place, one pair a line.")
            .value_parser(value_parser!(PathBuf)),
        value(DATASET, "NAME", "Dataset to compare, in place of those of the export. The option may be repeated.")
            .action(ArgAction::Append),
        value(SHARD, "I/N", "Compare part I of N of the identities, in place of the part of the export."),
        switch(ONLY_AUTHENTICATED, "Leave out identities without logins that only the pool has."),
        switch(KNOWN_ONLY, "Compare only identities and datasets that FILE has."),
        switch(SYNC_COUNTS, "Compare sync counts, too."),
        value(CONCURRENCY, "N", "Number of identities that are read at the same time, 1 to 256.")
            .value_parser(value_parser!(u16).range(1..=256))
            .default_value("8"),
        value(LIST_RATE, "RATE", "Requests a second that list identities. The quota of AWS is 5.")
            .default_value("5"),
    ]
}

/// Parses the arguments.
pub(in crate::cli) fn parse(
    matches: &ArgMatches,
    globals: &GlobalArgs,
    output: Option<&str>,
) -> Result<VerifyArgs> {
    let files = matches.get_many::<PathBuf>(FILE).unwrap_or_default();
    let files: Vec<_> = files.cloned().collect();
    check_stdin(&files)?;
    let datasets = matches.get_many::<String>(DATASET).unwrap_or_default();
    let shard = matches.get_one::<String>(SHARD);
    let shard = shard.map(|shard| Shard::parse(shard)).transpose()?;
    Ok(VerifyArgs {
        settings: globals.checked()?.settings,
        files,
        identity_pool_id: matches.get_one::<String>(IDENTITY_POOL_ID).cloned(),
        identity_map: matches.get_one::<PathBuf>(IDENTITY_MAP).cloned(),
        datasets: datasets.cloned().collect(),
        shard,
        only_authenticated: matches.get_flag(ONLY_AUTHENTICATED),
        known_only: matches.get_flag(KNOWN_ONLY),
        sync_counts: matches.get_flag(SYNC_COUNTS),
        concurrency: state_file_args::parse_concurrency(matches),
        list_rate: parse_rate(matches, shard)?,
        format: match output {
            Some("json") => VerifyFormat::Json,
            _ => VerifyFormat::Text,
        },
        color: globals.color.unwrap_or_default(),
    })
}
