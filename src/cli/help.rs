//! Help, from a clap tree of the same options that are read from the command line.

use clap::{Arg, ArgAction, Command};

use super::options::{self, CliOption, Takes};
use crate::model::{OPERATIONS, Operation};

/// The help of the program: its operations and global options.
pub(super) fn of_program(program: &str) -> String {
    tree(program).render_long_help().to_string()
}

/// The help of an operation.
pub(super) fn of_operation(program: &str, operation: &Operation) -> String {
    let name = format!("{program} {}", operation.command());
    operation_command(operation)
        .bin_name(name)
        .render_long_help()
        .to_string()
}

/// The whole command line as clap sees it.
pub(super) fn tree(program: &str) -> Command {
    let mut command = Command::new(program.to_string())
        .about("Amazon Cognito Sync from the command line, as aws cognito-sync.")
        .override_usage(format!("{program} [options] <operation> [parameters]"))
        .subcommand_help_heading("Operations")
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        .max_term_width(100)
        .args(
            options::GLOBALS
                .iter()
                .filter(|o| o.name.len() > 1)
                .map(arg),
        );
    for operation in &OPERATIONS {
        command = command.subcommand(operation_command(operation));
    }
    command
}

fn operation_command(operation: &Operation) -> Command {
    Command::new(operation.command())
        .about(operation.doc)
        .disable_help_flag(true)
        .max_term_width(100)
        .args(options::of_operation(operation).iter().map(arg))
}

fn arg(option: &CliOption) -> Arg {
    let arg = Arg::new(option.name.to_string())
        .long(option.name.to_string())
        .help(option.help)
        .required(option.required);
    let arg = match option.takes {
        Takes::Nothing => arg.action(ArgAction::SetTrue),
        Takes::Text => arg.value_name("VALUE"),
        Takes::WholeNumber => arg.value_name("NUMBER"),
        Takes::AtMostOne(default) => arg
            .value_name("FORM")
            .num_args(0..=1)
            .default_missing_value(default),
        Takes::Several => arg.value_name("VALUE").num_args(0..),
    };
    if option.choices.is_empty() {
        arg
    } else {
        arg.value_parser(option.choices.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_sound() {
        tree("cognito-sync").debug_assert();
    }

    #[test]
    fn every_option_of_an_operation_is_in_its_help() {
        for operation in &OPERATIONS {
            let help = of_operation("cognito-sync", operation);
            for option in options::of_operation(operation) {
                assert!(
                    help.contains(&option.typed()),
                    "{} {}",
                    operation.name,
                    option.name
                );
            }
        }
    }
}
