//! The node graph of a document, between parsing and construction of values.

use super::error::Position;
use super::resolver::Tag;

/// Index of a node in its [`Graph`].
pub(super) type NodeId = usize;

/// All nodes of a document. Aliases are further references to the node that they name.
pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
    pub(super) root: NodeId,
}

/// A node with its tag already resolved.
pub(super) struct Node {
    pub(super) tag: Tag,
    pub(super) content: Content,
    pub(super) position: Position,
    /// Whether the node is being constructed or merged: a reference to it is then recursive.
    pub(super) is_open: bool,
}

pub(super) enum Content {
    Scalar(String),
    Sequence(Vec<NodeId>),
    Mapping(Mapping),
}

#[derive(Default)]
pub(super) struct Mapping {
    pub(super) entries: Vec<(NodeId, NodeId)>,
    /// Whether merge keys brought entries in. A key may then occur twice, and the last one counts.
    pub(super) has_merged: bool,
    /// Whether its merge keys have been replaced by the entries that they name.
    pub(super) is_flat: bool,
}
