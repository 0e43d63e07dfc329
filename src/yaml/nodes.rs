//! The node graph of a document, between parsing and construction of values.

use std::borrow::Cow;
use std::collections::HashMap;

use super::error::Position;
use super::resolver::Tag;

/// Index of a node in its [`Graph`].
pub(super) type YamlNodeId = usize;

/// All nodes of a document. Aliases are further references to the node that they name.
pub(super) struct Graph<'t> {
    pub(super) nodes: Vec<YamlNode<'t>>,
    pub(super) root: YamlNodeId,
    /// Where the aliases stand.
    pub(super) alias_positions: AliasPositions,
}

/// Positions of aliases, by what they are a part of.
pub(super) type AliasPositions = HashMap<NodePart, Position>;

/// A part of a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum NodePart {
    /// The item of this index.
    Item(YamlNodeId, usize),
    /// The key of the entry of this index.
    Key(YamlNodeId, usize),
    /// The value of the entry of this index.
    Value(YamlNodeId, usize),
}

/// A node with its tag already resolved.
pub(super) struct YamlNode<'t> {
    pub(super) tag: Tag,
    pub(super) content: NodeContent<'t>,
    position: CompactPosition,
    /// Whether the node is being constructed or merged: a reference to it is then recursive.
    pub(super) is_open: bool,
}

/// A position in half the space, for documents of many nodes.
struct CompactPosition {
    line: u32,
    column: u32,
}

impl<'t> YamlNode<'t> {
    pub(super) fn new(tag: Tag, content: NodeContent<'t>, position: Position) -> YamlNode<'t> {
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        YamlNode {
            tag,
            content,
            position: CompactPosition {
                line: number(position.line),
                column: number(position.column),
            },
            is_open: false,
        }
    }

    pub(super) fn position(&self) -> Position {
        Position {
            line: self.position.line as usize,
            column: self.position.column as usize,
        }
    }
}

pub(super) enum NodeContent<'t> {
    Scalar(Cow<'t, str>),
    Sequence(Vec<YamlNodeId>),
    Mapping(Mapping),
}

#[derive(Default)]
pub(super) struct Mapping {
    pub(super) entries: Vec<(YamlNodeId, YamlNodeId)>,
    /// Whether merge keys brought entries in. A key may then occur twice, and the last one counts.
    pub(super) has_merged: bool,
    /// Whether its merge keys have been replaced by the entries that they name.
    pub(super) is_flat: bool,
}
