//! JSON as Python writes it with `json.dumps(indent=4, ensure_ascii=False)`, which is what the AWS
//! CLI prints.

use serde_json::{Number, Value as Json};

use crate::python;

/// The document with an indent of four, without a final newline.
pub fn render(document: &Json) -> String {
    let mut text = String::new();
    write_value(document, 0, &mut text);
    text
}

fn write_value(value: &Json, depth: usize, text: &mut String) {
    match value {
        Json::Null => text.push_str("null"),
        Json::Bool(flag) => text.push_str(if *flag { "true" } else { "false" }),
        Json::Number(number) => text.push_str(&number_text(number)),
        Json::String(string) => write_string(string, text),
        Json::Array(items) => {
            let entries = items.iter().map(|item| (None, item));
            write_entries(['[', ']'], entries, depth, text);
        }
        Json::Object(members) => {
            let entries = members
                .iter()
                .map(|(key, value)| (Some(key.as_str()), value));
            write_entries(['{', '}'], entries, depth, text);
        }
    }
}

fn write_entries<'a>(
    [open, close]: [char; 2],
    entries: impl Iterator<Item = (Option<&'a str>, &'a Json)>,
    depth: usize,
    text: &mut String,
) {
    text.push(open);
    let mut empty = true;
    for (key, value) in entries {
        if !empty {
            text.push(',');
        }
        empty = false;
        new_line(depth + 1, text);
        if let Some(key) = key {
            write_string(key, text);
            text.push_str(": ");
        }
        write_value(value, depth + 1, text);
    }
    if !empty {
        new_line(depth, text);
    }
    text.push(close);
}

fn new_line(depth: usize, text: &mut String) {
    text.push('\n');
    for _ in 0..depth {
        text.push_str("    ");
    }
}

fn write_string(string: &str, text: &mut String) {
    text.push('"');
    let mut rest = string;
    while let Some(at) = rest.find(|c: char| c < ' ' || c == '"' || c == '\\') {
        text.push_str(&rest[..at]);
        let byte = rest.as_bytes()[at];
        match byte {
            b'"' => text.push_str("\\\""),
            b'\\' => text.push_str("\\\\"),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            0x08 => text.push_str("\\b"),
            0x0c => text.push_str("\\f"),
            other => text.push_str(&format!("\\u{other:04x}")),
        }
        rest = &rest[at + 1..];
    }
    text.push_str(rest);
    text.push('"');
}

fn number_text(number: &Number) -> String {
    match &*python::number_text(number) {
        "inf" => "Infinity".into(),
        "-inf" => "-Infinity".into(),
        text => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_written_as_python_does() {
        let table = [
            ("{}", "{}"),
            ("[]", "[]"),
            (
                r#"{"a":[],"b":{"c":[1,null]}}"#,
                "{\n    \"a\": [],\n    \"b\": {\n        \"c\": [\n            1,\n            null\n        ]\n    }\n}",
            ),
            (
                r#""\u0007\b\f\n\r\t\"\\\u007fé☃😀\u2028""#,
                "\"\\u0007\\b\\f\\n\\r\\t\\\"\\\\\u{7f}é☃😀\u{2028}\"",
            ),
            (
                "[1.50,1e400,-1E400,1e3,-0,12345678901234567890123]",
                "[\n    1.5,\n    Infinity,\n    -Infinity,\n    1000.0,\n    0,\n    12345678901234567890123\n]",
            ),
        ];
        for (document, want) in table {
            let document: Json = serde_json::from_str(document).expect("JSON");
            assert_eq!(render(&document), want);
        }
    }
}
