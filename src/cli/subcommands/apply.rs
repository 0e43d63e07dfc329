//! `apply`: changes the live configuration to that of state files. Defines and parses its
//! arguments; `configuration` runs it.

use clap::ArgMatches;

use super::args::{self, switch};
use super::state_file_args;
use crate::cli::global_args::GlobalArgs;
use crate::cli::options::CliOption;
use crate::cli::subcommand::{Detail, Subcommand, SubcommandId};
use crate::configuration::ApplyArgs;
use crate::error::Result;

pub(super) const APPLY: Subcommand = Subcommand {
    id: SubcommandId::Apply,
    name: "apply",
    doc: "Change the live configuration to that of state files.",
    details: &[
        Detail::Text(
            "Reads the identity pools of the state files, writes what differs, reads it back and \
             verifies it. Pools and sections that no file describes are left alone. Where a pool \
             fails, the others are still applied. Throttling slows it down, but makes no pool fail. \
             A pool that another program changes at the same time is read again.",
        ),
        Detail::Text(
            "On a terminal, it shows the changes and asks before it makes them; `--yes` makes them \
             without a question. Without a terminal it never asks.",
        ),
        Detail::Text(
            "The report lists the pools that were changed and those that failed. The exit status is \
             0 if every pool is as the files say, and 254 if a pool failed. After SIGINT (Ctrl-C), \
             it finishes the pools under way, starts no further ones, prints the report, and exits \
             with status 130; a second one ends it at once. Run again, it does what is left.",
        ),
        Detail::Text(
            "`--output` is `text`, or `json` for programs, which the topic `ci` describes. AWS_DEFAULT_OUTPUT and `output` of the \
             profile have no effect.",
        ),
    ],
    globals: &GLOBALS,
    args: || {
        let [files, expand] = state_file_args::state_files();
        vec![
            files,
            expand,
            switch(
                DRY_RUN,
                "Print what would be changed, as `diff` does, and change nothing. The exit status is 0 with and without changes.",
            ),
            switch(YES, "Make the changes without asking."),
            args::concurrency("identity pools that are read or changed"),
        ]
    },
};

static GLOBALS: [CliOption; 11] = args::globals(&["text", "json"]);

const DRY_RUN: &str = "dry-run";
const YES: &str = "yes";

/// The parsed arguments.
pub(in crate::cli) fn parse(
    matches: &ArgMatches,
    globals: &GlobalArgs,
    output: Option<&str>,
) -> Result<ApplyArgs> {
    Ok(ApplyArgs {
        common: state_file_args::parse(matches, globals, output)?,
        dry_run: matches.get_flag(DRY_RUN),
        yes: matches.get_flag(YES),
    })
}
