//! What clap refuses, in the AWS CLI's words (`awscli/argparser.py` and `argparse.py` of Python
//! 3.11).

use std::fmt::Display;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::canonical::Positional;
use super::hints;
use super::options::CliOption;
use crate::close_matches::close_matches;
use crate::error::{Error, Result};
use crate::python;

/// An option or positional argument with the wrong values, or without any.
pub(super) fn of_option(error: &clap::Error, options: &[CliOption]) -> Error {
    let name = named(string(error, ContextKind::InvalidArg));
    let option = options.iter().find(|option| option.name == name);
    let argument = option.map_or_else(|| name.to_string(), CliOption::typed);
    let value = string(error, ContextKind::InvalidValue);
    let quoted = || python::repr_str(value);
    let why = match error.kind() {
        ErrorKind::InvalidValue => {
            let choices = strings(error, ContextKind::ValidValue).iter();
            let own_choices = option.map_or(&[][..], |option| option.own_choices);
            return invalid_choice(&argument, choices.map(String::as_str), own_choices, value);
        }
        ErrorKind::ValueValidation => format!("invalid int value: {}", quoted()),
        ErrorKind::TooManyValues => format!("ignored explicit argument {}", quoted()),
        ErrorKind::NoEquals => "expected one argument".to_string(),
        // A canonical line has nothing else that clap refuses.
        _ => error.to_string(),
    };
    Error::usage(format!("argument {argument}: {why}"))
}

/// Options and a positional argument that are required, but not there: in the order of their
/// definition.
pub(super) fn missing(
    error: &clap::Error,
    options: &[CliOption],
    positional: Option<Positional<'_>>,
) -> Error {
    let missing = strings(error, ContextKind::InvalidArg);
    let is_missing = |name: &str| missing.iter().any(|shown| named(shown) == name);
    let options = options.iter().filter(|option| is_missing(&option.name));
    let mut names: Vec<_> = options.map(CliOption::typed).collect();
    if let Some(Positional::Required(name, _)) = positional
        && is_missing(name)
    {
        names.push(name.to_string());
    }
    Error::usage(format!(
        "the following arguments are required: {}",
        names.join(", ")
    ))
}

/// Refuses a value that is none of the choices.
pub(super) fn check_choice<'a>(
    argument: &str,
    choices: impl Iterator<Item = &'a str> + Clone,
    value: &str,
) -> Result<()> {
    match choices.clone().any(|choice| choice == value) {
        true => Ok(()),
        false => Err(invalid_choice(argument, choices, &[], value)),
    }
}

/// A value that is none of the choices, with those of the AWS CLI that it resembles. Hints name
/// ours, too.
fn invalid_choice<'a>(
    argument: &str,
    choices: impl Iterator<Item = &'a str> + Clone,
    own_choices: &'a [&'a str],
    value: &str,
) -> Error {
    let message = format!("argument {argument}: Found invalid choice '{value}'");
    let close = close_matches(value, choices.clone());
    if close.is_empty() {
        let error = Error::usage(message + "\n");
        let choices = choices.chain(own_choices.iter().copied());
        return hints::about_choice(error, argument, value, choices);
    }
    Error::usage(with_suggestions(message, close))
}

/// A message with what was likely meant, if anything was.
pub(super) fn with_suggestions<T: Display>(
    mut message: String,
    close: impl IntoIterator<Item = T>,
) -> String {
    let mut close = close.into_iter().peekable();
    if close.peek().is_some() {
        message.push_str("\n\nMaybe you meant:\n");
    }
    for choice in close {
        message.push_str(&format!("\n  * {choice}"));
    }
    message
}

/// The name in clap's form of an option, such as `--name=<VALUE>`.
fn named(shown: &str) -> &str {
    let name = shown.trim_start_matches('-');
    name.split(['=', '[', ' ']).next().unwrap_or(name)
}

fn string(error: &clap::Error, kind: ContextKind) -> &str {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text,
        _ => "",
    }
}

fn strings(error: &clap::Error, kind: ContextKind) -> &[String] {
    match error.get(kind) {
        Some(ContextValue::Strings(texts)) => texts,
        _ => &[],
    }
}
