//! Candidates for the values of options, by the options' definitions and the model.

use super::candidate::Candidates;
use super::files::{file, paths};
use super::shorthand::{self, Wanted};
use crate::cli::options::{self, CliOption};
use crate::environment::Environment;
use crate::model::{Operation, REGIONS, Shape, ShapeKind};
use crate::settings;

/// Candidates for the value of an option of `operation`, or of a global one, of which `typed` is
/// there.
pub(super) fn values(
    option: &CliOption,
    operation: Option<&Operation>,
    typed: &str,
    environment: &Environment,
) -> Candidates {
    if !option.choices.is_empty() {
        return Candidates::of_texts(option.all_choices());
    }
    let is = |known: CliOption| option.name == known.name;
    match &*option.name {
        _ if is(options::PROFILE) => {
            Candidates::of_texts(settings::profile_names(environment).unwrap_or_default())
        }
        _ if is(options::REGION) => Candidates::of(REGIONS),
        _ if is(options::CA_BUNDLE) => paths(typed, environment),
        _ if is(options::CLI_INPUT_JSON) || is(options::CLI_INPUT_YAML) => file(typed, environment)
            .unwrap_or_else(|| Candidates::of([("file://", "Reads a file.")]).open()),
        name => {
            let members = operation.map(|o| o.input.aws_cli_members());
            let member = members.and_then(|mut all| all.find(|m| m.option() == name));
            member.map_or_else(Candidates::default, |member| {
                let by_shape = || shape_values(member.shape, typed, environment);
                file(typed, environment).unwrap_or_else(by_shape)
            })
        }
    }
}

/// Candidates for the value of a member of the input.
fn shape_values(shape: &Shape, typed: &str, environment: &Environment) -> Candidates {
    match shape.kind {
        ShapeKind::String { choices } => Candidates::of_texts(choices.iter().copied()),
        ShapeKind::List(item) if shape.is_complex() => shorthand_values(item, typed, environment),
        ShapeKind::Structure(_) | ShapeKind::Map { .. } => {
            shorthand_values(shape, typed, environment)
        }
        _ => Candidates::default(),
    }
}

/// Candidates at the end of a shorthand value.
fn shorthand_values(shape: &Shape, text: &str, environment: &Environment) -> Candidates {
    let (candidates, typed) = match shorthand::wanted(text) {
        Wanted::Key { used, typed } => {
            let left = keys(shape)
                .into_iter()
                .filter(|(key, ..)| !used.contains(key));
            let keys = left.map(|(key, description, _)| (format!("{key}="), description));
            (Candidates::of(keys).open(), typed)
        }
        Wanted::Value { used, typed } => {
            let keys = keys(shape);
            let of_key = |(key, ..): &&(&str, _, _)| used.last() == Some(key);
            let candidates = match keys.iter().find(of_key) {
                Some((_, _, shape)) => match shape.kind {
                    ShapeKind::String { choices } => Candidates::of_texts(choices.iter().copied()),
                    _ => Candidates::default(),
                },
                None => Candidates::default(),
            };
            // A comma and the next key may follow.
            let is_last = keys.iter().all(|(key, ..)| used.contains(key));
            let candidates = if is_last {
                candidates
            } else {
                candidates.open()
            };
            (candidates, typed)
        }
        Wanted::FileOrText { typed } => (file(typed, environment).unwrap_or_default(), typed),
        Wanted::Nothing => (Candidates::default(), ""),
    };
    candidates.behind(text.len() - typed.len())
}

/// The keys of a structure or map with their descriptions and shapes.
fn keys(shape: &Shape) -> Vec<(&'static str, &'static str, &'static Shape)> {
    match shape.kind {
        ShapeKind::Structure(structure) => structure
            .aws_cli_members()
            .map(|member| (member.name, member.doc, member.shape))
            .collect(),
        ShapeKind::Map { key, value } => match key.kind {
            ShapeKind::String { choices } => choices.iter().map(|key| (*key, "", value)).collect(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}
