//! The parser: makes the node graph of a document from its tokens.
//!
//! Follows the grammar of `ruamel/yaml/parser.py` and the composition of `composer.py` (0.19.1): a
//! stream may hold one document only, aliases must follow their anchors, and collections that are
//! still open can be named by an alias inside of them.
//!
//! The open collections are kept on a stack of its own, so that nesting does not use the program's.

mod collections;

use std::borrow::Cow;
use std::collections::HashMap;

use super::error::{Position, YamlError};
use super::nodes::{AliasPositions, Graph, NodeContent, YamlNode, YamlNodeId};
use super::resolver::{Tag, YamlVersion, resolve};
use super::scanner::Scanner;
use super::scanner::token::{Directive, Scalar, TagToken, YamlTokenKind};
use collections::{Collection, CollectionKind};

/// The characters of a tag's name that are kept: more than known tags have and error messages show.
/// A document may name a long prefix any number of times.
pub(super) const MAX_TAG_NAME: usize = 64;

/// Parses the document of a stream; `None` if there is none. Also returns its version.
pub(super) fn parse(text: &str) -> Result<(Option<Graph<'_>>, YamlVersion), YamlError> {
    let mut parser = YamlParser::new(text)?;
    let root = parser.only_document()?;
    let version = parser.scanner.version();
    Ok((root.map(|root| parser.take_graph(root)), version))
}

pub(super) struct YamlParser<'t> {
    scanner: Scanner<'t>,
    /// The nodes of the document.
    nodes: Vec<YamlNode<'t>>,
    anchors: HashMap<&'t str, YamlNodeId>,
    alias_positions: AliasPositions,
    /// The position of the node that is complete, if it is an alias.
    alias: Option<Position>,
    /// Tag handles and the prefixes that they stand for.
    handles: HashMap<&'t str, Cow<'t, str>>,
    /// The collections that are open, innermost last.
    open: Vec<Collection>,
    /// Whether the next document may begin without `---`.
    may_be_implicit: bool,
}

/// The nodes that the grammar allows at a position.
#[derive(Clone, Copy, PartialEq)]
enum NodeContext {
    /// Only flow collections.
    Flow,
    /// Block collections too.
    Block,
    /// Also a block sequence that is not indented, as under a key.
    BlockOrIndentless,
}

/// Anchor and tag of a node.
#[derive(Default)]
struct Properties<'t> {
    anchor: Option<&'t str>,
    tag: Option<String>,
    position: Option<Position>,
}

impl<'t> YamlParser<'t> {
    pub(super) fn new(text: &'t str) -> Result<YamlParser<'t>, YamlError> {
        Ok(YamlParser {
            scanner: Scanner::new(text)?,
            nodes: Vec::new(),
            anchors: HashMap::new(),
            alias_positions: AliasPositions::new(),
            alias: None,
            handles: HashMap::new(),
            open: Vec::new(),
            may_be_implicit: true,
        })
    }

    /// Parses the next document of the stream.
    pub(super) fn next_document(&mut self) -> Result<Option<Graph<'t>>, YamlError> {
        let Some(root) = self.document()? else {
            return Ok(None);
        };
        self.document_end()?;
        Ok(Some(self.take_graph(root)))
    }

    /// The nodes of the document that has been parsed, with its root.
    fn take_graph(&mut self, root: YamlNodeId) -> Graph<'t> {
        self.anchors.clear();
        Graph {
            nodes: std::mem::take(&mut self.nodes),
            root,
            alias_positions: std::mem::take(&mut self.alias_positions),
        }
    }

    fn is_next(&mut self, matches: fn(&YamlTokenKind<'_>) -> bool) -> Result<bool, YamlError> {
        Ok(matches(&self.scanner.peek()?.kind))
    }

    /// Takes the next token if it is this one.
    fn skip(&mut self, kind: &YamlTokenKind<'_>) -> Result<bool, YamlError> {
        let is_next = self.scanner.peek()?.kind == *kind;
        if is_next {
            self.scanner.next()?;
        }
        Ok(is_next)
    }

    /// An error at the next token.
    fn error<T>(&mut self, message: &str) -> Result<T, YamlError> {
        Err(self.scanner.peek()?.position.error(message))
    }

    /// The only document of the stream.
    fn only_document(&mut self) -> Result<Option<YamlNodeId>, YamlError> {
        let root = self.document()?;
        if root.is_some() {
            self.document_end()?;
            let is_implicit = self.may_be_implicit && !self.is_next(is_explicit_boundary)?;
            let position = self.scanner.peek()?.position;
            if is_implicit || self.document_start()? {
                return Err(position.error("expected one document only"));
            }
        }
        Ok(root)
    }

    /// The next document, with what may stand before it.
    fn document(&mut self) -> Result<Option<YamlNodeId>, YamlError> {
        let is_implicit = self.may_be_implicit && !self.is_next(is_explicit_boundary)?;
        if !is_implicit && !self.document_start()? {
            return Ok(None);
        }
        self.handles.entry("!").or_insert(Cow::Borrowed("!"));
        let yaml = Cow::Borrowed("tag:yaml.org,2002:");
        self.handles.entry("!!").or_insert(yaml);
        let is_empty = !is_implicit
            && self.is_next(|kind| {
                matches!(
                    kind,
                    YamlTokenKind::Directive(_)
                        | YamlTokenKind::DocumentStart
                        | YamlTokenKind::DocumentEnd
                        | YamlTokenKind::StreamEnd
                )
            })?;
        let root = match is_empty {
            true => self.empty()?,
            false => self.root()?,
        };
        Ok(Some(root))
    }

    /// Takes the directives and the `---` of a document; `false` if the stream ends instead.
    fn document_start(&mut self) -> Result<bool, YamlError> {
        while self.skip(&YamlTokenKind::DocumentEnd)? {}
        if self.skip(&YamlTokenKind::StreamEnd)? {
            return Ok(false);
        }
        self.handles.clear();
        let mut version = None;
        while self.is_next(|kind| matches!(kind, YamlTokenKind::Directive(_)))? {
            let token = self.scanner.next()?;
            let duplicate = match token.kind {
                YamlTokenKind::Directive(Directive::Yaml(major, _)) if major != 1 => {
                    return Err(token.position.error("only YAML 1.1 and 1.2 can be read"));
                }
                YamlTokenKind::Directive(Directive::Yaml(major, minor)) => {
                    version.replace((major, minor)).is_some()
                }
                YamlTokenKind::Directive(Directive::Tag(handle, prefix)) => {
                    self.handles.insert(handle, prefix.into()).is_some()
                }
                _ => false,
            };
            if duplicate {
                return Err(token.position.error("this directive stands there twice"));
            }
        }
        let position = self.scanner.peek()?.position;
        if let Some((major, minor)) = version
            && !matches!(minor, 1 | 2)
        {
            return Err(position.python_exception(format!(
                "version minor part can only be 2 or 1, got ({major}, {minor})"
            )));
        }
        match self.skip(&YamlTokenKind::DocumentStart)? {
            true => Ok(true),
            false => Err(position.error("expected '---' or the end of the text")),
        }
    }

    /// Takes the `...` that may follow a document.
    fn document_end(&mut self) -> Result<(), YamlError> {
        let end = self.scanner.peek()?.position;
        let is_explicit = self.skip(&YamlTokenKind::DocumentEnd)?;
        if is_explicit {
            let next = self.scanner.peek()?;
            if next.kind != YamlTokenKind::StreamEnd && next.position.line == end.line {
                return self.error("only a comment may follow '...'");
            }
        }
        self.may_be_implicit = is_explicit && self.scanner.version() == YamlVersion::V1_2;
        Ok(())
    }

    /// The root node and all nodes in it.
    fn root(&mut self) -> Result<YamlNodeId, YamlError> {
        let mut complete = self.node(NodeContext::Block)?;
        loop {
            if let Some(id) = complete {
                let Some(parent) = self.open.last_mut() else {
                    return Ok(id);
                };
                let part = parent.attach(id, &mut self.nodes);
                if let (Some(part), Some(position)) = (part, self.alias.take()) {
                    self.alias_positions.insert(part, position);
                }
            }
            complete = self.collection_step()?;
        }
    }

    /// Parses a node. Returns `None` if that has opened a collection, which is then to be filled.
    fn node(&mut self, context: NodeContext) -> Result<Option<YamlNodeId>, YamlError> {
        if let YamlTokenKind::Alias(name) = self.scanner.peek()?.kind {
            let token = self.scanner.next()?;
            let unknown = || token.position.error("the alias names no anchor");
            let id = self.anchors.get(name).copied().ok_or_else(unknown)?;
            self.alias = Some(token.position);
            return Ok(Some(id));
        }
        let properties = self.properties()?;
        let next = self.scanner.peek()?;
        let position = properties.position.unwrap_or(next.position);
        let in_block = context != NodeContext::Flow;
        let kind = match next.kind {
            YamlTokenKind::Scalar(_) => {
                let YamlTokenKind::Scalar(scalar) = self.scanner.next()?.kind else {
                    return self.error("expected a value");
                };
                return Ok(Some(self.scalar(scalar, properties, position)));
            }
            // The entries of such a sequence follow directly.
            YamlTokenKind::BlockEntry if context == NodeContext::BlockOrIndentless => {
                self.open(CollectionKind::IndentlessSequence, properties, position)?;
                return Ok(None);
            }
            YamlTokenKind::FlowSequenceStart => CollectionKind::FlowSequence,
            YamlTokenKind::FlowMappingStart => CollectionKind::FlowMapping,
            YamlTokenKind::BlockSequenceStart if in_block => CollectionKind::BlockSequence,
            YamlTokenKind::BlockMappingStart if in_block => CollectionKind::BlockMapping,
            _ if properties.position.is_some() => {
                let scalar = Scalar {
                    text: Cow::Borrowed(""),
                    is_plain: true,
                };
                return Ok(Some(self.scalar(scalar, properties, position)));
            }
            _ => return self.error("expected a value"),
        };
        self.scanner.next()?;
        self.open(kind, properties, position)?;
        Ok(None)
    }

    /// Takes an anchor and a tag, in either order.
    fn properties(&mut self) -> Result<Properties<'t>, YamlError> {
        let mut properties = Properties::default();
        loop {
            let next = self.scanner.peek()?;
            match next.kind {
                YamlTokenKind::Anchor(name) if properties.anchor.is_none() => {
                    properties.anchor = Some(name);
                }
                YamlTokenKind::Tag(_) if properties.tag.is_none() => {}
                _ => return Ok(properties),
            }
            let token = self.scanner.next()?;
            properties.position.get_or_insert(token.position);
            if let YamlTokenKind::Tag(tag) = token.kind {
                properties.tag = Some(self.tag_name(tag, token.position)?);
            }
        }
    }

    /// The name of a tag, up to [`MAX_TAG_NAME`].
    fn tag_name(&self, tag: TagToken<'t>, position: Position) -> Result<String, YamlError> {
        let prefix = match tag.handle {
            Some(handle) => self
                .handles
                .get(handle)
                .map(|prefix| &**prefix)
                .ok_or_else(|| position.error(format!("the tag handle {handle} is not defined")))?,
            None => "",
        };
        let name = prefix.chars().chain(tag.suffix.chars());
        Ok(name.take(MAX_TAG_NAME).collect())
    }

    fn scalar(
        &mut self,
        scalar: Scalar<'t>,
        properties: Properties<'t>,
        position: Position,
    ) -> YamlNodeId {
        let version = self.scanner.version();
        let tag = match properties.tag.as_deref() {
            Some("!") => resolve(&scalar.text, version),
            Some(name) => Tag::from_name(name),
            None if scalar.is_plain => resolve(&scalar.text, version),
            None => Tag::Str,
        };
        let content = NodeContent::Scalar(scalar.text);
        self.add(tag, content, position, properties.anchor)
    }

    /// An empty scalar before the next token.
    fn empty(&mut self) -> Result<YamlNodeId, YamlError> {
        let position = self.scanner.peek()?.position;
        let content = NodeContent::Scalar(Cow::Borrowed(""));
        Ok(self.add(Tag::Null, content, position, None))
    }

    fn add(
        &mut self,
        tag: Tag,
        content: NodeContent<'t>,
        position: Position,
        anchor: Option<&'t str>,
    ) -> YamlNodeId {
        let id = self.nodes.len();
        self.nodes.push(YamlNode::new(tag, content, position));
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor, id);
        }
        id
    }
}

/// Whether a token begins an explicit document or ends the stream, so that no implicit document
/// begins there.
fn is_explicit_boundary(kind: &YamlTokenKind<'_>) -> bool {
    matches!(
        kind,
        YamlTokenKind::Directive(_) | YamlTokenKind::DocumentStart | YamlTokenKind::StreamEnd
    )
}
