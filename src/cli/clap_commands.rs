//! The command line as clap's tree: global options, operations with their options, and subcommands.
//! It is built in the part that a line needs, since building takes longer than parsing, from the
//! definitions that help and completions have, too (`options`, `subcommand`).

use std::borrow::Cow;

use clap::builder::{PossibleValue, PossibleValuesParser, Str};
use clap::{Arg, ArgAction, Command};

use super::canonical::{Positional, VALUE_SEPARATOR};
use super::options::{self, CliOption, OptionArity};
use super::subcommand::Subcommand;
use crate::python;

/// The command for a canonical line of one level: the options in it, and those that are required.
pub(super) fn of_level(
    options: &[CliOption],
    positional: Option<Positional<'_>>,
    line: &[String],
) -> Command {
    let is_in_line = |name: &str| {
        let names = line.iter().filter_map(|arg| arg.strip_prefix("--"));
        names
            .into_iter()
            .any(|arg| arg.split('=').next() == Some(name))
    };
    let options = options.iter().filter(|o| o.required || is_in_line(&o.name));
    let positional = positional.and_then(positional_arg);
    Command::new("")
        .no_binary_name(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        // What is printed is made elsewhere.
        .override_help("")
        .override_usage("")
        .version("")
        // The last of several counts.
        .args_override_self(true)
        .args(
            options.map(|option| arg(option).require_equals(option.takes != OptionArity::Nothing)),
        )
        .args(positional)
}

/// The argument of clap for an option.
pub(super) fn arg(option: &CliOption) -> Arg {
    let name = || match &option.name {
        Cow::Borrowed(name) => Str::from(*name),
        Cow::Owned(name) => Str::from(name),
    };
    let arg = Arg::new(name()).long(name()).help(option.help);
    let arg = match option.letter {
        Some(letter) => arg.short(letter),
        None => arg,
    };
    let arg = arg.required(option.required);
    let arg = match option.takes {
        OptionArity::Nothing if option.name == options::HELP.name => {
            return arg.action(ArgAction::Help);
        }
        OptionArity::Nothing if option.name == options::VERSION.name => {
            return arg.action(ArgAction::Version);
        }
        OptionArity::Nothing => return arg.action(ArgAction::SetTrue),
        OptionArity::Text => arg,
        OptionArity::WholeNumber => arg.value_parser(whole_number),
        OptionArity::AtMostOne(default) => arg.num_args(0..=1).default_missing_value(default),
        OptionArity::Several => arg.num_args(0..).value_delimiter(VALUE_SEPARATOR),
    };
    let arg = arg.value_name(option.value);
    match option.choices {
        [] => arg,
        choices => {
            let choices = choices.iter().copied().map(PossibleValue::from);
            let own = option.own_choices.iter().copied().map(PossibleValue::from);
            // clap's errors do not list hidden values.
            let own = own.map(|choice| choice.hide(true));
            arg.value_parser(PossibleValuesParser::new(choices.chain(own)))
        }
    }
}

/// The positional argument as it stands in a canonical line.
fn positional_arg(positional: Positional<'_>) -> Option<Arg> {
    let (name, choices, is_required) = match positional {
        Positional::Required(name, choices) => (name, choices, true),
        Positional::OptionalChoice(name, choices) => (name, choices, false),
        Positional::Optional => return None,
    };
    let arg = Arg::new(name).long(name).require_equals(true);
    let choices = PossibleValuesParser::new(choices);
    Some(arg.required(is_required).value_parser(choices))
}

/// A number as Python's `int` reads it. It stays a text, since it may be of any length.
fn whole_number(text: &str) -> std::result::Result<String, &'static str> {
    match python::parse_int(text) {
        Some(_) => Ok(text.to_string()),
        None => Err("no whole number"),
    }
}

/// The command for a line with a subcommand; `prefix` is what is typed before it.
pub(super) fn of_subcommand(prefix: &'static str, subcommand: &Subcommand) -> Command {
    Command::new(prefix)
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .subcommand(subcommand_command(subcommand))
}

/// A subcommand with its own arguments and the global options that mean something to it.
fn subcommand_command(subcommand: &Subcommand) -> Command {
    Command::new(subcommand.name)
        .about(subcommand.doc)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .version("")
        .override_help("")
        // As with the AWS CLI's options, the last one counts.
        .args_override_self(true)
        .args((subcommand.args)())
        .args(subcommand.globals().map(arg))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::options::{GLOBALS, of_operation};
    use crate::cli::subcommands::SUBCOMMANDS;
    use crate::model::OPERATIONS;

    #[test]
    fn whole_tree_is_sound() {
        let operations = OPERATIONS.iter().map(|operation| {
            Command::new(operation.command())
                .disable_help_flag(true)
                .args(of_operation(operation).iter().map(arg))
        });
        Command::new("cognito-sync")
            .version("")
            .disable_help_flag(true)
            .disable_version_flag(true)
            .disable_help_subcommand(true)
            .args(GLOBALS.iter().map(arg))
            .subcommands(operations)
            .subcommands(SUBCOMMANDS.iter().map(subcommand_command))
            .debug_assert();
    }
}
