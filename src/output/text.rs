//! The `text` form: tab-separated lines, made for `cut` and `awk`.
//!
//! Mirrors `awscli/text.py`. Scalars of a dictionary share a line, in the order of their keys,
//! behind the upper-cased name under which the dictionary was found; what is nested follows on
//! lines of its own. It does not apply a query and knows nothing of pages: each page is a
//! document of its own here.

use super::writes::Writes;
use crate::python;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Where the reference gives up, with what it had written by then.
///
/// The reference writes as it goes, so the lines before the failure are on standard output
/// already; the exit status is that of any unforeseen failure, 255.
#[derive(Debug)]
pub struct Failure {
    /// What belongs on standard output nonetheless.
    pub written: Writes,
    /// Python's message.
    pub message: String,
}

/// Writes one document.
///
/// # Errors
///
/// A list that holds both a dictionary and something else has no text form: the reference fails
/// on the first of its items that is no dictionary.
pub fn render(value: &Value) -> Result<Writes, Failure> {
    let mut written = Writes::default();
    match push_value(&mut written, value, None, None) {
        Ok(()) => Ok(written),
        Err(message) => Err(Failure { written, message }),
    }
}

/// The keys that are columns of all dictionaries of a list, in order.
type Columns<'a> = BTreeSet<&'a str>;

fn push_value(
    out: &mut Writes,
    value: &Value,
    label: Option<&str>,
    columns: Option<&Columns>,
) -> Result<(), String> {
    match value {
        Value::Object(members) => push_dict(out, members, label, columns),
        Value::Array(items) => push_list(out, items, label),
        _ => {
            out.begin();
            out.push_str(&python::text_of(value));
            out.push('\n');
            Ok(())
        }
    }
}

fn push_list(out: &mut Writes, items: &[Value], label: Option<&str>) -> Result<(), String> {
    if items.iter().any(Value::is_object) {
        let columns = shared_columns(items)?;
        return items
            .iter()
            .try_for_each(|item| push_value(out, item, label, Some(&columns)));
    }
    push_scalars(out, items.iter().filter(|item| !item.is_array()), label);
    items
        .iter()
        .filter(|item| item.is_array())
        .try_for_each(|inner| push_value(out, inner, label, None))
}

/// Scalars of a list: a line each behind the label, or all on one line if there is none.
fn push_scalars<'a>(
    out: &mut Writes,
    scalars: impl Iterator<Item = &'a Value>,
    label: Option<&str>,
) {
    let mut scalars = scalars.map(python::text_of).peekable();
    if scalars.peek().is_none() {
        return;
    }
    if let Some(label) = label {
        let label = python::upper(label);
        for scalar in scalars {
            push_line(out, [label.as_str(), &scalar]);
        }
    } else {
        let cells: Vec<_> = scalars.collect();
        push_line(out, cells.iter().map(AsRef::as_ref));
    }
}

/// Every key that has a scalar in at least one of the dictionaries.
fn shared_columns(items: &[Value]) -> Result<Columns<'_>, String> {
    let mut columns = Columns::new();
    for item in items {
        let Value::Object(members) = item else {
            let name = python::type_name(item);
            return Err(format!("'{name}' object has no attribute 'items'"));
        };
        for (key, value) in members {
            if python::is_scalar(value) && !columns.contains(key.as_str()) {
                columns.insert(key);
            }
        }
    }
    Ok(columns)
}

fn push_dict(
    out: &mut Writes,
    members: &Map<String, Value>,
    label: Option<&str>,
    columns: Option<&Columns>,
) -> Result<(), String> {
    let mut nested = Vec::new();
    let mut cells = Vec::new();
    if let Some(columns) = columns {
        // A column counts for all items: one that misses it, or that nests something there,
        // still fills the cell and then has nothing more to say about it.
        cells.extend(columns.iter().map(|key| {
            let value = members.get(*key);
            value.map_or("".into(), python::text_of)
        }));
        nested.extend(
            members
                .iter()
                .filter(|(key, _)| !columns.contains(key.as_str())),
        );
        nested.sort_unstable_by_key(|(key, _)| *key);
    } else {
        let mut sorted: Vec<_> = members.iter().collect();
        sorted.sort_unstable_by_key(|(key, _)| *key);
        for (key, value) in sorted {
            if python::is_scalar(value) {
                cells.push(python::text_of(value));
            } else {
                nested.push((key, value));
            }
        }
    }
    if !cells.is_empty() {
        let label = label.map(python::upper);
        push_line(
            out,
            label
                .as_deref()
                .into_iter()
                .chain(cells.iter().map(AsRef::as_ref)),
        );
    }
    nested
        .into_iter()
        .try_for_each(|(key, value)| push_value(out, value, Some(key), None))
}

fn push_line<'a>(out: &mut Writes, cells: impl IntoIterator<Item = &'a str>) {
    out.begin();
    for (position, cell) in cells.into_iter().enumerate() {
        if position > 0 {
            out.push('\t');
        }
        out.push_str(cell);
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(json: &str) -> Value {
        serde_json::from_str(json).expect("the test's own JSON is valid")
    }

    #[test]
    fn documents_are_written_as_the_reference_writes_them() {
        for (json, want) in [
            ("null", "None\n"),
            ("true", "True\n"),
            (r#""a\tb""#, "a\tb\n"),
            ("1e16", "1e+16\n"),
            ("[]", ""),
            ("{}", ""),
            ("[[], [], []]", ""),
            (r#"["a", null, 1.0]"#, "a\tNone\t1.0\n"),
            (r#"{"b": 1, "a": "x", "c": null}"#, "x\t1\tNone\n"),
            (r#"{"List": ["a", false]}"#, "LIST\ta\nLIST\tFalse\n"),
            (
                r#"{"List": [1, ["b", [2]], 3]}"#,
                "LIST\t1\nLIST\t3\nLIST\tb\nLIST\t2\n",
            ),
            (
                r#"{"B": {"y": 1, "x": {"z": 2}}, "straße": [{"k": 1}], "A": 0}"#,
                "0\nB\t1\nX\t2\nSTRASSE\t1\n",
            ),
            (
                r#"[{"a": 1, "b": [1]}, {"b": {"c": 2}, "d": 3}]"#,
                "1\t\nB\t1\n\t3\nB\t2\n",
            ),
            (
                r#"{"R": [{"k": 1}, {"k": {"n": [1, "x"]}, "m": {"v": 2}}]}"#,
                "R\t1\nR\t{'n': [1, 'x']}\nM\t2\n",
            ),
            (r#"{"": {"x": 1}, "e": [{}]}"#, "\t1\n"),
        ] {
            let text = render(&value(json)).map(Writes::into_text);
            assert_eq!(text.ok().as_deref(), Some(want), "{json}");
        }
    }

    #[test]
    fn failures_keep_what_was_written_and_have_the_message_of_python() {
        for (json, written, message) in [
            (
                "[{}, null]",
                "",
                "'NoneType' object has no attribute 'items'",
            ),
            (
                r#"[[{"a": 1}], [{"a": 1}, "x"]]"#,
                "1\n",
                "'str' object has no attribute 'items'",
            ),
            (
                r#"{"A": 1, "B": [2.5, {"c": 3}]}"#,
                "1\n",
                "'float' object has no attribute 'items'",
            ),
            ("[{}, [], 1]", "", "'list' object has no attribute 'items'"),
            ("[{}, 1.0]", "", "'float' object has no attribute 'items'"),
            ("[true, {}]", "", "'bool' object has no attribute 'items'"),
        ] {
            let failure = render(&value(json)).expect_err("Python fails there");
            assert_eq!(failure.written.as_str(), written, "{json}");
            assert_eq!(failure.message, message, "{json}");
        }
    }
}
