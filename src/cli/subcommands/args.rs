//! What the arguments of several subcommands have in common: constructors of clap's arguments, the
//! values that clap has parsed, the global options of calls, and `--concurrency`.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, value_parser};

use crate::cli::options::{self, CliOption};

/// The global options of calls, with others in the place of `--output`.
macro_rules! call_globals {
    ($($output:expr),*) => {
        [
            options::DEBUG,
            options::ENDPOINT_URL,
            options::NO_VERIFY_SSL,
            $($output,)*
            options::PROFILE,
            options::REGION,
            options::NO_SIGN_REQUEST,
            options::CA_BUNDLE,
            options::CLI_READ_TIMEOUT,
            options::CLI_CONNECT_TIMEOUT,
            options::LOCAL,
        ]
    };
}

/// The global options of calls, without `--output`.
pub(super) static GLOBALS_WITHOUT_OUTPUT: [CliOption; 10] = call_globals!();

/// The global options of calls, with `--query`.
pub(super) static GLOBALS_WITH_QUERY: [CliOption; 12] =
    call_globals!(options::OUTPUT, options::QUERY);

/// The global options of calls, with these choices for `--output`.
pub(super) const fn globals(output_choices: &'static [&'static str]) -> [CliOption; 11] {
    call_globals!(options::with_choices(options::OUTPUT, output_choices))
}

/// An option with a value.
pub(super) fn option(name: &'static str, value_name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value_name).help(help)
}

/// An option with the path of a file.
pub(super) fn path(name: &'static str, value_name: &'static str, help: &'static str) -> Arg {
    option(name, value_name, help).value_parser(value_parser!(PathBuf))
}

/// An option without a value.
pub(super) fn switch(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .action(ArgAction::SetTrue)
        .help(help)
}

/// An argument that names files, at least one.
pub(super) fn files(help: &'static str) -> Arg {
    Arg::new(FILE)
        .value_name(FILE)
        .required(true)
        .num_args(1..)
        .help(help)
}

pub(super) const FILE: &str = "FILE";

/// The value of an argument.
pub(super) fn value_of<T>(matches: &ArgMatches, name: &str) -> Option<T>
where
    T: Clone + Send + Sync + 'static,
{
    matches.get_one::<T>(name).cloned()
}

/// All values of an argument.
pub(super) fn values_of<T>(matches: &ArgMatches, name: &str) -> Vec<T>
where
    T: Clone + Send + Sync + 'static,
{
    let values = matches.get_many::<T>(name).unwrap_or_default();
    values.cloned().collect()
}

const CONCURRENCY: &str = "concurrency";

/// `--concurrency`, the number of these.
pub(super) fn concurrency(what: &str) -> Arg {
    Arg::new(CONCURRENCY)
        .long(CONCURRENCY)
        .value_name("N")
        .value_parser(parse_count)
        .default_value("8")
        .help(format!("Number of {what} at the same time, 1 to 256."))
}

/// Parses a number of calls at the same time.
fn parse_count(text: &str) -> Result<u16, &'static str> {
    let count = text.parse().ok();
    count
        .filter(|count| (1..=256).contains(count))
        .ok_or("expected a whole number from 1 to 256")
}

/// `--concurrency` of the subcommands that read many identity pools.
pub(super) fn pool_concurrency() -> Arg {
    concurrency("identity pools that are read")
}

/// The value of `--concurrency`.
pub(super) fn parse_concurrency(matches: &ArgMatches) -> usize {
    // The argument has a default.
    value_of::<u16>(matches, CONCURRENCY).unwrap_or(1).into()
}
