//! Candidates for the arguments of a subcommand, by its definition.

use clap::{Arg, ArgAction};

use super::candidate::Candidates;
use super::{fault_values, files, option_values};
use crate::cli::options::{CliOption, HELP, OptionArity};
use crate::cli::subcommands::SubcommandLine;
use crate::environment::Environment;
use crate::serve_args::FAULT_FORM;

/// Candidates for the last argument of the line, of which `typed` is there.
pub(super) fn at(line: &SubcommandLine<'_>, typed: &str, environment: &Environment) -> Candidates {
    let before = line.behind;
    let args = (line.subcommand.args)();
    if let Some(separator) = before.iter().position(|arg| arg == "--")
        && args.iter().any(Arg::is_last_set)
    {
        return match separator + 1 == before.len() {
            true => files::commands(typed, environment),
            // Behind the arguments before the subcommand, the subcommand and the separator.
            false => Candidates::of_command_at(line.before.len() + 1 + separator + 1),
        };
    }
    if let Some((name, value)) = typed.split_once('=').filter(|_| typed.starts_with("--")) {
        let values = values_of(line, &args, name, value, environment);
        return values.unwrap_or_default().behind(name.len() + 1);
    }
    let last = before.last().map(String::as_str).unwrap_or_default();
    if let Some(values) = values_of(line, &args, last, typed, environment) {
        return values;
    }
    let is_file = |arg: &Arg| arg.is_positional() && !arg.is_hide_set() && names_file(arg);
    if !typed.starts_with('-') && args.iter().any(is_file) {
        return files::paths(typed, environment);
    }
    candidates(line, &args, typed)
}

/// Candidates for the value of the option `name`; `None` if no such option awaits one.
fn values_of(
    line: &SubcommandLine<'_>,
    args: &[Arg],
    name: &str,
    typed: &str,
    environment: &Environment,
) -> Option<Candidates> {
    let mut awaiting = args.iter().filter(|arg| arg.get_action().takes_values());
    if let Some(awaited) = awaiting.find(|arg| is_typed_as(arg, name)) {
        return Some(arg_values(awaited, typed, environment));
    }
    let takes_value = |option: &&CliOption| option.takes != OptionArity::Nothing;
    let mut globals = line.subcommand.globals().filter(takes_value);
    let option = globals.find(|option| option.is_typed_as(name))?;
    Some(option_values::values(option, None, typed, environment))
}

/// Candidates for the value of an option of the subcommand's own.
fn arg_values(arg: &Arg, typed: &str, environment: &Environment) -> Candidates {
    let choices = arg.get_possible_values();
    if !choices.is_empty() {
        return Candidates::of_texts(choices.iter().map(|choice| choice.get_name()));
    }
    match arg.get_value_names() {
        Some([form]) if *form == FAULT_FORM => fault_values::values(typed),
        _ if names_file(arg) => files::paths(typed, environment),
        _ => Candidates::default(),
    }
}

fn candidates(line: &SubcommandLine<'_>, args: &[Arg], typed: &str) -> Candidates {
    let before = line.behind;
    let choices = args
        .iter()
        .filter(|arg| arg.is_positional() && before.is_empty());
    let choices = choices.flat_map(Arg::get_possible_values);
    let choices = choices.map(|choice| (choice.get_name().to_string(), String::new()));
    let is_left = |arg: &&Arg| {
        let is_repeatable = matches!(arg.get_action(), ArgAction::Append);
        is_repeatable || !before.iter().any(|typed| is_typed_as(arg, typed))
    };
    let options = args.iter().filter(is_left).filter_map(|arg| {
        let name = format!("--{}", arg.get_long()?);
        Some((name, arg.get_help()?.to_string()))
    });
    // Global options are offered, as for operations, once a dash is typed; help is seldom wanted
    // then.
    let is_left = |option: &&CliOption| {
        let is_typed = before.iter().any(|arg| option.is_typed_as(arg));
        typed.starts_with('-') && !is_typed && option.name != HELP.name
    };
    let globals = line.subcommand.globals().filter(is_left);
    let globals = globals.map(|option| (option.typed(), option.help.to_string()));
    Candidates::of(choices.chain(options).chain(globals))
}

fn is_typed_as(arg: &Arg, typed: &str) -> bool {
    typed
        .strip_prefix("--")
        .is_some_and(|name| arg.get_long() == Some(name))
}

fn names_file(arg: &Arg) -> bool {
    let values = arg.get_value_names().unwrap_or_default();
    values
        .iter()
        .any(|value| *value == "FILE" || *value == "DIR")
}
