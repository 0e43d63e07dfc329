//! The emitter: writes documents byte for byte as `--output yaml` and `yaml-stream` print them.
//!
//! Mirrors the safe dumper of `ruamel.yaml` (0.19.1) on libyaml's emitter: block style throughout,
//! keys sorted by code point, sequences under a key not indented. `style` selects how a scalar is
//! written, `scalar` writes it.
//!
//! Files for people have a layout of their own ([`YamlLayout::Readable`]).
//!
//! It writes no anchors and aliases, which the AWS CLI prints where a query puts the same list or
//! map in two places: a [`Value`] has no identity.

mod buffer;
mod scalar;
mod style;

use buffer::Buffer;
use scalar::Lines;
use serde_json::{Map, Value};

use crate::python::surrogates;

use super::representer;

/// The step of indentation.
const INDENT: usize = 2;

/// What strings in the form of a timestamp stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timestamps {
    /// Strings, which are quoted.
    Text,
    /// Values of exactly the form `YYYY-MM-DDTHH:MM:SS` stand for `datetime` objects, as output
    /// skeletons hold them, and are written plain as `YYYY-MM-DD HH:MM:SS`. Keys are strings.
    Typed,
}

/// How a document is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YamlLayout {
    /// As `ruamel.yaml` does.
    Ruamel,
    /// Keys in their own order, lists indented, no line folded, and strings also quoted where YAML
    /// 1.1 would read them as another type.
    Readable,
}

/// A value in a layout, with the final line feed.
pub fn dump_with_layout(value: &Value, layout: YamlLayout) -> String {
    Emitter {
        layout,
        ..Emitter::new(Timestamps::Text)
    }
    .emit(value)
}

/// A value as `--output yaml` prints it, with the final line feed. A scalar alone is printed as
/// JSON.
pub fn dump(value: &Value, timestamps: Timestamps) -> String {
    match value {
        Value::Array(_) | Value::Object(_) => Emitter::new(timestamps).emit(value),
        Value::Number(number) => format!("{}\n", representer::json_number(number)),
        Value::Null | Value::Bool(_) | Value::String(_) => {
            surrogates::escape(&format!("{value}\n")).into_owned()
        }
    }
}

/// A value as `--output yaml-stream` prints it: as the only item of a list, with the final line
/// feed.
pub fn dump_list(value: &Value, timestamps: Timestamps) -> String {
    let mut emitter = Emitter::new(timestamps);
    emitter.open(
        CollectionEntries::Items(std::slice::from_ref(value).iter()),
        0,
    );
    emitter.run()
}

/// A collection being written. A stack of them replaces recursion, so that only memory limits the
/// depth of a document.
struct Level<'a> {
    indent: usize,
    entries: CollectionEntries<'a>,
}

/// The entries of a collection that are still to be written.
enum CollectionEntries<'a> {
    Items(std::slice::Iter<'a, Value>),
    Pairs(std::vec::IntoIter<(&'a String, &'a Value)>),
}

enum CollectionEntry<'a> {
    Item(&'a Value),
    Pair(&'a str, &'a Value),
}

impl<'a> CollectionEntries<'a> {
    fn pairs(map: &'a Map<String, Value>, layout: YamlLayout) -> Self {
        let mut pairs: Vec<_> = map.iter().collect();
        if layout == YamlLayout::Ruamel {
            // UTF-8 sorts like code points, which is how Python orders strings.
            pairs.sort_unstable_by_key(|(key, _)| *key);
        }
        CollectionEntries::Pairs(pairs.into_iter())
    }

    fn next(&mut self) -> Option<CollectionEntry<'a>> {
        match self {
            CollectionEntries::Items(items) => items.next().map(CollectionEntry::Item),
            CollectionEntries::Pairs(pairs) => pairs
                .next()
                .map(|(key, value)| CollectionEntry::Pair(key, value)),
        }
    }
}

struct Emitter<'a> {
    buffer: Buffer,
    levels: Vec<Level<'a>>,
    timestamps: Timestamps,
    layout: YamlLayout,
}

impl<'a> Emitter<'a> {
    fn new(timestamps: Timestamps) -> Self {
        Emitter {
            buffer: Buffer::new(),
            levels: Vec::new(),
            timestamps,
            layout: YamlLayout::Ruamel,
        }
    }

    fn emit(mut self, root: &'a Value) -> String {
        self.node(root, 0, 0);
        self.run()
    }

    /// Writes all open collections to their ends.
    fn run(mut self) -> String {
        while let Some(level) = self.levels.last_mut() {
            let indent = level.indent;
            match level.entries.next() {
                Some(CollectionEntry::Item(value)) => self.item(value, indent),
                Some(CollectionEntry::Pair(key, value)) => self.pair(key, value, indent),
                None => {
                    self.levels.pop();
                }
            }
        }
        self.buffer.finish()
    }

    fn open(&mut self, entries: CollectionEntries<'a>, indent: usize) {
        self.levels.push(Level { indent, entries });
    }

    fn item(&mut self, value: &'a Value, indent: usize) {
        self.buffer.write_indent(indent);
        self.buffer.write_indicator('-');
        self.node(value, indent + INDENT, indent + INDENT);
    }

    fn pair(&mut self, key: &str, value: &'a Value, indent: usize) {
        let inner = indent + INDENT;
        let simple = style::is_simple_key(key);
        let lines = Lines {
            indent: inner,
            is_folded: !simple,
        };
        self.buffer.write_indent(indent);
        if simple {
            self.text(key, lines);
            self.buffer.put(':');
            let list_indent = match self.layout {
                // The dash of a list under `key:` stands in the key's column.
                YamlLayout::Ruamel => indent,
                YamlLayout::Readable => inner,
            };
            self.node(value, inner, list_indent);
        } else {
            self.buffer.write_indicator('?');
            self.text(key, lines);
            self.buffer.write_indent(indent);
            self.buffer.write_indicator(':');
            self.node(value, inner, inner);
        }
    }

    /// Writes a scalar or an empty collection, or opens a collection, whose entries go to the
    /// column `indent`, those of a list to `list_indent`.
    fn node(&mut self, value: &'a Value, indent: usize, list_indent: usize) {
        match value {
            Value::Null => self.token("null", indent),
            Value::Bool(true) => self.token("true", indent),
            Value::Bool(false) => self.token("false", indent),
            Value::Number(number) => self.token(&representer::yaml_number(number), indent),
            Value::String(text) => self.string(text, indent),
            Value::Array(items) if items.is_empty() => self.token("[]", indent),
            Value::Array(items) => self.open(CollectionEntries::Items(items.iter()), list_indent),
            Value::Object(map) if map.is_empty() => self.token("{}", indent),
            Value::Object(map) => self.open(CollectionEntries::pairs(map, self.layout), indent),
        }
    }

    fn string(&mut self, text: &str, indent: usize) {
        if self.timestamps == Timestamps::Typed && is_datetime(text) {
            self.token(&text.replacen('T', " ", 1), indent);
        } else {
            let is_folded = self.layout == YamlLayout::Ruamel;
            self.text(text, Lines { indent, is_folded });
        }
    }

    fn text(&mut self, text: &str, lines: Lines) {
        match self.layout {
            YamlLayout::Ruamel => scalar::write(&mut self.buffer, text, lines),
            YamlLayout::Readable => scalar::write_portable(&mut self.buffer, text, lines),
        }
    }

    fn token(&mut self, token: &str, indent: usize) {
        scalar::write_token(
            &mut self.buffer,
            token,
            Lines {
                indent,
                is_folded: true,
            },
        );
    }
}

/// Whether a text has exactly the form `YYYY-MM-DDTHH:MM:SS`, whatever the digits.
fn is_datetime(text: &str) -> bool {
    let form = b"0000-00-00T00:00:00";
    text.len() == form.len()
        && text.bytes().zip(form).all(|(byte, model)| match model {
            b'0' => byte.is_ascii_digit(),
            separator => byte == *separator,
        })
}

#[cfg(test)]
mod tests {
    use super::{Timestamps, YamlLayout, dump, dump_list, dump_with_layout};
    use serde_json::{Map, Value, json};

    fn parsed(text: &str) -> Value {
        serde_json::from_str(text).expect("the table holds JSON")
    }

    /// JSON, `--output yaml`; recorded from the CLI's YAMLDumper.
    #[test]
    fn dumps_documents_as_recorded() {
        let table = [
            (
                "{\"b\":1,\"a\":null,\"B\":true,\"\u{E9}\":-2.50,\"\":[],\"1\":{},\"null\":\"null\"}",
                "'': []\n'1': {}\nB: true\na: null\nb: 1\n'null': 'null'\n\u{E9}: -2.5\n",
            ),
            (
                "[[],{},[[]],[[1,2],[{\"a\":1,\"b\":[2]}]]]",
                "- []\n- {}\n- - []\n- - - 1\n    - 2\n  - - a: 1\n      b:\n      - 2\n",
            ),
            (
                "{\"a\":[[1]],\"b\":{\"c\":{\"d\":[]}},\"e\":[{\"f\":[1],\"g\":{\"h\":\"i\"}}]}",
                "a:\n- - 1\nb:\n  c:\n    d: []\ne:\n- f:\n  - 1\n  g:\n    h: i\n",
            ),
            ("{\"a\\nb\":{\"c\":1}}", "? 'a\n\n  b'\n: c: 1\n"),
            (
                "{\"a\\nb\":[1,{\"d\":2}]}",
                "? 'a\n\n  b'\n: - 1\n  - d: 2\n",
            ),
            (
                "{\"a\\nb\":\"x\",\"a\\n\":[]}",
                "? 'a\n\n  '\n: []\n? 'a\n\n  b'\n: x\n",
            ),
            (
                "{\"word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word \":1}",
                "? 'word word word word word word word word word word word word word word word word\n  word word word word word word word word word word word word word word word word\n  word word '\n: 1\n",
            ),
            (
                "{\"word word word word word word word word word word word word word word word word word word word word x\":1}",
                "word word word word word word word word word word word word word word word word word word word word x: 1\n",
            ),
            (
                "{\"a\":\"2024-01-31T10:20:30\"}",
                "a: '2024-01-31T10:20:30'\n",
            ),
            ("{}", "{}\n"),
            ("[]", "[]\n"),
            ("null", "null\n"),
            ("false", "false\n"),
            ("-0", "0\n"),
            ("1E16", "1e+16\n"),
            (
                "\"\u{E9}\\u007f\\u001f\\\"\\u2028\u{1F600}\"",
                "\"\u{E9}\u{7F}\\u001f\\\"\u{2028}\u{1F600}\"\n",
            ),
            ("\"2024-01-31T10:20:30\"", "\"2024-01-31T10:20:30\"\n"),
        ];
        for (json, yaml) in table {
            assert_eq!(dump(&parsed(json), Timestamps::Text), yaml, "{json}");
        }
    }

    /// JSON, `--output yaml-stream`; recorded likewise.
    #[test]
    fn dumps_lists_as_recorded() {
        let table = [
            ("{}", "- {}\n"),
            ("[]", "- []\n"),
            ("\"x\"", "- x\n"),
            (
                "{\"a\":[1],\"b\":{\"c\":2}}",
                "- a:\n  - 1\n  b:\n    c: 2\n",
            ),
            ("[1,[2]]", "- - 1\n  - - 2\n"),
            ("\"a\\nb\"", "- 'a\n\n  b'\n"),
            ("null", "- null\n"),
            ("1e3", "- 1000.0\n"),
        ];
        for (json, yaml) in table {
            assert_eq!(dump_list(&parsed(json), Timestamps::Text), yaml, "{json}");
        }
    }

    #[test]
    fn dumps_readable_layout() {
        let long = "word ".repeat(30) + "end";
        let value = json!({
            "b": [{"z": [1], "x": "no"}, {}],
            "a": long,
            "on": ["1:30", "2024-01-01", "=", "", "a b"],
        });
        let expected = format!(
            "b:\n  - z:\n      - 1\n    x: 'no'\n  - {{}}\na: {long}\n'on':\n  - '1:30'\n  - \
             '2024-01-01'\n  - '='\n  - ''\n  - a b\n"
        );
        assert_eq!(dump_with_layout(&value, YamlLayout::Readable), expected);
    }

    #[test]
    fn writes_keys_over_128_bytes_in_explicit_form() {
        let list = |key: &str| Value::Object(Map::from_iter([(key.to_owned(), json!([1]))]));
        let key = "k".repeat(128);
        let expected = format!("{key}:\n- 1\n");
        assert_eq!(dump(&list(&key), Timestamps::Text), expected);
        for key in ["k".repeat(129), "\u{E9}".repeat(65)] {
            let expected = format!("? {key}\n: - 1\n");
            assert_eq!(dump(&list(&key), Timestamps::Text), expected);
        }
    }

    #[test]
    fn writes_typed_timestamps_plain_in_exact_form_only() {
        let value = json!({
            "2024-01-31T10:20:30": "2024-01-31T10:20:30",
            "a": "2024-01-31T10:20:30Z",
            "b": ["1970-01-01T00:00:00", "2024-01-31 10:20:30"],
        });
        let expected = "'2024-01-31T10:20:30': 2024-01-31 10:20:30\n\
            a: '2024-01-31T10:20:30Z'\n\
            b:\n- 1970-01-01 00:00:00\n- '2024-01-31 10:20:30'\n";
        assert_eq!(dump(&value, Timestamps::Typed), expected);
    }

    #[test]
    fn folds_typed_timestamp_past_width() {
        let key = "k".repeat(100);
        let value = Value::Object(Map::from_iter([(
            key.clone(),
            json!("2024-01-31T10:20:30"),
        )]));
        let expected = format!("{key}: 2024-01-31\n  10:20:30\n");
        assert_eq!(dump(&value, Timestamps::Typed), expected);
    }

    #[test]
    fn dumps_deep_documents() {
        let mut deep = Value::Array(Vec::new());
        for _ in 0..500 {
            let map = Map::from_iter([("k".to_owned(), deep)]);
            deep = Value::Array(vec![Value::Object(map)]);
        }
        let text = dump(&deep, Timestamps::Text);
        assert_eq!(text.lines().count(), 500);
        assert!(text.ends_with("  - k: []\n"));
    }

    #[test]
    fn dumps_large_documents() {
        let long = "ab 'c\n".repeat(200_000);
        let entry = |n| json!({ "n": n, "a": "x y" });
        let many: Vec<Value> = (0..100_000).map(entry).collect();
        let value = Value::Array(vec![Value::String(long), Value::Array(many)]);
        let text = dump(&value, Timestamps::Text);
        assert_eq!(text.lines().count(), 400_001 + 200_000);
    }
}
