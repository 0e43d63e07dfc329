//! The arguments of the subcommands that read state files.

use clap::{Arg, ArgMatches};

use super::args::{self, FILE, switch, values_of};
use crate::cli::global_args::GlobalArgs;
use crate::configuration::{ReportFormat, StateFileArgs};
use crate::error::Result;

const EXPAND: &str = "expand";

/// The arguments that name state files and say how they are read.
pub(super) fn state_files() -> [Arg; 2] {
    [
        args::files("State file in YAML or JSON; `-` is standard input."),
        switch(
            EXPAND,
            "Replace `${VAR}` and `${VAR:-default}` in state files by environment variables; one that is not set is an error.",
        ),
    ]
}

/// Parses the arguments that `diff` and `apply` have in common.
pub(super) fn parse(
    matches: &ArgMatches,
    globals: &GlobalArgs,
    output: Option<&str>,
) -> Result<StateFileArgs> {
    Ok(StateFileArgs {
        settings: globals.checked()?.settings,
        files: values_of(matches, FILE),
        expand: matches.get_flag(EXPAND),
        report: output
            .and_then(ReportFormat::from_name)
            .unwrap_or(ReportFormat::Text),
        color: globals.color.unwrap_or_default(),
        concurrency: args::parse_concurrency(matches),
    })
}
