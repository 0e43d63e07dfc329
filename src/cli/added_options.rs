//! The options that change how an operation is called, which the AWS CLI does not have. `call_options`
//! parses them.

use super::options::{CliOption, OptionArity, own_option, own_switch};

/// Prints the request of a changing operation instead of sending it.
pub const DRY_RUN: CliOption = own_switch(
    "dry-run",
    None,
    "Print the request as a JSON document instead of sending it; needs no credentials.",
);
/// Merges the input into the live configuration.
pub const MERGE: CliOption = own_switch(
    "merge",
    None,
    "Read the live configuration, replace the given members in it, and send it if that changes it.",
);
/// Prints what changes in the live configuration.
pub const SHOW_DIFF: CliOption = own_switch(
    "show-diff",
    None,
    "Read the live configuration first, and print what changes in it to standard error.",
);
/// Prints members that the AWS CLI does not know.
pub const SHOW_UNMODELED: CliOption = own_switch(
    "show-unmodeled",
    None,
    "Print members of the response that the AWS CLI leaves out, such as DisabledReason.",
);

/// Requests all pages of a list.
pub const ALL_PAGES: CliOption = own_switch(
    "all-pages",
    None,
    "Request all pages and print them as one response.",
);
/// The page size of `--all-pages`.
pub const PAGE_SIZE: CliOption = own_option(
    "page-size",
    OptionArity::WholeNumber,
    "INTEGER",
    "With --all-pages: how many entries to request at once.",
);
/// The entries that `--all-pages` prints.
pub const MAX_ITEMS: CliOption = own_option(
    "max-items",
    OptionArity::WholeNumber,
    "INTEGER",
    "With --all-pages: how many entries to print; if more are left, the output has a NextToken.",
);
/// Where `--all-pages` goes on.
pub const STARTING_TOKEN: CliOption = own_option(
    "starting-token",
    OptionArity::Text,
    "TOKEN",
    "With --all-pages: where to go on, the NextToken of an output that --max-items has cut.",
);

/// Waits for the end of a bulk publish.
pub const WAIT: CliOption = own_switch(
    "wait",
    None,
    "Wait until the bulk publish has ended, and print its details; if one is running already, wait for \
     that.",
);
/// How long `--wait` waits.
pub const WAIT_TIMEOUT: CliOption = own_option(
    "wait-timeout",
    OptionArity::WholeNumber,
    "SECONDS",
    "With --wait: how long to wait at most; without limit by default.",
);
/// How often `--wait` asks.
pub const POLL: CliOption = own_option(
    "poll",
    OptionArity::WholeNumber,
    "SECONDS",
    "With --wait: how long to wait between two requests; by default 5 seconds at first and 30 in the end.",
);

/// Options that change how an operation is called. Which of them mean something to an operation is
/// decided in `call_options`.
pub static CALL_OPTIONS: [CliOption; 11] = [
    DRY_RUN,
    MERGE,
    SHOW_DIFF,
    SHOW_UNMODELED,
    ALL_PAGES,
    PAGE_SIZE,
    MAX_ITEMS,
    STARTING_TOKEN,
    WAIT,
    WAIT_TIMEOUT,
    POLL,
];
