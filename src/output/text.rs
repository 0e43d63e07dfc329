//! The `text` output format: tab-separated lines for `cut` and `awk`.
//!
//! Mirrors `awscli/text.py`. The scalars of an object share a line, sorted by key, after the
//! upper-cased name of the member that holds the object; nested values follow on lines of their
//! own. The query is applied before.

use super::write_buffer::WriteBuffer;
use crate::python;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// An error of the AWS CLI's text formatter, with the output before it.
///
/// The AWS CLI writes while it formats, so the lines before the error are on standard output
/// already. The exit status is 255.
#[derive(Debug)]
pub struct TextError {
    /// The output before the error.
    pub partial_output: WriteBuffer,
    /// Python's message.
    pub message: String,
}

/// Renders one document.
///
/// # Errors
///
/// Returns Python's error for a list that holds both an object and something else: the AWS CLI
/// fails on the first item that is not an object.
pub fn render(value: &Value) -> Result<WriteBuffer, TextError> {
    let mut partial_output = WriteBuffer::default();
    match push_value(&mut partial_output, value, None, None) {
        Ok(()) => Ok(partial_output),
        Err(message) => Err(TextError {
            partial_output,
            message,
        }),
    }
}

/// The keys that are columns of all objects of a list, sorted.
type Columns<'a> = BTreeSet<&'a str>;

fn push_value(
    out: &mut WriteBuffer,
    value: &Value,
    label: Option<&str>,
    columns: Option<&Columns>,
) -> Result<(), String> {
    match value {
        Value::Object(members) => push_object(out, members, label, columns),
        Value::Array(items) => push_list(out, items, label),
        _ => {
            out.begin_write();
            out.push_str(&python::to_str_cow(value));
            out.push('\n');
            Ok(())
        }
    }
}

fn push_list(out: &mut WriteBuffer, items: &[Value], label: Option<&str>) -> Result<(), String> {
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

/// Writes the scalars of a list: one line each after the label, or a single line without a label.
fn push_scalars<'a>(
    out: &mut WriteBuffer,
    scalars: impl Iterator<Item = &'a Value>,
    label: Option<&str>,
) {
    let mut scalars = scalars.map(python::to_str_cow).peekable();
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

/// Returns every key that has a scalar in at least one of the objects.
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

fn push_object(
    out: &mut WriteBuffer,
    members: &Map<String, Value>,
    label: Option<&str>,
    columns: Option<&Columns>,
) -> Result<(), String> {
    let mut nested = Vec::new();
    let mut cells = Vec::new();
    if let Some(columns) = columns {
        // A column applies to all items: an item without the key, or with a nested value there,
        // fills the cell and has no line of its own for the key.
        cells.extend(columns.iter().map(|key| {
            let value = members.get(*key);
            value.map_or("".into(), python::to_str_cow)
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
                cells.push(python::to_str_cow(value));
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

fn push_line<'a>(out: &mut WriteBuffer, cells: impl IntoIterator<Item = &'a str>) {
    out.begin_write();
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
    fn renders_documents_as_aws_cli_does() {
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
            let text = render(&value(json)).map(WriteBuffer::into_text);
            assert_eq!(text.ok().as_deref(), Some(want), "{json}");
        }
    }

    #[test]
    fn returns_partial_output_with_error_of_python() {
        for (json, partial_output, message) in [
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
            let error = render(&value(json)).expect_err("Python fails there");
            assert_eq!(error.partial_output.as_str(), partial_output, "{json}");
            assert_eq!(error.message, message, "{json}");
        }
    }
}
