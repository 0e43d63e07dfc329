//! Reads a YAML document into a [`Value`], as AWS CLI 2.36.7 does for `--cli-input-yaml`. Mirrors
//! `ruamel.yaml`'s `YAML(typ='safe', pure=True).load(text)`: merge keys, duplicate keys, the
//! standard tags and the scalars' meanings are its own (see `scalar`), and so is the looser
//! syntax it reads (see `source`); the syntax proper is `saphyr-parser`'s.
//!
//! It does not read streams of several documents, values that hold themselves, nor tags of one's
//! own. An `!!omap` becomes a plain map.

pub(super) mod scalar;

use std::collections::HashMap;
use std::fmt;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::scanner::{self, Source};
use crate::python::key::{Key, Members};
use crate::python::value::Value;
use scalar::{Tag, Version, shown};

/// How deep values may be nested. Python's own stack ends about here, so `ruamel.yaml` fails too.
pub(crate) const MAX_DEPTH: usize = 480;

/// How many values aliases and merge keys may add to those written out.
const MAX_COPIES: usize = 1_000_000;

/// The bytes of a string that weigh as much as one more value.
const BYTES_PER_COPY: usize = 64;

/// Why a text could not be read, and where; both numbers count from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YamlError {
    /// The line the trouble is on.
    pub line: usize,
    /// The character of that line it is at.
    pub column: usize,
    /// What the trouble is.
    pub message: String,
    /// Whether Python ends in an exception here that is none of `ruamel.yaml`'s, and whose text
    /// is `message`.
    pub is_python_exception: bool,
}

impl fmt::Display for YamlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let YamlError {
            line,
            column,
            message,
            ..
        } = self;
        write!(f, "line {line}, column {column}: {message}")
    }
}

impl std::error::Error for YamlError {}

/// Reads the one document of a text; a text without any holds null.
///
/// # Errors
///
/// Where `ruamel.yaml` refuses the text, and where it makes something a [`Value`] cannot hold.
pub fn read(text: &str) -> Result<Value, YamlError> {
    let source = scanner::adapt(text)?;
    let composed = Composer::new(&source).compose()?;
    let Some(root) = composed.root else {
        return Ok(Value::Null);
    };
    let budget = MAX_COPIES + composed.nodes.len() + text.len() / BYTES_PER_COPY;
    Builder {
        nodes: composed.nodes,
        version: source.version,
        budget,
    }
    .build(root, 0)
}

type Id = usize;

/// A node of the document. Aliases are further references to the node they name.
struct Node {
    tag: Tag,
    content: Content,
    place: Place,
    /// Being built or merged: a reference to it now is one from within.
    open: bool,
}

enum Content {
    Scalar(String),
    Sequence(Vec<Id>),
    Mapping(Mapping),
}

#[derive(Default)]
struct Mapping {
    entries: Vec<(Id, Id)>,
    /// `<<` brought entries in, so keys may occur twice: the last counts.
    merged: bool,
    /// Its `<<` keys were already replaced by what they name.
    flat: bool,
}

#[derive(Clone, Copy)]
struct Place {
    line: usize,
    column: usize,
}

impl Place {
    fn error<T>(self, message: impl Into<String>) -> Result<T, YamlError> {
        Err(YamlError {
            line: self.line,
            column: self.column,
            message: message.into(),
            is_python_exception: false,
        })
    }

    /// An exception of Python's own.
    fn python_exception(self, message: String) -> YamlError {
        YamlError {
            line: self.line,
            column: self.column,
            message,
            is_python_exception: true,
        }
    }
}

/// Makes the graph of nodes from the parser's events.
struct Composer<'s> {
    source: &'s Source<'s>,
    nodes: Vec<Node>,
    /// The collections still open, each with the key that waits for its value.
    stack: Vec<(Id, Option<Id>)>,
    anchors: HashMap<usize, Id>,
    root: Option<Id>,
    /// The last block scalar.
    block: Option<Id>,
}

impl<'s> Composer<'s> {
    fn new(source: &'s Source<'s>) -> Self {
        Composer {
            source,
            nodes: Vec::new(),
            stack: Vec::new(),
            anchors: HashMap::new(),
            root: None,
            block: None,
        }
    }

    fn compose(mut self) -> Result<Self, YamlError> {
        let mut documents = 0;
        let source = self.source;
        for event in Parser::new_from_str(&source.text) {
            let (event, span) = event.map_err(|error| {
                let marker = error.marker();
                YamlError {
                    line: marker.line(),
                    column: source.column(marker.line(), marker.col()),
                    message: error.info().to_string(),
                    is_python_exception: false,
                }
            })?;
            if matches!(event, Event::DocumentStart(_)) {
                documents += 1;
            }
            if documents > 1 {
                return self.place(span).error("expected one document only");
            }
            self.event(event, span)?;
        }
        self.trim_last();
        Ok(self)
    }

    /// Takes back the line break the parser put after a block scalar the text ends in.
    fn trim_last(&mut self) {
        if self.source.unbroken
            && let Some(id) = self.block
            && let Content::Scalar(text) = &mut self.nodes[id].content
            && text.ends_with('\n')
        {
            text.pop();
        }
    }

    fn place(&self, span: Span) -> Place {
        let (line, column) = (span.start.line(), span.start.col());
        Place {
            line,
            column: self.source.column(line, column),
        }
    }

    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), YamlError> {
        let name = |tag: Option<std::borrow::Cow<'_, saphyr_parser::Tag>>| {
            tag.map(|tag| format!("{}{}", tag.handle, tag.suffix))
        };
        let place = self.place(span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let tag = match name(tag).as_deref() {
                    Some("!") => scalar::resolve(&text, self.source.version),
                    Some(name) => Tag::named(name),
                    None if style == ScalarStyle::Plain => {
                        scalar::resolve(&text, self.source.version)
                    }
                    None => Tag::Str,
                };
                let id = self.add(tag, Content::Scalar(text.into_owned()), place, anchor);
                if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
                    self.block = Some(id);
                }
            }
            Event::SequenceStart(anchor, tag) => {
                let tag = name(tag).filter(|name| name != "!");
                let tag = tag.map_or(Tag::Seq, |name| Tag::named(&name));
                self.open(tag, Content::Sequence(Vec::new()), place, anchor)?;
            }
            Event::MappingStart(anchor, tag) => {
                let tag = name(tag).filter(|name| name != "!");
                let tag = tag.map_or(Tag::Map, |name| Tag::named(&name));
                self.open(tag, Content::Mapping(Mapping::default()), place, anchor)?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.stack.pop();
            }
            Event::Alias(anchor) => match self.anchors.get(&anchor) {
                Some(id) => self.attach(*id),
                None => return place.error("the alias names no anchor"),
            },
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => {}
        }
        Ok(())
    }

    fn add(&mut self, tag: Tag, content: Content, place: Place, anchor: usize) -> Id {
        let id = self.nodes.len();
        self.nodes.push(Node {
            tag,
            content,
            place,
            open: false,
        });
        // The parser numbers anchors from 1.
        if anchor > 0 {
            self.anchors.insert(anchor, id);
        }
        self.attach(id);
        id
    }

    fn open(
        &mut self,
        tag: Tag,
        content: Content,
        place: Place,
        anchor: usize,
    ) -> Result<(), YamlError> {
        if self.stack.len() >= MAX_DEPTH {
            return place.error("values are nested too deep");
        }
        let id = self.add(tag, content, place, anchor);
        self.stack.push((id, None));
        Ok(())
    }

    /// Puts a node in the innermost open collection, or makes it the root.
    fn attach(&mut self, id: Id) {
        let Some((parent, key)) = self.stack.last_mut() else {
            self.root.get_or_insert(id);
            return;
        };
        match &mut self.nodes[*parent].content {
            Content::Sequence(items) => items.push(id),
            Content::Mapping(mapping) => match key.take() {
                Some(key) => mapping.entries.push((key, id)),
                None => *key = Some(id),
            },
            // Only collections are put on the stack.
            Content::Scalar(_) => {}
        }
    }
}

/// Makes values of nodes.
struct Builder {
    nodes: Vec<Node>,
    version: Version,
    /// How many more values may be made.
    budget: usize,
}

impl Builder {
    fn place(&self, id: Id) -> Place {
        self.nodes[id].place
    }

    /// Counts values made, so that aliases of aliases cannot fill the memory.
    fn spend(&mut self, id: Id, count: usize) -> Result<(), YamlError> {
        match self.budget.checked_sub(count) {
            Some(left) => {
                self.budget = left;
                Ok(())
            }
            None => self.place(id).error("aliases make the document too large"),
        }
    }

    /// Marks a node as being worked on; it must not be already.
    fn enter(&mut self, id: Id, depth: usize) -> Result<(), YamlError> {
        if depth > MAX_DEPTH {
            return self.place(id).error("values are nested too deep");
        }
        if std::mem::replace(&mut self.nodes[id].open, true) {
            return self.place(id).error("an anchored value holds itself");
        }
        Ok(())
    }

    fn leave(&mut self, id: Id) {
        self.nodes[id].open = false;
    }

    fn build(&mut self, id: Id, depth: usize) -> Result<Value, YamlError> {
        self.spend(id, 1)?;
        let version = self.version;
        match self.nodes[id].tag.clone() {
            Tag::Null => self.scalar(id, |_| Ok(Value::Null)),
            Tag::Bool => self.scalar(id, scalar::boolean),
            Tag::Int => self.scalar(id, |text| scalar::integer(text, version)),
            Tag::Float => self.scalar(id, |text| scalar::float(text, version)),
            Tag::Binary => self.scalar(id, scalar::binary),
            Tag::Str => self.scalar(id, |text| Ok(Value::String(text.to_string()))),
            Tag::Timestamp => match &self.nodes[id].content {
                // Unlike the other scalars it is not looked for in a mapping's `=`.
                Content::Scalar(_) => self.scalar(id, scalar::timestamp),
                _ => self.place(id).error("expected a timestamp"),
            },
            Tag::Seq => self.collection(id, depth, Self::list),
            Tag::Map => self.collection(id, depth, Self::map),
            Tag::Set => self.collection(id, depth, Self::set),
            Tag::Omap => self.collection(id, depth, Self::omap),
            Tag::Pairs => self.collection(id, depth, Self::pairs),
            Tag::Merge => self.place(id).error("'<<' may only be a key"),
            Tag::Value => self.place(id).error("'=' may only be a key"),
            Tag::Unknown(name) => self
                .place(id)
                .error(format!("the tag {} is unknown", shown(&name))),
        }
    }

    /// The value of a scalar, or of the scalar a mapping has under `=`.
    fn scalar(
        &mut self,
        id: Id,
        value: impl FnOnce(&str) -> Result<Value, String>,
    ) -> Result<Value, YamlError> {
        let mut at = id;
        // A mapping may name itself there; no way through the nodes is longer than they are many.
        for _ in 0..self.nodes.len() {
            let next = match &self.nodes[at].content {
                Content::Scalar(text) => {
                    let count = text.len() / BYTES_PER_COPY;
                    let value = value(text);
                    self.spend(id, count)?;
                    return value.or_else(|message| self.place(id).error(message));
                }
                Content::Sequence(_) => None,
                Content::Mapping(mapping) => mapping
                    .entries
                    .iter()
                    .find(|(key, _)| self.nodes[*key].tag == Tag::Value)
                    .map(|(_, value)| *value),
            };
            match next {
                Some(next) => at = next,
                None => break,
            }
        }
        self.place(id)
            .error("expected a single value, not a list or map")
    }

    /// Builds a collection, which must not be within itself.
    fn collection(
        &mut self,
        id: Id,
        depth: usize,
        build: fn(&mut Self, Id, usize) -> Result<Value, YamlError>,
    ) -> Result<Value, YamlError> {
        self.enter(id, depth)?;
        let value = build(self, id, depth + 1);
        self.leave(id);
        value
    }

    /// The nodes of a sequence.
    fn items(&self, id: Id) -> Result<Vec<Id>, YamlError> {
        match &self.nodes[id].content {
            Content::Sequence(items) => Ok(items.clone()),
            _ => self.place(id).error("expected a list"),
        }
    }

    fn list(&mut self, id: Id, depth: usize) -> Result<Value, YamlError> {
        let items = self.items(id)?;
        let values = items.into_iter().map(|item| self.build(item, depth));
        Ok(Value::List(values.collect::<Result<_, _>>()?))
    }

    fn map(&mut self, id: Id, depth: usize) -> Result<Value, YamlError> {
        self.entries(id, depth).map(Value::Map)
    }

    fn set(&mut self, id: Id, depth: usize) -> Result<Value, YamlError> {
        let members = self.entries(id, depth)?.into_keys();
        Ok(Value::Set(members.map(Key::into_value).collect()))
    }

    /// The one key and value each item of a list of mappings has.
    fn singles(&self, id: Id) -> Result<Vec<(Id, Id)>, YamlError> {
        let items = self.items(id)?;
        let single = |item: Id| match &self.nodes[item].content {
            Content::Mapping(Mapping { entries, .. }) if entries.len() == 1 => Ok(entries[0]),
            _ => self.place(item).error("expected a map of one key"),
        };
        items.into_iter().map(single).collect()
    }

    fn omap(&mut self, id: Id, depth: usize) -> Result<Value, YamlError> {
        let mut map = Members::new();
        for (key_id, value_id) in self.singles(id)? {
            let key = self.key(key_id, depth)?;
            let value = self.build(value_id, depth)?;
            if map.contains_key(&key) {
                return self
                    .place(key_id)
                    .error(format!("key {} occurs twice", shown(&key.python_str())));
            }
            map.insert(key, value);
        }
        Ok(Value::Map(map))
    }

    fn pairs(&mut self, id: Id, depth: usize) -> Result<Value, YamlError> {
        let mut pairs = Vec::new();
        for (key, value) in self.singles(id)? {
            let pair = vec![self.build(key, depth)?, self.build(value, depth)?];
            pairs.push(Value::Tuple(pair));
        }
        Ok(Value::List(pairs))
    }

    /// The keys and values of a mapping, merged ones first.
    fn entries(&mut self, id: Id, depth: usize) -> Result<Members, YamlError> {
        self.flatten(id, depth)?;
        let Content::Mapping(mapping) = &self.nodes[id].content else {
            return self.place(id).error("expected a map");
        };
        let merged = mapping.merged;
        let mut map = Members::new();
        for (key_id, value_id) in mapping.entries.clone() {
            let key = self.key(key_id, depth)?;
            if !merged && map.contains_key(&key) {
                return self
                    .place(key_id)
                    .error(format!("key {} occurs twice", shown(&key.python_str())));
            }
            let value = self.build(value_id, depth)?;
            map.insert(key, value);
        }
        Ok(map)
    }

    fn key(&mut self, id: Id, depth: usize) -> Result<Key, YamlError> {
        match self.build(id, depth)? {
            value @ (Value::Map(_) | Value::Set(_)) => self
                .place(id)
                .error(format!("a {} is no key", value.python_type())),
            value => Key::of_value(value).map_err(|kind| {
                let message = format!("unhashable type: '{kind}'");
                self.place(id).python_exception(message)
            }),
        }
    }

    /// Replaces a mapping's `<<` keys by the entries of what they name, put first so that the
    /// mapping's own win. `=` stops meaning anything but itself.
    fn flatten(&mut self, id: Id, depth: usize) -> Result<(), YamlError> {
        let Content::Mapping(mapping) = &mut self.nodes[id].content else {
            return Ok(());
        };
        if std::mem::replace(&mut mapping.flat, true) {
            return Ok(());
        }
        let entries = std::mem::take(&mut mapping.entries);
        let (mut merge, mut own) = (Vec::new(), Vec::new());
        for (key, value) in entries {
            match self.nodes[key].tag {
                Tag::Merge if !merge.is_empty() => {
                    return self.place(key).error("key \"<<\" occurs twice");
                }
                Tag::Merge => merge = self.merged(value, depth)?,
                Tag::Value => {
                    self.nodes[key].tag = Tag::Str;
                    own.push((key, value));
                }
                _ => own.push((key, value)),
            }
        }
        if let Content::Mapping(mapping) = &mut self.nodes[id].content {
            mapping.merged = !merge.is_empty();
            merge.append(&mut own);
            mapping.entries = merge;
        }
        Ok(())
    }

    /// The entries `<<` brings in: those of a mapping, or of a list of them, the last one first so
    /// that earlier ones win.
    fn merged(&mut self, id: Id, depth: usize) -> Result<Vec<(Id, Id)>, YamlError> {
        let sources = match &self.nodes[id].content {
            Content::Scalar(_) => {
                return self.place(id).error("'<<' needs a map or a list of maps");
            }
            Content::Sequence(items) => items.iter().rev().copied().collect(),
            Content::Mapping(_) => vec![id],
        };
        let mut merge = Vec::new();
        for source in sources {
            self.enter(source, depth)?;
            self.flatten(source, depth + 1)?;
            self.leave(source);
            let Content::Mapping(mapping) = &self.nodes[source].content else {
                return self
                    .place(source)
                    .error("'<<' needs a map or a list of maps");
            };
            let entries = mapping.entries.clone();
            self.spend(source, entries.len())?;
            merge.extend(entries);
        }
        Ok(merge)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A value in short: strings quoted, integers bare, bytes and timestamps marked.
    fn short(value: &Value) -> String {
        let join = |parts: Vec<String>| parts.join(", ");
        match value {
            Value::Null => "null".to_string(),
            Value::Bool(value) => value.to_string(),
            Value::Integer(value) => value.clone(),
            Value::Float(value) => format!("{value:?}"),
            Value::String(value) => format!("{value:?}"),
            Value::Bytes(value) => format!("b{value:?}"),
            Value::Timestamp(value) => format!("t{value}"),
            Value::List(items) => format!("[{}]", join(items.iter().map(short).collect())),
            Value::Tuple(items) => format!("({})", join(items.iter().map(short).collect())),
            Value::Set(items) => format!("{{{}}}", join(items.iter().map(short).collect())),
            Value::Map(map) => {
                let entry = |(key, value): (&Key, &Value)| match key {
                    Key::Text(key) => format!("{key}: {}", short(value)),
                    Key::Other(key) => format!("({}): {}", short(key), short(value)),
                };
                format!("{{{}}}", join(map.iter().map(entry).collect()))
            }
        }
    }

    /// Reads each text and compares; errors are given by their whole text.
    fn check(table: &[(&str, &str)]) {
        for (text, expected) in table {
            let got = match read(text) {
                Ok(value) => short(&value),
                Err(error) => error.to_string(),
            };
            assert_eq!(&got, expected, "for {text:?}");
        }
    }

    #[test]
    fn reads_documents() {
        check(&[
            ("", "null"),
            ("# only a comment", "null"),
            ("---\n...\n", "null"),
            ("\u{feff}a: 1", "{a: 1}"),
            ("--- # c\na: b # d\n", r#"{a: "b"}"#),
            (
                "a: 1\n---\nb: 2",
                "line 2, column 1: expected one document only",
            ),
            ("a: yes\nb: 012\nc: 0o17", r#"{a: "yes", b: 12, c: 15}"#),
            ("%YAML 1.1\n---\n[yes, 012, 1:30]", "[true, 10, 90]"),
            (
                "%YAML 1.3\n--- a",
                "line 1, column 10: only YAML 1.1 and 1.2 can be read",
            ),
            (
                "a: [\n1,\n2\n]\nb: {\n\t\"c\":1\n}",
                "{a: [1, 2], b: {c: 1}}",
            ),
            ("a: \"b\nc\"", r#"{a: "b c"}"#),
            (
                "[a:, -, :b, http://x/y]",
                r#"["a:", "-", ":b", "http://x/y"]"#,
            ),
            ("a:\tb", "line 1, column 3: a tab stands between tokens"),
            (
                "a: b\u{1}",
                "line 1, column 5: character U+0001 is not allowed",
            ),
            (
                "[a",
                "line 2, column 1: while parsing a flow sequence, expected ',' or ']'",
            ),
        ]);
    }

    #[test]
    fn reads_block_scalars() {
        check(&[
            ("a: |\n  x\n  y\n", r#"{a: "x\ny\n"}"#),
            ("a: |\n  x", r#"{a: "x"}"#),
            ("a: |-\n  x\n\n", r#"{a: "x"}"#),
            ("a: |+\n  x\n\nb: 1", r#"{a: "x\n\n", b: 1}"#),
            ("a: >2\n    x\n  y\n  z\n", r#"{a: "  x\ny z\n"}"#),
            ("a: |\n  x\n  ", r#"{a: "x\n"}"#),
            ("k:\n|1\n x\n", r#"{k: "x\n"}"#),
        ]);
    }

    #[test]
    fn builds_tags() {
        check(&[
            (
                "[!!str 1, !!int \"0x1F\", !!float 1, !!bool yes, !!null x]",
                r#"["1", 31, 1.0, true, null]"#,
            ),
            ("!!binary aGk=", "b[104, 105]"),
            (
                "[2014-08-08, 2014-08-08 01:02:03.5 +02:00]",
                "[t2014-08-08, t2014-08-08T01:02:03.500000+02:00]",
            ),
            ("!!set {a, b}", r#"{"a", "b"}"#),
            ("!!omap [b: 1, a: 2]", "{b: 1, a: 2}"),
            ("!!pairs [b: 1, b: 2]", r#"[("b", 1), ("b", 2)]"#),
            ("! \"12\"", "12"),
            ("!!str {=: x}", r#""x""#),
            ("%TAG !e! tag:yaml.org,2002:\n--- !e!str 5", r#""5""#),
            ("!foo a", "line 1, column 1: the tag \"!foo\" is unknown"),
            ("!!int x", "line 1, column 1: \"x\" is not an integer"),
            ("!!map [a]", "line 1, column 1: expected a map"),
            ("a: <<", "line 1, column 4: '<<' may only be a key"),
        ]);
    }

    #[test]
    fn keeps_keys() {
        check(&[
            ("a: 1\n\"a\": 2", "line 2, column 1: key \"a\" occurs twice"),
            ("1: a", r#"{(1): "a"}"#),
            (
                "a: {~: b, 2014-08-08: c}",
                r#"{a: {(null): "b", (t2014-08-08): "c"}}"#,
            ),
            ("{[a]: b}", r#"{(("a")): "b"}"#),
            ("{1: a, \"1\": b}", r#"{(1): "a", 1: "b"}"#),
            (
                "{1: a, 1.0: b}",
                "line 1, column 8: key \"1.0\" occurs twice",
            ),
            ("{{}: b}", "line 1, column 2: a dict is no key"),
            ("{[[a]]: b}", "line 1, column 2: unhashable type: 'list'"),
            ("\"1\": a", r#"{1: "a"}"#),
            ("? a\n? b\n: c", r#"{a: null, b: "c"}"#),
            ("=: a", r#"{=: "a"}"#),
        ]);
    }

    #[test]
    fn merges_maps() {
        check(&[
            (
                "x: &m {a: 1, b: 2}\ny: {b: 3, <<: *m}",
                "{x: {a: 1, b: 2}, y: {a: 1, b: 3}}",
            ),
            ("{<<: [{a: 1}, {a: 2, b: 2}], c: 3}", "{a: 1, b: 2, c: 3}"),
            ("{<<: {<<: {a: 1}, b: 2}}", "{a: 1, b: 2}"),
            ("{<<: {a: 1}, b: 1, b: 2}", "{a: 1, b: 2}"),
            (
                "{<<: {}, b: 1, b: 2}",
                "line 1, column 16: key \"b\" occurs twice",
            ),
            (
                "{<<: {a: 1}, <<: {b: 1}}",
                "line 1, column 14: key \"<<\" occurs twice",
            ),
            (
                "{<<: a}",
                "line 1, column 6: '<<' needs a map or a list of maps",
            ),
            ("\"<<\": a", r#"{<<: "a"}"#),
        ]);
    }

    #[test]
    fn follows_aliases() {
        check(&[
            (
                "a: &x [1]\nb: *x\nc: &x 2\nd: *x",
                "{a: [1], b: [1], c: 2, d: 2}",
            ),
            (
                "&x [*x]",
                "line 1, column 1: an anchored value holds itself",
            ),
            (
                "a: *x",
                "line 1, column 4: while parsing node, found unknown anchor",
            ),
        ]);
        let mut laughs = "a0: &a0 [x, x]\n".to_string();
        for at in 1..40 {
            let last = at - 1;
            laughs.push_str(&format!("a{at}: &a{at} [*a{last}, *a{last}]\n"));
        }
        let error = read(&laughs).expect_err("it would be a trillion values");
        assert_eq!(error.message, "aliases make the document too large");
    }

    #[test]
    fn bounds_the_depth() {
        for part in ["[", "{a: ", "- ", "? ", ": ", "!!seq [", "[? "] {
            let error = read(&part.repeat(100_000)).expect_err("it is too deep");
            assert_eq!(error.message, "values are nested too deep", "for {part:?}");
        }
        assert!(read(&("- ".repeat(MAX_DEPTH) + "x")).is_ok());
        assert!(read(&("[".repeat(250) + &"]".repeat(250))).is_ok());
        let chain = (1..1000).map(|at| format!("- &a{at} [*a{}]\n", at - 1));
        let chain = "- &a0 x\n".to_string() + &chain.collect::<String>();
        assert!(read(&chain).is_err());
    }
}
