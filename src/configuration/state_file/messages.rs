//! What is wrong with a value of a state file, with the remedy.

use super::entry_keys::IDENTITY_POOL_ID;
use super::node::NodeValue;
use crate::close_matches::likeliest;
use crate::model::{Shape, ShapeKind};
use crate::python::surrogates;
use crate::source_excerpt::escape_unprintable;

/// The longest part of a value that a message shows.
const MAX_QUOTED: usize = 60;

/// A text in quotes, cut short.
pub(super) fn quoted(text: &str) -> String {
    match text.char_indices().nth(MAX_QUOTED) {
        Some((at, _)) => format!("\"{}\"…", escape_unprintable(&text[..at])),
        None => format!("\"{}\"", escape_unprintable(text)),
    }
}

/// A value in quotes. One with variables is not shown: they may be secret.
pub(super) fn shown(text: &str, is_expanded: bool) -> String {
    match is_expanded {
        true => "a value from variables".to_string(),
        false => quoted(text),
    }
}

/// A value of another type than expected.
pub(super) fn type_mismatch(name: &str, expected: &str, value: &NodeValue<'_>) -> String {
    let found = match value {
        NodeValue::Null => {
            return format!("{name} has no value; write one{}", or_remove_it(name));
        }
        NodeValue::String(text) if expected == "list" => {
            let text = quoted(text);
            return format!("{name} must be a list, not a string; write [{text}]");
        }
        NodeValue::String(_) => "a string".to_string(),
        NodeValue::Other(kind, "") => format!("a {kind}"),
        NodeValue::Other(kind, text) => format!("the {kind} {text}"),
        NodeValue::List(_) => "a list".to_string(),
        NodeValue::Mapping(_) => "a mapping".to_string(),
    };
    let remedy = match expected {
        _ if is_tagged(value) => "remove its tag",
        "string" if matches!(value, NodeValue::Other(..)) => "put it in quotes",
        "mapping" => "write its keys with values, as in KEY: VALUE",
        "list" => "begin each item with a dash",
        _ => "write a single value",
    };
    format!("{name} must be a {expected}, not {found}; {remedy}")
}

/// Whether the value has a type that no value has without a tag.
fn is_tagged(value: &NodeValue<'_>) -> bool {
    matches!(
        value,
        NodeValue::Other("binary value" | "set" | "value of an unknown tag", _)
    )
}

/// The other remedy for a value that is missing, unless it is required.
fn or_remove_it(name: &str) -> &'static str {
    match name {
        IDENTITY_POOL_ID => "",
        _ => ", or remove it",
    }
}

/// A key that is none of those known.
pub(super) fn unknown_key(key: &str, what: &str, known: &[&str]) -> String {
    let lowercase = key.to_lowercase();
    let same = known.iter().find(|known| known.to_lowercase() == lowercase);
    let close = same
        .copied()
        .or_else(|| likeliest(key, known.iter().copied()));
    let remedy = match close {
        Some(close) => format!("did you mean {close}?"),
        None => format!("its keys are {}", known.join(", ")),
    };
    format!("unknown key {} in {what}; {remedy}", quoted(key))
}

/// Why a text cannot be sent.
pub(super) fn unsendable(text: &str, name: &str) -> Option<String> {
    surrogates::to_unicode(text).is_err().then(|| {
        format!(
            "{name} holds half of a surrogate pair, which cannot be sent; write the whole character"
        )
    })
}

/// What a text violates of its shape's constraints.
pub(super) fn constraint_violation(
    text: &str,
    is_expanded: bool,
    shape: &Shape,
    name: &str,
) -> Option<String> {
    let shown = shown(text, is_expanded);
    if let ShapeKind::String { choices } = shape.kind
        && !choices.is_empty()
        && !choices.contains(&text)
    {
        let choices = choices.join(" or ");
        return Some(format!("{name} is {shown}; write {choices}"));
    }
    let length = surrogates::code_points(text).count();
    match (shape.min, shape.max) {
        (Some(1), _) if length == 0 => {
            let or_remove_it = or_remove_it(name);
            Some(format!("{name} is empty; write a value{or_remove_it}"))
        }
        (Some(min), _) if length < min => Some(format!(
            "{name} is {shown}, which is too short; write at least {min} characters, or remove it"
        )),
        (_, Some(max)) if length > max => Some(format!(
            "{name} is {shown}, which is too long with {length} characters; write at most {max}"
        )),
        _ => None,
    }
}
