//! Documents in YAML, byte for byte as `aws --output yaml` and
//! `--output yaml-stream` print them.
//!
//! This mirrors the CLI's dumper, which is ruamel.yaml's safe dumper on top
//! of the libyaml emitter: block style throughout, keys sorted by code point,
//! sequences under a key not indented. Layout is here; how one scalar is
//! styled is in `scalar`, what must be quoted in `resolver`, numbers in
//! `number`.
//!
//! It writes no anchors or aliases, which the CLI does print where a query
//! puts one and the same list or map in two places: a `Value` has no
//! identity. That an empty response prints nothing is the caller's business.

mod buffer;
mod number;
mod scalar;

use buffer::Sink;
use scalar::Lines;
use serde_json::{Map, Value};

use crate::python::surrogates;

/// The step of indentation.
const INDENT: usize = 2;

/// What strings that spell a point in time are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timestamps {
    /// Strings like any other, hence quoted.
    Text,
    /// Those of exactly the form `YYYY-MM-DDTHH:MM:SS` stand for datetime
    /// objects and are written plain, as `YYYY-MM-DD HH:MM:SS`. Output
    /// skeletons hold such objects. Keys are never taken for one.
    Typed,
}

/// `value` as `--output yaml` prints it, with the final line feed. A scalar
/// alone is printed as JSON.
pub fn document(value: &Value, timestamps: Timestamps) -> String {
    match value {
        Value::Array(_) | Value::Object(_) => Emitter::new(timestamps).emit(value),
        Value::Number(number) => format!("{}\n", number::to_json(number)),
        Value::Null | Value::Bool(_) | Value::String(_) => {
            surrogates::escaped(&format!("{value}\n")).into_owned()
        }
    }
}

/// `value` as `--output yaml-stream` prints it: as the only item of a list,
/// with the final line feed.
pub fn stream(value: &Value, timestamps: Timestamps) -> String {
    let mut emitter = Emitter::new(timestamps);
    emitter.open(Entries::Items(std::slice::from_ref(value).iter()), 0);
    emitter.run()
}

/// A collection being written. The stack of them replaces recursion, so the
/// depth of a document is bounded by memory only.
struct Level<'a> {
    indent: usize,
    entries: Entries<'a>,
}

/// The entries of a collection that are still to be written.
enum Entries<'a> {
    Items(std::slice::Iter<'a, Value>),
    Pairs(std::vec::IntoIter<(&'a String, &'a Value)>),
}

enum Entry<'a> {
    Item(&'a Value),
    Pair(&'a str, &'a Value),
}

impl<'a> Entries<'a> {
    fn sorted(map: &'a Map<String, Value>) -> Self {
        let mut pairs: Vec<_> = map.iter().collect();
        // UTF-8 sorts like code points, which is how Python orders strings.
        pairs.sort_unstable_by_key(|(key, _)| *key);
        Entries::Pairs(pairs.into_iter())
    }

    fn next(&mut self) -> Option<Entry<'a>> {
        match self {
            Entries::Items(items) => items.next().map(Entry::Item),
            Entries::Pairs(pairs) => pairs.next().map(|(key, value)| Entry::Pair(key, value)),
        }
    }
}

struct Emitter<'a> {
    sink: Sink,
    levels: Vec<Level<'a>>,
    timestamps: Timestamps,
}

impl<'a> Emitter<'a> {
    fn new(timestamps: Timestamps) -> Self {
        Emitter {
            sink: Sink::new(),
            levels: Vec::new(),
            timestamps,
        }
    }

    fn emit(mut self, root: &'a Value) -> String {
        self.node(root, 0, 0);
        self.run()
    }

    /// Writes all open collections to their end.
    fn run(mut self) -> String {
        while let Some(level) = self.levels.last_mut() {
            let indent = level.indent;
            match level.entries.next() {
                Some(Entry::Item(value)) => self.item(value, indent),
                Some(Entry::Pair(key, value)) => self.pair(key, value, indent),
                None => {
                    self.levels.pop();
                }
            }
        }
        self.sink.finish()
    }

    fn open(&mut self, entries: Entries<'a>, indent: usize) {
        self.levels.push(Level { indent, entries });
    }

    fn item(&mut self, value: &'a Value, indent: usize) {
        self.sink.start_entry(indent);
        self.sink.entry_indicator('-');
        self.node(value, indent + INDENT, indent + INDENT);
    }

    fn pair(&mut self, key: &str, value: &'a Value, indent: usize) {
        let inner = indent + INDENT;
        let simple = scalar::is_simple_key(key);
        let lines = Lines {
            indent: inner,
            fold: !simple,
        };
        self.sink.start_entry(indent);
        if simple {
            scalar::write(&mut self.sink, key, lines);
            self.sink.put(':');
            // The dash of a list under `key:` stands in the key's column.
            self.node(value, inner, indent);
        } else {
            self.sink.entry_indicator('?');
            scalar::write(&mut self.sink, key, lines);
            self.sink.start_entry(indent);
            self.sink.entry_indicator(':');
            self.node(value, inner, inner);
        }
    }

    /// Writes a scalar or an empty collection, or opens a collection. Its
    /// entries go to the column `indent`, those of a list to `list_indent`.
    fn node(&mut self, value: &'a Value, indent: usize, list_indent: usize) {
        match value {
            Value::Null => self.token("null", indent),
            Value::Bool(true) => self.token("true", indent),
            Value::Bool(false) => self.token("false", indent),
            Value::Number(number) => self.token(&number::to_yaml(number), indent),
            Value::String(text) => self.string(text, indent),
            Value::Array(items) if items.is_empty() => self.token("[]", indent),
            Value::Array(items) => self.open(Entries::Items(items.iter()), list_indent),
            Value::Object(map) if map.is_empty() => self.token("{}", indent),
            Value::Object(map) => self.open(Entries::sorted(map), indent),
        }
    }

    fn string(&mut self, text: &str, indent: usize) {
        if self.timestamps == Timestamps::Typed && is_datetime(text) {
            self.token(&text.replacen('T', " ", 1), indent);
        } else {
            scalar::write(&mut self.sink, text, Lines { indent, fold: true });
        }
    }

    fn token(&mut self, token: &str, indent: usize) {
        scalar::write_token(&mut self.sink, token, Lines { indent, fold: true });
    }
}

/// True for exactly `YYYY-MM-DDTHH:MM:SS`, whatever the digits.
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
    use super::{Timestamps, document, stream};
    use serde_json::{Map, Value, json};

    fn parsed(text: &str) -> Value {
        serde_json::from_str(text).expect("the table holds JSON")
    }

    /// JSON, `--output yaml`; recorded from the CLI's YAMLDumper.
    #[test]
    fn prints_documents_as_recorded() {
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
            assert_eq!(document(&parsed(json), Timestamps::Text), yaml, "{json}");
        }
    }

    /// JSON, `--output yaml-stream`; recorded likewise.
    #[test]
    fn prints_streams_as_recorded() {
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
            assert_eq!(stream(&parsed(json), Timestamps::Text), yaml, "{json}");
        }
    }

    #[test]
    fn keys_of_more_than_128_bytes_take_the_explicit_form() {
        let list = |key: &str| Value::Object(Map::from_iter([(key.to_owned(), json!([1]))]));
        let key = "k".repeat(128);
        let expected = format!("{key}:\n- 1\n");
        assert_eq!(document(&list(&key), Timestamps::Text), expected);
        for key in ["k".repeat(129), "\u{E9}".repeat(65)] {
            let expected = format!("? {key}\n: - 1\n");
            assert_eq!(document(&list(&key), Timestamps::Text), expected);
        }
    }

    #[test]
    fn typed_timestamps_are_plain_values_only_in_their_exact_form() {
        let value = json!({
            "2024-01-31T10:20:30": "2024-01-31T10:20:30",
            "a": "2024-01-31T10:20:30Z",
            "b": ["1970-01-01T00:00:00", "2024-01-31 10:20:30"],
        });
        let expected = "'2024-01-31T10:20:30': 2024-01-31 10:20:30\n\
            a: '2024-01-31T10:20:30Z'\n\
            b:\n- 1970-01-01 00:00:00\n- '2024-01-31 10:20:30'\n";
        assert_eq!(document(&value, Timestamps::Typed), expected);
    }

    #[test]
    fn a_typed_timestamp_beyond_the_width_is_folded() {
        let key = "k".repeat(100);
        let value = Value::Object(Map::from_iter([(
            key.clone(),
            json!("2024-01-31T10:20:30"),
        )]));
        let expected = format!("{key}: 2024-01-31\n  10:20:30\n");
        assert_eq!(document(&value, Timestamps::Typed), expected);
    }

    #[test]
    fn depth_is_no_obstacle() {
        let mut deep = Value::Array(Vec::new());
        for _ in 0..500 {
            let map = Map::from_iter([("k".to_owned(), deep)]);
            deep = Value::Array(vec![Value::Object(map)]);
        }
        let text = document(&deep, Timestamps::Text);
        assert_eq!(text.lines().count(), 500);
        assert!(text.ends_with("  - k: []\n"));
    }

    #[test]
    fn size_is_no_obstacle() {
        let long = "ab 'c\n".repeat(200_000);
        let entry = |n| json!({ "n": n, "a": "x y" });
        let many: Vec<Value> = (0..100_000).map(entry).collect();
        let value = Value::Array(vec![Value::String(long), Value::Array(many)]);
        let text = document(&value, Timestamps::Text);
        assert_eq!(text.lines().count(), 400_001 + 200_000);
    }
}
