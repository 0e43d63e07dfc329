//! Documents as values with positions, for files whose errors are to be pointed out.
//!
//! Unlike [`super::load`], which mirrors `ruamel.yaml`, this reads every document of a stream,
//! leaves duplicate keys to the caller, and constructs strings only.

use std::cell::Cell;
use std::collections::HashSet;

use super::error::{Position, YamlError};
use super::nodes::{Graph, NodeContent, NodePart, YamlNode, YamlNodeId};
use super::parser::YamlParser;
use super::resolver::Tag;

/// The number of values that aliases and merge keys may add to those written out.
const MAX_COPIES: usize = 1_000_000;

/// The bytes of a string that count as one more value.
const BYTES_PER_COPY: usize = 64;

/// How deep merge keys may lead to mappings with merge keys.
const MAX_MERGE_DEPTH: usize = 32;

/// The documents of a stream, parsed one after the other.
pub(crate) struct Documents<'t> {
    parser: YamlParser<'t>,
    text_len: usize,
}

/// A document.
pub(crate) struct Document<'t> {
    graph: Graph<'t>,
    /// The number of values that may still be visited, so that aliases of aliases cannot exhaust
    /// memory or time.
    budget: Cell<usize>,
}

/// A node of a document. An alias is the node that it names, with a position of its own.
#[derive(Clone, Copy)]
pub(crate) struct DocumentNode<'d> {
    document: &'d Document<'d>,
    id: YamlNodeId,
    /// The position of the alias that named the node.
    alias: Option<Position>,
}

/// What a node is. Scalars other than strings are not constructed.
pub(crate) enum DocumentValue<'d> {
    Null,
    String(&'d str),
    /// A scalar of another type, by its name and text.
    Other(&'static str, &'d str),
    Sequence(Vec<DocumentNode<'d>>),
    /// Keys and values, those that merge keys bring in last.
    Mapping(Vec<(DocumentNode<'d>, DocumentNode<'d>)>),
}

impl<'t> Documents<'t> {
    /// Checks the characters of the text.
    pub(crate) fn new(text: &'t str) -> Result<Documents<'t>, YamlError> {
        Ok(Documents {
            parser: YamlParser::new(text)?,
            text_len: text.len(),
        })
    }

    /// Parses the next document.
    pub(crate) fn next(&mut self) -> Result<Option<Document<'t>>, YamlError> {
        let Some(graph) = self.parser.next_document()? else {
            return Ok(None);
        };
        // Each node is visited itself, and counted among those of its parent.
        let written = 2 * graph.nodes.len() + self.text_len / BYTES_PER_COPY;
        Ok(Some(Document {
            graph,
            budget: Cell::new(MAX_COPIES + written),
        }))
    }
}

impl<'t> Document<'t> {
    pub(crate) fn root<'d>(&'d self) -> DocumentNode<'d>
    where
        't: 'd,
    {
        DocumentNode {
            document: self,
            id: self.graph.root,
            alias: None,
        }
    }
}

impl<'d> DocumentNode<'d> {
    pub(crate) fn position(&self) -> Position {
        self.alias.unwrap_or_else(|| self.node().position())
    }

    /// The value of the node, of which each part is a node again.
    ///
    /// # Errors
    ///
    /// A merge key that names no mapping, and aliases that make the document too large.
    pub(crate) fn value(&self) -> Result<DocumentValue<'d>, YamlError> {
        let node = self.node();
        let value = match (&node.content, &node.tag) {
            (NodeContent::Scalar(_), Tag::Null) => DocumentValue::Null,
            // `<<` and `=` mean something only as keys.
            (NodeContent::Scalar(text), Tag::Str | Tag::Merge | Tag::Value) => {
                self.spend(text.len() / BYTES_PER_COPY)?;
                DocumentValue::String(text)
            }
            (NodeContent::Scalar(text), tag) => DocumentValue::Other(type_name(tag), text),
            (NodeContent::Sequence(items), Tag::Seq) => {
                self.spend(items.len())?;
                DocumentValue::Sequence(self.items(items).collect())
            }
            (NodeContent::Mapping(_), Tag::Map) => DocumentValue::Mapping(self.entries()?),
            (_, tag) => DocumentValue::Other(type_name(tag), ""),
        };
        self.spend(1)?;
        Ok(value)
    }

    fn node(&self) -> &'d YamlNode<'d> {
        &self.document.graph.nodes[self.id]
    }

    fn part(&self, id: YamlNodeId, part: NodePart) -> DocumentNode<'d> {
        DocumentNode {
            document: self.document,
            id,
            alias: self.document.graph.alias_positions.get(&part).copied(),
        }
    }

    fn items(self, ids: &[YamlNodeId]) -> impl Iterator<Item = DocumentNode<'d>> {
        let item = move |(index, id): (_, &_)| self.part(*id, NodePart::Item(self.id, index));
        ids.iter().enumerate().map(item)
    }

    fn spend(&self, count: usize) -> Result<(), YamlError> {
        let budget = &self.document.budget;
        match budget.get().checked_sub(count) {
            Some(left) => {
                budget.set(left);
                Ok(())
            }
            None => Err(self.position().error("aliases make the document too large")),
        }
    }

    /// The entries of a mapping: its own, then those that merge keys bring in under other keys.
    fn entries(&self) -> Result<Vec<(DocumentNode<'d>, DocumentNode<'d>)>, YamlError> {
        let (mut own, mut merged) = (Vec::new(), Vec::new());
        self.collect_entries(&mut own, &mut merged, 0)?;
        if !merged.is_empty() {
            let text = |node: &DocumentNode<'d>| match &node.node().content {
                NodeContent::Scalar(text) => Some(&**text),
                _ => None,
            };
            let mut known: HashSet<_> = own.iter().map(|(key, _)| text(key)).collect();
            merged.retain(|(key, _)| known.insert(text(key)));
            own.append(&mut merged);
        }
        Ok(own)
    }

    /// Adds the entries of a mapping to `own`, and those that its merge keys name, nearest first,
    /// to `merged`.
    fn collect_entries(
        &self,
        own: &mut Vec<(DocumentNode<'d>, DocumentNode<'d>)>,
        merged: &mut Vec<(DocumentNode<'d>, DocumentNode<'d>)>,
        depth: usize,
    ) -> Result<(), YamlError> {
        const EXPECTED: &str = "'<<' needs a mapping or a list of mappings";
        if depth > MAX_MERGE_DEPTH {
            let message = "merge keys are nested too deep, or merge a mapping into itself";
            return Err(self.position().error(message));
        }
        let NodeContent::Mapping(mapping) = &self.node().content else {
            return Err(self.position().error(EXPECTED));
        };
        self.spend(1 + mapping.entries.len())?;
        let mut source = None;
        for (index, (key, value)) in mapping.entries.iter().enumerate() {
            let key = self.part(*key, NodePart::Key(self.id, index));
            let value = self.part(*value, NodePart::Value(self.id, index));
            match key.node().tag {
                Tag::Merge if source.is_some() => {
                    return Err(key.position().error("'<<' stands there twice"));
                }
                Tag::Merge => source = Some(value),
                _ => own.push((key, value)),
            }
        }
        let sources = match source.map(|source| (source, &source.node().content)) {
            None => return Ok(()),
            Some((source, NodeContent::Sequence(items))) => source.items(items).collect(),
            Some((source, _)) => vec![source],
        };
        for source in sources {
            let (mut near, mut far) = (Vec::new(), Vec::new());
            source.collect_entries(&mut near, &mut far, depth + 1)?;
            merged.append(&mut near);
            merged.append(&mut far);
        }
        Ok(())
    }
}

/// A type as a message names it.
fn type_name(tag: &Tag) -> &'static str {
    match tag {
        Tag::Null => "null",
        Tag::Bool => "boolean",
        Tag::Int | Tag::Float => "number",
        Tag::Timestamp => "date",
        Tag::Binary => "binary value",
        Tag::Str | Tag::Merge | Tag::Value => "string",
        Tag::Seq | Tag::Pairs => "list",
        Tag::Map | Tag::Omap => "mapping",
        Tag::Set => "set",
        Tag::Unknown(_) => "value of an unknown tag",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A value in short form, each part with its position.
    fn short(node: DocumentNode<'_>) -> Result<String, YamlError> {
        let Position { line, column } = node.position();
        let value = match node.value()? {
            DocumentValue::Null => "null".to_string(),
            DocumentValue::String(text) => format!("{text:?}"),
            DocumentValue::Other(kind, text) => format!("<{kind} {text}>"),
            DocumentValue::Sequence(items) => {
                let items: Result<Vec<_>, _> = items.into_iter().map(short).collect();
                format!("[{}]", items?.join(", "))
            }
            DocumentValue::Mapping(entries) => {
                let entry = |(key, value)| Ok(format!("{}: {}", short(key)?, short(value)?));
                let entries: Result<Vec<_>, _> = entries.into_iter().map(entry).collect();
                format!("{{{}}}", entries?.join(", "))
            }
        };
        Ok(format!("{line}:{column} {value}"))
    }

    fn read(text: &str) -> Result<Vec<String>, YamlError> {
        let mut documents = Documents::new(text)?;
        let mut all = Vec::new();
        while let Some(document) = documents.next()? {
            all.push(short(document.root())?);
        }
        Ok(all)
    }

    #[test]
    fn reads_documents_with_positions() {
        let table: [(&str, &[&str]); 14] = [
            ("", &[]),
            ("# c\n", &[]),
            ("---\n", &["2:1 null"]),
            (
                "a: 1\n---\n---\n- b\n...\n# c\n---\nc\n",
                &[
                    r#"1:1 {1:1 "a": 1:4 <number 1>}"#,
                    "3:1 null",
                    r#"4:1 [4:3 "b"]"#,
                    r#"8:1 "c""#,
                ],
            ),
            ("a\n...\nb", &[r#"1:1 "a""#, r#"3:1 "b""#]),
            ("\u{feff}é: ü", &[r#"1:1 {1:1 "é": 1:4 "ü"}"#]),
            (
                "{a: ~,\r\n b: no}",
                &[r#"1:1 {1:2 "a": 1:5 null, 2:2 "b": 2:5 "no"}"#],
            ),
            (
                "a: true\na: .5",
                &[r#"1:1 {1:1 "a": 1:4 <boolean true>, 2:1 "a": 2:4 <number .5>}"#],
            ),
            (
                "[2024-01-01, !x y, !!binary aa]",
                &[
                    "1:1 [1:2 <date 2024-01-01>, 1:14 <value of an unknown tag y>, 1:20 <binary value aa>]",
                ],
            ),
            (
                "[&a {x: y}, *a]",
                &[r#"1:1 [1:2 {1:6 "x": 1:9 "y"}, 1:13 {1:6 "x": 1:9 "y"}]"#],
            ),
            (
                "[&k x, &v 1, {*k : *v, y: *v}, *k]\n--- &k y",
                &[
                    r#"1:1 [1:2 "x", 1:8 <number 1>, 1:14 {1:15 "x": 1:20 <number 1>, 1:24 "y": 1:27 <number 1>}, 1:32 "x"]"#,
                    r#"2:5 "y""#,
                ],
            ),
            (
                "- &a {x: 1, y: 2}\n- {y: 3, <<: *a, z: 4}",
                &[
                    r#"1:1 [1:3 {1:7 "x": 1:10 <number 1>, 1:13 "y": 1:16 <number 2>}, 2:3 {2:4 "y": 2:7 <number 3>, 2:18 "z": 2:21 <number 4>, 1:7 "x": 1:10 <number 1>}]"#,
                ],
            ),
            (
                "- &a {x: 1}\n- &b {x: 2, y: 2}\n- <<: [*a, *b]",
                &[
                    r#"1:1 [1:3 {1:7 "x": 1:10 <number 1>}, 2:3 {2:7 "x": 2:10 <number 2>, 2:13 "y": 2:16 <number 2>}, 3:3 {1:7 "x": 1:10 <number 1>, 2:13 "y": 2:16 <number 2>}]"#,
                ],
            ),
            ("<<: {<<: {a: b}}", &[r#"1:1 {1:11 "a": 1:14 "b"}"#]),
        ];
        for (text, documents) in table {
            let documents = documents.iter().map(ToString::to_string).collect();
            assert_eq!(read(text), Ok(documents), "{text:?}");
        }
    }

    #[test]
    fn reports_what_it_cannot_read() {
        let deep = "[".repeat(1000);
        let mut bomb = "a0: &a0 [x, x]\n".to_string();
        for n in 1..40 {
            let last = n - 1;
            bomb.push_str(&format!("a{n}: &a{n} [*a{last}, *a{last}]\n"));
        }
        let merges = "- &a {<<: [*a, *a, *a]}";
        let table = [
            ("a: b\n---\n{", "line 3, column 2: expected a value"),
            ("a: *b", "line 1, column 4: the alias names no anchor"),
            (
                "- &a b\n---\n- *a",
                "line 3, column 3: the alias names no anchor",
            ),
            (
                "<<: x",
                "line 1, column 5: '<<' needs a mapping or a list of mappings",
            ),
            (
                "<<: [{}, x]",
                "line 1, column 10: '<<' needs a mapping or a list of mappings",
            ),
            (
                "<<: {}\n<<: {}",
                "line 2, column 1: '<<' stands there twice",
            ),
            (
                "[a]\nb",
                "line 2, column 1: expected '---' or the end of the text",
            ),
            (&deep, "line 1, column 481: values are nested too deep"),
            (
                &bomb,
                "line 1, column 10: aliases make the document too large",
            ),
            (
                merges,
                "line 1, column 12: merge keys are nested too deep, or merge a mapping into itself",
            ),
        ];
        for (text, message) in table {
            let found = read(text).map_err(|error| error.to_string());
            assert_eq!(found, Err(message.to_string()), "{text:.40}");
        }
    }
}
