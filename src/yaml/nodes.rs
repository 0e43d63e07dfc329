//! The node graph of a document, between parsing and construction of values.

use std::borrow::Cow;

use super::error::Position;
use super::resolver::Tag;

/// Index of a node in its [`Graph`].
pub(super) type YamlNodeId = usize;

/// All nodes of a document. Aliases are further references to the node that they name.
pub(super) struct Graph<'t> {
    pub(super) nodes: Vec<YamlNode<'t>>,
    pub(super) root: YamlNodeId,
}

/// A node with its tag already resolved.
pub(super) struct YamlNode<'t> {
    pub(super) tag: Tag,
    pub(super) content: NodeContent<'t>,
    pub(super) position: Position,
    /// Whether the node is being constructed or merged: a reference to it is then recursive.
    pub(super) is_open: bool,
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
