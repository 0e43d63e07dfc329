//! The arguments of the subcommands that call the service for many identity pools, and of those
//! that read state files.

use clap::{Arg, ArgAction, ArgMatches, value_parser};

use crate::cli::global_args::GlobalArgs;
use crate::cli::options::{self, CliOption};
use crate::configuration::{ReportFormat, StateFileArgs};
use crate::error::Result;

const FILE: &str = "FILE";
const EXPAND: &str = "expand";
const CONCURRENCY: &str = "concurrency";

/// The global options of calls, without `--output`.
pub(super) static GLOBALS_WITHOUT_OUTPUT: [CliOption; 10] = [
    options::DEBUG,
    options::ENDPOINT_URL,
    options::NO_VERIFY_SSL,
    options::PROFILE,
    options::REGION,
    options::NO_SIGN_REQUEST,
    options::CA_BUNDLE,
    options::CLI_READ_TIMEOUT,
    options::CLI_CONNECT_TIMEOUT,
    options::LOCAL,
];

/// The global options of calls, with these choices for `--output`.
pub(super) const fn globals(output_choices: &'static [&'static str]) -> [CliOption; 11] {
    [
        options::DEBUG,
        options::ENDPOINT_URL,
        options::NO_VERIFY_SSL,
        options::with_choices(options::OUTPUT, output_choices),
        options::PROFILE,
        options::REGION,
        options::NO_SIGN_REQUEST,
        options::CA_BUNDLE,
        options::CLI_READ_TIMEOUT,
        options::CLI_CONNECT_TIMEOUT,
        options::LOCAL,
    ]
}

/// `--concurrency`
pub(super) fn concurrency() -> Arg {
    Arg::new(CONCURRENCY)
        .long(CONCURRENCY)
        .value_name("N")
        .value_parser(value_parser!(u16).range(1..=256))
        .default_value("8")
        .help("Number of identity pools that are read or changed at the same time, 1 to 256.")
}

/// The value of `--concurrency`.
pub(super) fn parse_concurrency(matches: &ArgMatches) -> usize {
    let count = matches.get_one::<u16>(CONCURRENCY).copied();
    // The argument has a default.
    count.unwrap_or(1).into()
}

/// The arguments that name state files and say how they are read.
pub(super) fn state_files() -> [Arg; 2] {
    [
        Arg::new(FILE)
            .value_name(FILE)
            .required(true)
            .num_args(1..)
            .help("State file in YAML or JSON; `-` is standard input."),
        Arg::new(EXPAND)
            .long(EXPAND)
            .action(ArgAction::SetTrue)
            .help("Replace `${VAR}` and `${VAR:-default}` in state files by environment variables; one that is not set is an error."),
    ]
}

/// Parses the arguments that `diff` and `apply` have in common.
pub(super) fn parse(
    matches: &ArgMatches,
    globals: &GlobalArgs,
    output: Option<&str>,
) -> Result<StateFileArgs> {
    let files = matches.get_many::<String>(FILE).unwrap_or_default();
    Ok(StateFileArgs {
        settings: globals.checked()?.settings,
        files: files.cloned().collect(),
        expand: matches.get_flag(EXPAND),
        report: output
            .and_then(ReportFormat::from_name)
            .unwrap_or(ReportFormat::Text),
        color: globals.color.unwrap_or_default(),
        concurrency: parse_concurrency(matches),
    })
}
