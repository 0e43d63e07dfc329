//! What clap refuses of a subcommand's arguments: its words, with suggestions that help.

use clap::Arg;
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::options::GLOBALS;
use super::subcommand::Subcommand;
use crate::close_matches::close_matches;
use crate::error::{Error, Result};

/// Refuses arguments that end where a command to run is to follow, which clap does not mind.
pub(super) fn check_separator(subcommand: &Subcommand, args: &[String]) -> Result<()> {
    match args.last().is_some_and(|arg| arg == "--") && takes_command(subcommand) {
        true => Err(Error::parameter(
            "-- is to be followed by a COMMAND to run, such as -- pytest",
        )),
        false => Ok(()),
    }
}

/// The error for what clap has refused.
pub(super) fn worded(error: clap::Error, subcommand: &Subcommand) -> Error {
    meaningless_global(&error, subcommand)
        .or_else(|| positional(&error, subcommand))
        .unwrap_or_else(|| in_words_of_clap(&suggesting(error, takes_command(subcommand))))
}

/// Whether a command to run may stand behind `--`.
fn takes_command(subcommand: &Subcommand) -> bool {
    (subcommand.args)().iter().any(Arg::is_last_set)
}

/// A global option that means nothing to the subcommand.
fn meaningless_global(error: &clap::Error, subcommand: &Subcommand) -> Option<Error> {
    let Some(ContextValue::String(arg)) = error.get(ContextKind::InvalidArg) else {
        return None;
    };
    let option = GLOBALS.iter().find(|option| option.is_typed_as(arg))?;
    match error.kind() {
        ErrorKind::UnknownArgument => subcommand.check_global(option).err(),
        _ => None,
    }
}

/// A positional argument that is missing or none of its choices.
fn positional(error: &clap::Error, subcommand: &Subcommand) -> Option<Error> {
    let args = (subcommand.args)();
    let positional = args
        .iter()
        .find(|arg| arg.is_positional() && arg.is_required_set())?;
    let name = positional.get_id();
    let choices = positional.get_possible_values();
    let choices: Vec<_> = choices.iter().map(|choice| choice.get_name()).collect();
    match (error.kind(), error.get(ContextKind::InvalidValue)) {
        (ErrorKind::MissingRequiredArgument, _) => {
            let choices = match choices.is_empty() {
                true => String::new(),
                false => format!(" ({})", choices.join(", ")),
            };
            Some(with_help(
                subcommand,
                format!("the following arguments are required: {name}{choices}"),
            ))
        }
        (ErrorKind::InvalidValue, Some(ContextValue::String(value)))
            if error.get(ContextKind::InvalidArg).map(ToString::to_string)
                == Some(positional.to_string()) =>
        {
            let mut message = format!(
                "argument {name}: Found invalid choice '{value}', valid ones are: {}",
                choices.join(", ")
            );
            let close = close_matches(value, choices.into_iter());
            if !close.is_empty() {
                message.push_str("\n\nMaybe you meant:\n");
                for choice in close {
                    message.push_str(&format!("\n  * {choice}"));
                }
            }
            Some(with_help(subcommand, message))
        }
        _ => None,
    }
}

/// The error with the way to the subcommand's help: the usage of operations would mislead.
fn with_help(subcommand: &Subcommand, message: String) -> Error {
    let name = subcommand.name;
    Error::parameter(format!(
        "{message}\n\n`cognito-sync {name} help` describes its arguments."
    ))
}

/// Names that others give to the option `--listen`.
const LISTEN_ELSEWHERE: [&str; 5] = ["--port", "--address", "--addr", "--host", "--bind"];

/// The error with suggestions that help: an option under another name, and the place of a command
/// to run. clap's own, to put an unknown option behind `--`, would run it.
fn suggesting(mut error: clap::Error, takes_command: bool) -> clap::Error {
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidArg) else {
        return error;
    };
    if error.kind() != ErrorKind::UnknownArgument {
        return error;
    }
    let word = word.clone();
    let tip = match takes_command && !word.starts_with('-') {
        true => {
            let tip = format!("a command to run stands behind '--': '-- {word}'");
            ContextValue::StyledStrs(vec![StyledStr::from(tip)])
        }
        false => ContextValue::None,
    };
    error.insert(ContextKind::Suggested, tip);
    if takes_command && LISTEN_ELSEWHERE.contains(&word.as_str()) {
        let listen = ContextValue::String("--listen".into());
        error.insert(ContextKind::SuggestedArg, listen);
    }
    error
}

/// What clap has to say, without its own mark and its way to help.
fn in_words_of_clap(error: &clap::Error) -> Error {
    let text = error.render().to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let message = text.split("\n\nFor more information").next();
    Error::parameter(message.unwrap_or(text))
}
