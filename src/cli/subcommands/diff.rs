//! `diff`: compares state files with the live configuration. Defines and parses its arguments;
//! `configuration` runs it.

use clap::ArgMatches;

use super::args::{self, switch};
use super::state_file_args;
use crate::cli::global_args::GlobalArgs;
use crate::cli::options::CliOption;
use crate::cli::subcommand::{Detail, Subcommand, SubcommandId};
use crate::configuration::DiffArgs;
use crate::error::Result;

pub(super) const DIFF: Subcommand = Subcommand {
    id: SubcommandId::Diff,
    name: "diff",
    doc: "Print how the live configuration differs from state files.",
    details: &[
        Detail::Text(
            "Reads the identity pools of the state files and prints, for each pool and member, what \
             `apply` would change. Nothing is changed. Lists are compared as sets. Sections that a \
             file does not have are not read.",
        ),
        Detail::Text(
            "The exit status is 0 without differences and 1 with some; `--exit-zero` makes it 0 for \
             both. If a pool could not be read, it is 252 to 255, as for an operation, and the report \
             says so: a pool that could not be read is not a difference.",
        ),
        Detail::Text(
            "`--output` is `text`, `json` for programs, or `gitlab` for a code quality report of \
             GitLab; the topic `ci` describes them. AWS_DEFAULT_OUTPUT and `output` of the profile have no effect.",
        ),
    ],
    globals: &GLOBALS,
    args: || {
        let [files, expand] = state_file_args::state_files();
        let exit_zero = switch(EXIT_ZERO, "Exit with status 0 if there are differences.");
        vec![files, expand, exit_zero, args::pool_concurrency()]
    },
};

static GLOBALS: [CliOption; 11] = args::globals(&["text", "json", "gitlab"]);

const EXIT_ZERO: &str = "exit-zero";

/// The parsed arguments.
pub(in crate::cli) fn parse(
    matches: &ArgMatches,
    globals: &GlobalArgs,
    output: Option<&str>,
) -> Result<DiffArgs> {
    Ok(DiffArgs {
        common: state_file_args::parse(matches, globals, output)?,
        exit_zero: matches.get_flag(EXIT_ZERO),
    })
}
