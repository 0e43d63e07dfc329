//! The whole command line as clap sees it: operations with their options, global options and the
//! commands of our own. It is derived from the options and serves whatever wants to know all that
//! can be typed. Operations are not read by it (`arguments` does that), and help pages look
//! different (`help`).

use clap::Command;

use super::options;
use super::own::OWN_COMMANDS;
use super::parser::arg;
use crate::model::{OPERATIONS, Operation};

/// The command line behind `program`, the words that are typed before an operation.
pub(super) fn tree(program: &str) -> Command {
    Command::new(program.to_string())
        .about("Amazon Cognito Sync from the command line, as aws cognito-sync.")
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .version("")
        .args(options::GLOBALS.iter().map(arg))
        .subcommands(OPERATIONS.iter().map(|o| operation_command(o)))
        .subcommands(OWN_COMMANDS.iter().map(|own| own.clap()))
}

fn operation_command(operation: &Operation) -> Command {
    Command::new(operation.command())
        .about(operation.doc)
        .disable_help_flag(true)
        .args(options::of_operation(operation).iter().map(arg))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_sound() {
        tree("cognito-sync").debug_assert();
    }
}
