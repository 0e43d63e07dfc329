//! Collections: their entries and their ends.

use crate::yaml::MAX_DEPTH;
use crate::yaml::error::{Position, YamlError};
use crate::yaml::nodes::{Content, Mapping, Node, NodeId};
use crate::yaml::resolver::{Tag, Version};
use crate::yaml::scanner::token::TokenKind;

use super::{Context, Parser, Properties};

/// A collection whose end has not been parsed yet.
pub(super) struct Collection {
    id: NodeId,
    kind: Kind,
    /// The line in which it starts.
    line: usize,
    /// Whether no entry has been parsed yet.
    is_first: bool,
    /// The key of a mapping that waits for its value.
    key: Option<NodeId>,
    /// Whether that key stands alone, as in `{a, b}`.
    is_key_alone: bool,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    BlockSequence,
    /// A block sequence in the column of the key above it.
    IndentlessSequence,
    BlockMapping,
    FlowSequence,
    FlowMapping,
    /// A mapping of one entry, written as `key: value` in a flow sequence.
    SinglePair,
}

impl Kind {
    fn is_sequence(self) -> bool {
        matches!(
            self,
            Kind::BlockSequence | Kind::IndentlessSequence | Kind::FlowSequence
        )
    }
}

impl Collection {
    /// Adds a node: an item, a key, or the value of the last key.
    pub(super) fn attach(&mut self, id: NodeId, nodes: &mut [Node]) {
        match &mut nodes[self.id].content {
            Content::Sequence(items) => items.push(id),
            Content::Mapping(mapping) => match self.key.take() {
                Some(key) => mapping.entries.push((key, id)),
                None => self.key = Some(id),
            },
            Content::Scalar(_) => {}
        }
    }
}

/// A node that is complete; `None` if a collection was opened.
type Complete = Result<Option<NodeId>, YamlError>;

impl<'t> Parser<'t> {
    /// Adds a collection and opens it.
    pub(super) fn open(
        &mut self,
        kind: Kind,
        properties: Properties<'t>,
        position: Position,
    ) -> Result<(), YamlError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(position.error("values are nested too deep"));
        }
        let (default_tag, content) = match kind.is_sequence() {
            true => (Tag::Seq, Content::Sequence(Vec::new())),
            false => (Tag::Map, Content::Mapping(Mapping::default())),
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
    pub(super) fn collection_step(&mut self) -> Complete {
        let Some(collection) = self.open.last() else {
            return self.error("expected a value");
        };
        let has_key = collection.key.is_some();
        match collection.kind {
            Kind::BlockSequence => self.block_item(),
            Kind::IndentlessSequence => self.indentless_item(),
            Kind::BlockMapping if has_key => self.block_value(),
            Kind::BlockMapping => self.block_key(),
            Kind::FlowSequence => self.flow_item(),
            Kind::FlowMapping | Kind::SinglePair if has_key => self.flow_value(),
            Kind::FlowMapping => self.flow_key(),
            Kind::SinglePair => self.single_key(),
        }
    }

    /// Closes the innermost collection.
    fn close(&mut self) -> Complete {
        Ok(self.open.pop().map(|collection| collection.id))
    }

    fn close_block(&mut self) -> Complete {
        if self.skip(&TokenKind::BlockEnd)? {
            return self.close();
        }
        let line = self.open.last().map_or(1, |collection| collection.line);
        self.error(&format!(
            "this does not belong to the list or map that starts in line {line}"
        ))
    }

    /// A node, or an empty scalar before a token that ends it.
    fn node_unless(&mut self, is_end: fn(&TokenKind<'_>) -> bool, context: Context) -> Complete {
        match self.is_next(is_end)? {
            true => self.empty().map(Some),
            false => self.node(context),
        }
    }

    fn block_item(&mut self) -> Complete {
        if !self.skip(&TokenKind::BlockEntry)? {
            return self.close_block();
        }
        let is_end =
            |kind: &TokenKind<'_>| matches!(kind, TokenKind::BlockEntry | TokenKind::BlockEnd);
        self.node_unless(is_end, Context::Block)
    }

    fn indentless_item(&mut self) -> Complete {
        if !self.skip(&TokenKind::BlockEntry)? {
            return self.close();
        }
        let is_end = |kind: &TokenKind<'_>| {
            matches!(
                kind,
                TokenKind::BlockEntry | TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd
            )
        };
        self.node_unless(is_end, Context::Block)
    }

    fn block_key(&mut self) -> Complete {
        if self.skip(&TokenKind::Key)? {
            self.node_unless(is_block_entry_end, Context::BlockOrIndentless)
        } else if self.may_omit_key()? {
            self.empty().map(Some)
        } else {
            self.close_block()
        }
    }

    fn block_value(&mut self) -> Complete {
        match self.skip(&TokenKind::Value)? {
            true => self.node_unless(is_block_entry_end, Context::BlockOrIndentless),
            false => self.empty().map(Some),
        }
    }

    /// Whether a `:` follows without a key, which YAML 1.1 does not allow.
    fn may_omit_key(&mut self) -> Result<bool, YamlError> {
        let is_value = self.is_next(|kind| *kind == TokenKind::Value)?;
        Ok(is_value && self.scanner.version() == Version::V1_2)
    }

    /// Takes the comma before every entry of a flow collection but the first.
    fn flow_separator(&mut self, missing: &str) -> Result<(), YamlError> {
        let first = self
            .open
            .last_mut()
            .map(|top| std::mem::take(&mut top.is_first));
        match first == Some(true) || self.skip(&TokenKind::FlowEntry)? {
            true => Ok(()),
            false => self.error(missing),
        }
    }

    fn flow_item(&mut self) -> Complete {
        if self.skip(&TokenKind::FlowSequenceEnd)? {
            return self.close();
        }
        self.flow_separator("while parsing a flow sequence, expected ',' or ']'")?;
        let next = self.scanner.peek()?;
        let position = next.position;
        match next.kind {
            TokenKind::FlowSequenceEnd => {
                self.scanner.next()?;
                self.close()
            }
            TokenKind::Key => {
                self.open(Kind::SinglePair, Properties::default(), position)?;
                Ok(None)
            }
            _ => self.node(Context::Flow),
        }
    }

    /// The key of a single pair, or its end after the value.
    fn single_key(&mut self) -> Complete {
        if !self
            .open
            .last_mut()
            .is_some_and(|top| std::mem::take(&mut top.is_first))
        {
            return self.close();
        }
        self.scanner.next()?;
        self.node_unless(is_flow_key_end, Context::Flow)
    }

    fn flow_key(&mut self) -> Complete {
        if self.skip(&TokenKind::FlowMappingEnd)? {
            return self.close();
        }
        self.flow_separator("while parsing a flow mapping, expected ',' or '}'")?;
        if self.skip(&TokenKind::Key)? {
            return self.node_unless(is_flow_key_end, Context::Flow);
        }
        if self.may_omit_key()? {
            return self.empty().map(Some);
        }
        if self.skip(&TokenKind::FlowMappingEnd)? {
            return self.close();
        }
        if let Some(mapping) = self.open.last_mut() {
            mapping.is_key_alone = true;
        }
        self.node(Context::Flow)
    }

    /// The value of a flow entry; empty without a `:`.
    fn flow_value(&mut self) -> Complete {
        let mapping = self.open.last_mut();
        let is_alone = mapping.is_some_and(|top| std::mem::take(&mut top.is_key_alone));
        if is_alone || !self.skip(&TokenKind::Value)? {
            return self.empty().map(Some);
        }
        let is_end = |kind: &TokenKind<'_>| {
            matches!(
                kind,
                TokenKind::FlowEntry | TokenKind::FlowSequenceEnd | TokenKind::FlowMappingEnd
            )
        };
        self.node_unless(is_end, Context::Flow)
    }
}

fn is_block_entry_end(kind: &TokenKind<'_>) -> bool {
    matches!(
        kind,
        TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd
    )
}

fn is_flow_key_end(kind: &TokenKind<'_>) -> bool {
    matches!(
        kind,
        TokenKind::Value
            | TokenKind::FlowEntry
            | TokenKind::FlowSequenceEnd
            | TokenKind::FlowMappingEnd
    )
}
