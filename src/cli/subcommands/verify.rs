//! `verify`: compares the records of exports with identity pools. Defines and parses its arguments;
//! `records` runs it.

use clap::{Arg, ArgAction, ArgMatches};

use super::args::{self, option, switch, value_of, values_of};
use super::record_args::{
    self, DATASET, IDENTITY_MAP, IDENTITY_POOL_ID, ONLY_AUTHENTICATED, SHARD,
};
use crate::cli::global_args::GlobalArgs;
use crate::cli::options::CliOption;
use crate::cli::subcommand::{Detail, Subcommand, SubcommandId};
use crate::error::Result;
use crate::records::{VerifyArgs, VerifyFormat};

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
            "Of an export with `--since`, the datasets are compared that it has, whole. An export before that one \
             differs in them, and both cannot be verified together: to verify a whole pool, export it again without \
             `--since`. Input without records is rejected, unless its journal or `--identity-pool-id` names the pool.",
        ),
        Detail::Text(
            "The exit status is 0 without differences, 1 with some, 254 if identities could not be read, \
             and 130 after SIGINT (Ctrl-C).",
        ),
        Detail::Text(
            "`--output json` prints a document for programs. `Differences` has an entry with `Difference` \
             (`missing`, `changed` or `additional`), `IdentityPoolId`, `IdentityId`, `DatasetName` and `Key` \
             for each record; in place of `Key`, `Records` counts the records of a dataset that differs as a \
             whole. `Summary` has these members:",
        ),
        Detail::Members(&SUMMARY),
    ],
    globals: &GLOBALS,
    args: arguments,
};

const SUMMARY: [(&str, &str); 11] = [
    ("Complete", "Whether everything was compared."),
    ("Identities", "Identities that were compared."),
    ("FailedIdentities", "Identities that could not be read."),
    ("Datasets", "Datasets that were compared."),
    ("Records", "Records that were compared."),
    ("MissingRecords", "Records that the pool does not have."),
    (
        "ChangedRecords",
        "Records that have another value in the pool.",
    ),
    ("AdditionalRecords", "Records that only the pool has."),
    ("DurationSeconds", "The duration of this run."),
    ("Requests", "The requests of this run."),
    (
        "ThrottledRequests",
        "Those of them that the service throttled.",
    ),
];

static GLOBALS: [CliOption; 11] = args::globals(&["text", "json"]);

const KNOWN_ONLY: &str = "known-only";
const SYNC_COUNTS: &str = "sync-counts";

fn arguments() -> Vec<Arg> {
    vec![
        record_args::files(),
        option(
            IDENTITY_POOL_ID,
            "ID",
            "Identity pool to compare with, in place of the one that each record names.",
        ),
        record_args::identity_map(),
        option(
            DATASET,
            "NAME",
            "Dataset to compare, in place of those of the export. The option may be repeated.",
        )
        .action(ArgAction::Append),
        record_args::shard(
            "Compare part I of N of the identities, in place of the part of the export.",
        ),
        switch(
            ONLY_AUTHENTICATED,
            "Leave out identities without logins that only the pool has.",
        ),
        switch(
            KNOWN_ONLY,
            "Compare only identities and datasets that FILE has.",
        ),
        switch(SYNC_COUNTS, "Compare sync counts, too."),
        record_args::identity_concurrency(),
        record_args::list_rate("Requests a second that list identities. The quota of AWS is 5.")
            .default_value("5"),
    ]
}

/// Parses the arguments.
pub(in crate::cli) fn parse(
    matches: &ArgMatches,
    globals: &GlobalArgs,
    output: Option<&str>,
) -> Result<VerifyArgs> {
    let files = record_args::parse_files(matches)?;
    let shard = value_of(matches, SHARD);
    Ok(VerifyArgs {
        settings: globals.checked()?.settings,
        files,
        identity_pool_id: value_of(matches, IDENTITY_POOL_ID),
        identity_map: value_of(matches, IDENTITY_MAP),
        datasets: values_of(matches, DATASET),
        shard,
        only_authenticated: matches.get_flag(ONLY_AUTHENTICATED),
        known_only: matches.get_flag(KNOWN_ONLY),
        sync_counts: matches.get_flag(SYNC_COUNTS),
        concurrency: args::parse_concurrency(matches),
        list_rate: record_args::parse_list_rate(matches, shard),
        format: match output {
            Some("json") => VerifyFormat::Json,
            _ => VerifyFormat::Text,
        },
        color: globals.color.unwrap_or_default(),
    })
}
