//! Hints about a command line that is not understood: what was likely meant. They stand beside the
//! AWS CLI's message and decide nothing.

use super::options::{self, CliOption, GLOBALS};
use super::program::SERVICE;
use super::subcommands::SUBCOMMANDS;
use crate::close_matches::likeliest;
use crate::error::Error;

/// More suggestions than these say nothing.
const MOST: usize = 4;

/// Letters that other programs have for options, with those of this one.
static LETTERS: [(&str, CliOption); 7] = [
    ("-V", options::VERSION),
    ("-v", options::VERSION),
    ("-d", options::DEBUG),
    ("-o", options::OUTPUT),
    ("-p", options::PROFILE),
    ("-q", options::QUERY),
    ("-r", options::REGION),
];

/// Adds what was likely meant by those of `args` that are `unknown`, where `options` may stand.
pub(super) fn about_unknown(
    mut error: Error,
    args: &[String],
    unknown: &[String],
    options: &[CliOption],
) -> Error {
    let mut is_behind_unknown = false;
    for arg in args {
        let is_option = arg.len() > 1 && arg.starts_with('-');
        let hint = match (unknown.contains(arg), is_option) {
            (true, true) => about_option(arg, options),
            // What stands behind an unknown option is its value.
            (true, false) if !is_behind_unknown => about_stray(arg),
            _ => None,
        };
        if is_option {
            is_behind_unknown = unknown.contains(arg);
        }
        if let Some(hint) = hint.filter(|hint| !error.hints.contains(hint)) {
            error = error.hint(hint);
        }
    }
    error
}

fn about_option(arg: &str, options: &[CliOption]) -> Option<String> {
    let typed = arg.split('=').next().unwrap_or(arg);
    let name = typed.trim_start_matches('-');
    let known: Vec<&CliOption> = options.iter().chain(&GLOBALS).collect();
    let of_letter = LETTERS.iter().find(|(letter, _)| *letter == typed);
    let found = match (of_letter, name.len()) {
        (Some((_, option)), _) => vec![&*option.name],
        (None, ..2) => return None,
        _ => alike(name, known.iter().map(|option| &*option.name)),
    };
    let found = found.iter().map(|name| format!("--{name}")).collect();
    Some(format!("{typed} is not known, but {}", are(found)?))
}

/// What a word means that stands alone, though it looks like a part of a value.
fn about_stray(word: &str) -> Option<String> {
    // The names of members begin with a capital, other than `arn:` and `https:`.
    let is_member = |key: &str| {
        key.starts_with(|c: char| c.is_ascii_uppercase())
            && key.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    let is_pair = word.split_once(':').is_some_and(|(key, _)| is_member(key));
    if word.contains(['{', '}', '[', ']', '"']) || is_pair {
        return Some(format!(
            "{word} stands alone: a shell takes JSON apart that is not in quotes. Put the whole \
             value in single quotes"
        ));
    }
    word.contains('=').then(|| {
        format!(
            "{word} stands alone: the members of one value are separated by commas, without spaces"
        )
    })
}

/// Adds what was likely meant by a word that is none of the choices.
pub(super) fn about_choice<'a>(
    error: Error,
    argument: &str,
    word: &str,
    choices: impl Iterator<Item = &'a str>,
) -> Error {
    let hint = match argument {
        "operation" => about_operation(word, choices),
        "command" => about_command(word, choices),
        "subcommand" => {
            are(alike(word, choices)).map(|found| format!("{word} is not known, but {found}"))
        }
        _ => Some(format!(
            "{argument} can be {}",
            choices.collect::<Vec<_>>().join(", ")
        )),
    };
    match hint {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

fn about_operation<'a>(word: &str, operations: impl Iterator<Item = &'a str>) -> Option<String> {
    if word == SERVICE || word == "aws" {
        return Some(format!(
            "leave out {word}: this program is {SERVICE}, and the operation comes next"
        ));
    }
    let subcommands = SUBCOMMANDS.iter().map(|subcommand| subcommand.name);
    if subcommands.clone().any(|name| name == word) {
        return Some(format!(
            "{word} is no operation: only global options may stand before it"
        ));
    }
    if let Some(found) = are(alike(word, operations.chain(subcommands))) {
        return Some(format!("{word} is not known, but {found}"));
    }
    let mut options = GLOBALS.iter().map(CliOption::typed);
    let option = options.find(|option| option.trim_start_matches('-') == word)?;
    Some(format!("{word} is not known, but {option} is"))
}

fn about_command<'a>(word: &str, commands: impl Iterator<Item = &'a str>) -> Option<String> {
    if crate::model::Operation::find_by_command(word).is_some() {
        return Some(format!(
            "under the name aws, {SERVICE} comes first: aws {SERVICE} {word}"
        ));
    }
    match are(alike(word, commands)) {
        Some(found) => Some(format!("{word} is not known, but {found}")),
        None => Some(format!(
            "this program has the AWS CLI's {SERVICE} and none of its other commands"
        )),
    }
}

/// The names that have all parts of one, as `list-records` has those of `list` and `ListRecords`;
/// or, if there are none or too many, the name that resembles it most.
pub(super) fn alike<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let known: Vec<_> = known.filter(|known| known.len() > 1).collect();
    let wanted = parts(name);
    let has_all = |known: &&&str| {
        let parts = parts(known);
        !wanted.is_empty() && wanted.iter().all(|part| parts.contains(part))
    };
    let found: Vec<_> = known.iter().filter(has_all).copied().collect();
    match found.len() {
        1..=MOST => found,
        _ => likeliest(name, known.into_iter()).into_iter().collect(),
    }
}

/// The parts of a name that is spelt `like-this`, `like_this` or `LikeThis`, in lower case.
fn parts(name: &str) -> Vec<String> {
    let mut spaced = String::new();
    for character in name.chars() {
        if character.is_uppercase() || !character.is_alphanumeric() {
            spaced.push(' ');
        }
        if character.is_alphanumeric() {
            spaced.extend(character.to_lowercase());
        }
    }
    spaced.split_whitespace().map(str::to_string).collect()
}

/// `a is`, `a and b are`, `a, b and c are`.
fn are<T: Into<String>>(names: Vec<T>) -> Option<String> {
    let mut names: Vec<String> = names.into_iter().map(Into::into).collect();
    let last = names.pop()?;
    Some(match names.is_empty() {
        true => format!("{last} is"),
        false => format!("{} and {last} are", names.join(", ")),
    })
}
