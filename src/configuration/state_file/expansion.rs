//! `--expand`: `${VAR}` and `${VAR:-default}` in strings are replaced by environment variables.
//!
//! Strings are expanded after the file has been parsed, so that no value can change its structure.

use std::borrow::Cow;

use crate::environment::Environment;
use crate::python::surrogates;

/// How deep a default may hold variables with defaults.
const MAX_DEPTH: usize = 16;

/// What begins a variable.
pub(super) const VARIABLE_START: &str = "${";

/// Expands a string. `$$` is a `$`; a `$` before anything else but `{` stays.
///
/// # Errors
///
/// What is wrong, with the remedy: a variable without default that is not set, or a reference
/// that is malformed.
pub(super) fn expand<'t>(text: &'t str, environment: &Environment) -> Result<Cow<'t, str>, String> {
    if !text.contains('$') {
        return Ok(Cow::Borrowed(text));
    }
    expand_nested(text, environment, 0).map(Cow::Owned)
}

fn expand_nested(text: &str, environment: &Environment, depth: usize) -> Result<String, String> {
    if depth > MAX_DEPTH {
        return Err("defaults of variables are nested too deep; shorten them".to_string());
    }
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        expanded.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("$$") {
            expanded.push('$');
            rest = after;
        } else if let Some(after) = rest.strip_prefix(VARIABLE_START) {
            let reference = parse_reference(after).ok_or_else(|| {
                "\"${\" must begin ${NAME} or ${NAME:-DEFAULT}; write $${ for the characters \
                 themselves"
                    .to_string()
            })?;
            let value = reference.value(environment, depth)?;
            expanded.push_str(&value);
            rest = &after[reference.length..];
        } else {
            expanded.push('$');
            rest = &rest[1..];
        }
    }
    expanded.push_str(rest);
    Ok(expanded)
}

/// A reference to a variable.
struct VariableReference<'t> {
    name: &'t str,
    default: Option<&'t str>,
    /// Its length in bytes behind `${`.
    length: usize,
}

impl VariableReference<'_> {
    /// As in `sh`: with a default, an empty variable counts as unset.
    fn value(&self, environment: &Environment, depth: usize) -> Result<String, String> {
        let name = self.name;
        let value = match self.default {
            Some(_) => environment.non_empty(name),
            None => environment.get(name),
        };
        match (value, self.default) {
            (Some(value), _) => Ok(surrogates::from_unicode(value).into_owned()),
            (None, Some(default)) => expand_nested(default, environment, depth + 1),
            (None, None) => Err(format!(
                "the variable {name} is not set; set it, or write ${{{name}:-DEFAULT}}"
            )),
        }
    }
}

/// Parses what follows `${`, up to the matching `}`.
fn parse_reference(text: &str) -> Option<VariableReference<'_>> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let end = text.find(|c| !is_name(c))?;
    let name = &text[..end];
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if text[end..].starts_with('}') {
        return Some(VariableReference {
            name,
            default: None,
            length: end + 1,
        });
    }
    let default = text[end..].strip_prefix(":-")?;
    let length = default_length(default)?;
    Some(VariableReference {
        name,
        default: Some(&default[..length]),
        length: end + 2 + length + 1,
    })
}

/// The length of a default, which ends at the `}` that no `${` within it opens.
fn default_length(text: &str) -> Option<usize> {
    let mut open = 0;
    let mut at = 0;
    while let Some(found) = text[at..].find(['$', '}']) {
        at += found;
        let rest = &text[at..];
        if rest.starts_with("$$") {
            at += 1;
        } else if rest.starts_with(VARIABLE_START) {
            open += 1;
        } else if rest.starts_with('}') && open == 0 {
            return Some(at);
        } else if rest.starts_with('}') {
            open -= 1;
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment() -> Environment {
        Environment::from([
            ("A", "x"),
            ("B_1", "$A ${A}"),
            ("EMPTY", ""),
            ("é", "no name"),
        ])
    }

    #[test]
    fn expands_variables_and_defaults() {
        let table = [
            ("", ""),
            ("plain", "plain"),
            ("${A}", "x"),
            ("a${A}b${A}c", "axbxc"),
            // A value is not expanded again.
            ("${B_1}", "$A ${A}"),
            ("${EMPTY}", ""),
            ("${EMPTY:-d}", "d"),
            ("${NONE:-}", ""),
            ("${NONE:-a b:c}", "a b:c"),
            ("${A:-d}", "x"),
            ("${NONE:-${A}}", "x"),
            ("${NONE:-${NONE:-{y}}}", "{y}"),
            ("${NONE:-$$}z}", "$z}"),
            ("$$", "$"),
            ("$${A}", "${A}"),
            ("$$$${A}", "$${A}"),
            ("$$${A}", "$x"),
            ("$A $ $", "$A $ $"),
            ("é${A}é", "éxé"),
        ];
        for (text, want) in table {
            let found = expand(text, &environment());
            assert_eq!(found.as_deref(), Ok(want), "{text}");
        }
    }

    #[test]
    fn rejects_unset_variables_and_malformed_references() {
        let unset = "the variable NONE is not set; set it, or write ${NONE:-DEFAULT}";
        let malformed = "\"${\" must begin ${NAME} or ${NAME:-DEFAULT}; write $${ for the characters \
                         themselves";
        let deep = format!("{}x{}", "${NONE:-".repeat(20), "}".repeat(20));
        let table = [
            ("${NONE}", unset),
            ("${A}${NONE}", unset),
            ("${NONE:-${NONE}}", unset),
            ("${", malformed),
            ("${}", malformed),
            ("${A", malformed),
            ("${A:-b", malformed),
            ("${A:-${A}", malformed),
            ("${1}", malformed),
            ("${A-b}", malformed),
            ("${A:?b}", malformed),
            ("${ A }", malformed),
            ("${é}", malformed),
            (
                &deep,
                "defaults of variables are nested too deep; shorten them",
            ),
        ];
        for (text, message) in table {
            let found = expand(text, &environment());
            assert_eq!(found, Err(message.to_string()), "{text}");
        }
    }
}
