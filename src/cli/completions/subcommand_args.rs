//! Candidates for the arguments of a subcommand, by its definition.

use clap::{Arg, ArgAction};

use super::candidate::Candidates;
use super::files::paths;
use super::option_values;
use crate::cli::options::{CliOption, HELP, OptionArity};
use crate::cli::subcommands::SubcommandLine;
use crate::environment::Environment;

/// Candidates for the last argument of the line, of which `typed` is there.
pub(super) fn at(line: &SubcommandLine<'_>, typed: &str, environment: &Environment) -> Candidates {
    let before = line.behind;
    let args = (line.subcommand.args)();
    if before.iter().any(|arg| arg == "--") && args.iter().any(Arg::is_last_set) {
        return paths(typed, environment);
    }
    let last = before.last().map(String::as_str).unwrap_or_default();
    if let Some(awaited) = args.iter().find(|arg| is_typed_as(arg, last))
        && awaited.get_action().takes_values()
    {
        return match names_file(awaited) {
            true => paths(typed, environment),
            false => Candidates::default(),
        };
    }
    let takes_value = |option: &&CliOption| option.takes != OptionArity::Nothing;
    let mut globals = line.subcommand.globals().filter(takes_value);
    if let Some(option) = globals.find(|option| option.is_typed_as(last)) {
        return option_values::values(option, None, typed, environment);
    }
    let is_file = |arg: &Arg| arg.is_positional() && !arg.is_hide_set() && names_file(arg);
    if !typed.starts_with('-') && args.iter().any(is_file) {
        return paths(typed, environment);
    }
    candidates(line, &args, typed)
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
