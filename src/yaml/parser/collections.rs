//! Collections: their entries and their ends.

use crate::yaml::MAX_DEPTH;
use crate::yaml::error::{Position, YamlError};
use crate::yaml::nodes::{Mapping, NodeContent, NodePart, YamlNode, YamlNodeId};
use crate::yaml::resolver::{Tag, YamlVersion};
use crate::yaml::scanner::token::YamlTokenKind;

use super::{NodeContext, Properties, YamlParser};

/// A collection whose end has not been parsed yet.
pub(super) struct Collection {
    id: YamlNodeId,
    kind: CollectionKind,
    /// The line in which it starts.
    line: usize,
    /// Whether no entry has been parsed yet.
    is_first: bool,
    /// The key of a mapping that waits for its value.
    key: Option<YamlNodeId>,
    /// Whether that key stands alone, as in `{a, b}`.
    is_key_alone: bool,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum CollectionKind {
    BlockSequence,
    /// A block sequence in the column of the key above it.
    IndentlessSequence,
    BlockMapping,
    FlowSequence,
    FlowMapping,
    /// A mapping of one entry, written as `key: value` in a flow sequence.
    SinglePair,
}

impl CollectionKind {
    fn is_sequence(self) -> bool {
        matches!(
            self,
            CollectionKind::BlockSequence
                | CollectionKind::IndentlessSequence
                | CollectionKind::FlowSequence
        )
    }
}

impl Collection {
    /// Adds a node: an item, a key, or the value of the last key. Returns which part it is.
    pub(super) fn attach(
        &mut self,
        id: YamlNodeId,
        nodes: &mut [YamlNode<'_>],
    ) -> Option<NodePart> {
        match &mut nodes[self.id].content {
            NodeContent::Sequence(items) => {
                items.push(id);
                Some(NodePart::Item(self.id, items.len() - 1))
            }
            NodeContent::Mapping(mapping) => match self.key.take() {
                Some(key) => {
                    mapping.entries.push((key, id));
                    Some(NodePart::Value(self.id, mapping.entries.len() - 1))
                }
                None => {
                    self.key = Some(id);
                    Some(NodePart::Key(self.id, mapping.entries.len()))
                }
            },
            NodeContent::Scalar(_) => None,
        }
    }
}

/// A node that is complete; `None` if a collection was opened.
type ParsedNode = Result<Option<YamlNodeId>, YamlError>;

impl<'t> YamlParser<'t> {
    /// Adds a collection and opens it.
    pub(super) fn open(
        &mut self,
        kind: CollectionKind,
        properties: Properties<'t>,
        position: Position,
    ) -> Result<(), YamlError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(position.error("values are nested too deep"));
        }
        let (default_tag, content) = match kind.is_sequence() {
            true => (Tag::Seq, NodeContent::Sequence(Vec::new())),
            false => (Tag::Map, NodeContent::Mapping(Mapping::default())),
        };
        let tag = match properties.tag.as_deref() {
            None | Some("!") => default_tag,
            Some(name) => Tag::from_name(name),
        };
        let id = self.add(tag, content, position, properties.anchor);
        self.open.push(Collection {
            id,
            kind,
            line: position.line,
            is_first: true,
            key: None,
            is_key_alone: false,
        });
        Ok(())
    }

    /// Parses the next node of the innermost collection, or its end, which completes it.
    pub(super) fn collection_step(&mut self) -> ParsedNode {
        let Some(collection) = self.open.last() else {
            return self.error("expected a value");
        };
        let has_key = collection.key.is_some();
        match collection.kind {
            CollectionKind::BlockSequence => self.block_item(),
            CollectionKind::IndentlessSequence => self.indentless_item(),
            CollectionKind::BlockMapping if has_key => self.block_value(),
            CollectionKind::BlockMapping => self.block_key(),
            CollectionKind::FlowSequence => self.flow_item(),
            CollectionKind::FlowMapping | CollectionKind::SinglePair if has_key => {
                self.flow_value()
            }
            CollectionKind::FlowMapping => self.flow_key(),
            CollectionKind::SinglePair => self.single_key(),
        }
    }

    /// Closes the innermost collection.
    fn close(&mut self) -> ParsedNode {
        Ok(self.open.pop().map(|collection| collection.id))
    }

    fn close_block(&mut self) -> ParsedNode {
        if self.skip(&YamlTokenKind::BlockEnd)? {
            return self.close();
        }
        let line = self.open.last().map_or(1, |collection| collection.line);
        self.error(&format!(
            "this does not belong to the list or map that starts in line {line}"
        ))
    }

    /// A node, or an empty scalar before a token that ends it.
    fn node_unless(
        &mut self,
        is_end: fn(&YamlTokenKind<'_>) -> bool,
        context: NodeContext,
    ) -> ParsedNode {
        match self.is_next(is_end)? {
            true => self.empty().map(Some),
            false => self.node(context),
        }
    }

    fn block_item(&mut self) -> ParsedNode {
        if !self.skip(&YamlTokenKind::BlockEntry)? {
            return self.close_block();
        }
        let is_end = |kind: &YamlTokenKind<'_>| {
            matches!(kind, YamlTokenKind::BlockEntry | YamlTokenKind::BlockEnd)
        };
        self.node_unless(is_end, NodeContext::Block)
    }

    fn indentless_item(&mut self) -> ParsedNode {
        if !self.skip(&YamlTokenKind::BlockEntry)? {
            return self.close();
        }
        let is_end = |kind: &YamlTokenKind<'_>| {
            matches!(
                kind,
                YamlTokenKind::BlockEntry
                    | YamlTokenKind::Key
                    | YamlTokenKind::Value
                    | YamlTokenKind::BlockEnd
            )
        };
        self.node_unless(is_end, NodeContext::Block)
    }

    fn block_key(&mut self) -> ParsedNode {
        if self.skip(&YamlTokenKind::Key)? {
            self.node_unless(is_block_entry_end, NodeContext::BlockOrIndentless)
        } else if self.may_omit_key()? {
            self.empty().map(Some)
        } else {
            self.close_block()
        }
    }

    fn block_value(&mut self) -> ParsedNode {
        match self.skip(&YamlTokenKind::Value)? {
            true => self.node_unless(is_block_entry_end, NodeContext::BlockOrIndentless),
            false => self.empty().map(Some),
        }
    }

    /// Whether a `:` follows without a key, which YAML 1.1 does not allow.
    fn may_omit_key(&mut self) -> Result<bool, YamlError> {
        let is_value = self.is_next(|kind| *kind == YamlTokenKind::Value)?;
        Ok(is_value && self.scanner.version() == YamlVersion::V1_2)
    }

    /// Takes the comma before every entry of a flow collection but the first.
    fn flow_separator(&mut self, missing: &str) -> Result<(), YamlError> {
        let first = self
            .open
            .last_mut()
            .map(|top| std::mem::take(&mut top.is_first));
        match first == Some(true) || self.skip(&YamlTokenKind::FlowEntry)? {
            true => Ok(()),
            false => self.error(missing),
        }
    }

    fn flow_item(&mut self) -> ParsedNode {
        if self.skip(&YamlTokenKind::FlowSequenceEnd)? {
            return self.close();
        }
        self.flow_separator("while parsing a flow sequence, expected ',' or ']'")?;
        let next = self.scanner.peek()?;
        let position = next.position;
        match next.kind {
            YamlTokenKind::FlowSequenceEnd => {
                self.scanner.next()?;
                self.close()
            }
            YamlTokenKind::Key => {
                self.open(CollectionKind::SinglePair, Properties::default(), position)?;
                Ok(None)
            }
            _ => self.node(NodeContext::Flow),
        }
    }

    /// The key of a single pair, or its end after the value.
    fn single_key(&mut self) -> ParsedNode {
        if !self
            .open
            .last_mut()
            .is_some_and(|top| std::mem::take(&mut top.is_first))
        {
            return self.close();
        }
        self.scanner.next()?;
        self.node_unless(is_flow_key_end, NodeContext::Flow)
    }

    fn flow_key(&mut self) -> ParsedNode {
        if self.skip(&YamlTokenKind::FlowMappingEnd)? {
            return self.close();
        }
        self.flow_separator("while parsing a flow mapping, expected ',' or '}'")?;
        if self.skip(&YamlTokenKind::Key)? {
            return self.node_unless(is_flow_key_end, NodeContext::Flow);
        }
        if self.may_omit_key()? {
            return self.empty().map(Some);
        }
        if self.skip(&YamlTokenKind::FlowMappingEnd)? {
            return self.close();
        }
        if let Some(mapping) = self.open.last_mut() {
            mapping.is_key_alone = true;
        }
        self.node(NodeContext::Flow)
    }

    /// The value of a flow entry; empty without a `:`.
    fn flow_value(&mut self) -> ParsedNode {
        let mapping = self.open.last_mut();
        let is_alone = mapping.is_some_and(|top| std::mem::take(&mut top.is_key_alone));
        if is_alone || !self.skip(&YamlTokenKind::Value)? {
            return self.empty().map(Some);
        }
        let is_end = |kind: &YamlTokenKind<'_>| {
            matches!(
                kind,
                YamlTokenKind::FlowEntry
                    | YamlTokenKind::FlowSequenceEnd
                    | YamlTokenKind::FlowMappingEnd
            )
        };
        self.node_unless(is_end, NodeContext::Flow)
    }
}

fn is_block_entry_end(kind: &YamlTokenKind<'_>) -> bool {
    matches!(
        kind,
        YamlTokenKind::Key | YamlTokenKind::Value | YamlTokenKind::BlockEnd
    )
}

fn is_flow_key_end(kind: &YamlTokenKind<'_>) -> bool {
    matches!(
        kind,
        YamlTokenKind::Value
            | YamlTokenKind::FlowEntry
            | YamlTokenKind::FlowSequenceEnd
            | YamlTokenKind::FlowMappingEnd
    )
}
