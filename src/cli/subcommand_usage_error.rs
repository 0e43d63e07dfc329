//! What clap refuses of a subcommand's arguments, in one form for all subcommands: the argument,
//! what is wrong with it, what is allowed, and the command that prints the help.

use std::error::Error as _;

use clap::Arg;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::options::GLOBALS;
use super::subcommand::Subcommand;
use super::usage_error::with_suggestions;
use super::{clap_commands, hints};
use crate::close_matches::close_matches;
use crate::error::{Error, Result};

/// Refuses arguments that end where a command to run is to follow, which clap does not mind.
pub(super) fn check_separator(subcommand: &Subcommand, args: &[String]) -> Result<()> {
    match args.last().is_some_and(|arg| arg == "--") && takes_command(&(subcommand.args)()) {
        true => Err(with_help(
            subcommand,
            "-- is to be followed by a COMMAND to run, such as -- pytest",
        )),
        false => Ok(()),
    }
}

/// The error for what clap has refused.
pub(super) fn worded(error: &clap::Error, subcommand: &Subcommand) -> Error {
    meaningless_global(error, subcommand)
        .unwrap_or_else(|| with_help(subcommand, &reason(error, subcommand)))
}

/// A value that is none of the choices of an argument, with those that it resembles.
pub(super) fn invalid_choice<'a>(
    subcommand: &Subcommand,
    argument: &str,
    value: &str,
    choices: impl Iterator<Item = &'a str> + Clone,
) -> Error {
    with_help(subcommand, &choice_reason(argument, value, choices))
}

/// The error with the way to the subcommand's help: the usage of operations would mislead.
pub(super) fn with_help(subcommand: &Subcommand, message: &str) -> Error {
    let name = subcommand.name;
    Error::parameter(format!(
        "{message}\n\n`cognito-sync {name} help` describes its arguments."
    ))
}

/// Whether a command to run may stand behind `--`.
fn takes_command(args: &[Arg]) -> bool {
    args.iter().any(Arg::is_last_set)
}

/// A global option that means nothing to the subcommand.
fn meaningless_global(error: &clap::Error, subcommand: &Subcommand) -> Option<Error> {
    let option = GLOBALS
        .iter()
        .find(|option| option.is_typed_as(text(error, ContextKind::InvalidArg)))?;
    match error.kind() {
        ErrorKind::UnknownArgument => subcommand.check_global(option).err(),
        _ => None,
    }
}

fn reason(error: &clap::Error, subcommand: &Subcommand) -> String {
    let mut args = (subcommand.args)();
    args.extend(subcommand.globals().map(clap_commands::arg));
    let shown = text(error, ContextKind::InvalidArg);
    let value = text(error, ContextKind::InvalidValue);
    let arg = args.iter().find(|arg| is_shown_as(arg, shown));
    let argument = arg.map_or_else(|| shown.to_string(), argument_name);
    match error.kind() {
        ErrorKind::MissingRequiredArgument => missing(&args),
        ErrorKind::UnknownArgument => unknown(shown, subcommand, &args),
        ErrorKind::InvalidValue if value.is_empty() => {
            let several = arg.and_then(Arg::get_num_args);
            let count = match several.is_some_and(|count| count.max_values() > 1) {
                true => "at least one argument",
                false => "one argument",
            };
            format!("argument {argument}: expected {count}")
        }
        ErrorKind::InvalidValue => {
            let choices = arg.map(Arg::get_possible_values).unwrap_or_default();
            let choices = choices.iter().map(|choice| choice.get_name());
            choice_reason(&argument, value, choices)
        }
        ErrorKind::ValueValidation => {
            let expected = error.source().map(ToString::to_string).unwrap_or_default();
            format!("argument {argument}: invalid value '{value}', {expected}")
        }
        ErrorKind::TooManyValues => {
            format!("argument {argument}: takes no value, but there is '{value}'")
        }
        // The definitions of the subcommands have nothing else that clap refuses.
        _ => error.to_string(),
    }
}

/// Whether clap shows an argument so: `--name <VALUE>`, `<NAME>...`.
fn is_shown_as(arg: &Arg, shown: &str) -> bool {
    let name = shown.trim_start_matches(['-', '<', '[']);
    let name = name.split([' ', '=', '[', '>', ']']).next();
    match arg.get_long() {
        Some(long) => shown.starts_with("--") && name == Some(long),
        None => name == Some(arg.get_id().as_str()),
    }
}

/// `--name`, or the name of a positional argument.
fn argument_name(arg: &Arg) -> String {
    match arg.get_long() {
        Some(long) => format!("--{long}"),
        None => arg.get_id().to_string(),
    }
}

fn missing(args: &[Arg]) -> String {
    let required = args.iter().filter(|arg| arg.is_required_set());
    let required = required.map(|arg| {
        let choices = arg.get_possible_values();
        let choices: Vec<_> = choices.iter().map(|choice| choice.get_name()).collect();
        let value = arg.get_value_names().unwrap_or_default().join(" ");
        match (choices.is_empty(), arg.is_positional()) {
            (false, _) => format!("{} ({})", argument_name(arg), choices.join(", ")),
            (true, true) => argument_name(arg),
            (true, false) => format!("{} {value}", argument_name(arg)),
        }
    });
    let required: Vec<_> = required.collect();
    format!(
        "the following arguments are required: {}",
        required.join(", ")
    )
}

fn choice_reason<'a>(
    argument: &str,
    value: &str,
    choices: impl Iterator<Item = &'a str> + Clone,
) -> String {
    let close = close_matches(value, choices.clone());
    let choices: Vec<_> = choices.collect();
    let message = format!(
        "argument {argument}: Found invalid choice '{value}', valid ones are: {}",
        choices.join(", ")
    );
    with_suggestions(message, close)
}

/// Names that others give to the option `--listen`.
const LISTEN_ELSEWHERE: [&str; 5] = ["port", "address", "addr", "host", "bind"];

/// An argument that the subcommand does not have, with the options that were likely meant, and the
/// place of a command to run. clap's own suggestion, to put an unknown option behind `--`, would
/// run it.
fn unknown(shown: &str, subcommand: &Subcommand, args: &[Arg]) -> String {
    let name = subcommand.name;
    let Some(option) = shown.strip_prefix('-') else {
        let place = match takes_command(args) {
            true => format!(". A command to run stands behind --: -- {shown}"),
            false => String::new(),
        };
        return format!("argument {shown}: {name} takes no such argument{place}");
    };
    let option = option.trim_start_matches('-');
    let known = args.iter().filter_map(Arg::get_long);
    let close = match takes_command(args) && LISTEN_ELSEWHERE.contains(&option) {
        true => vec!["listen"],
        false => hints::alike(option, known),
    };
    let close = close.iter().map(|name| format!("--{name}"));
    with_suggestions(
        format!("argument {shown}: {name} has no such option"),
        close,
    )
}

fn text(error: &clap::Error, kind: ContextKind) -> &str {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text,
        _ => "",
    }
}
