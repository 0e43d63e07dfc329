//! The node graph of a document, between parsing and construction of values.

use super::error::Position;
use super::resolver::Tag;

/// Index of a node in its [`Graph`].
pub(super) type YamlNodeId = usize;

/// All nodes of a document. Aliases are further references to the node that they name.
pub(super) struct Graph {
    pub(super) nodes: Vec<YamlNode>,
    pub(super) root: YamlNodeId,
}

/// A node with its tag already resolved.
pub(super) struct YamlNode {
    pub(super) tag: Tag,
    pub(super) content: NodeContent,
    pub(super) position: Position,
    /// Whether the node is being constructed or merged: a reference to it is then recursive.
    pub(super) is_open: bool,
}

pub(super) enum NodeContent {
    Scalar(String),
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
