//! A value of a state file with its position, in either syntax.

use std::borrow::Cow;

use super::json_node::JsonNode;
use crate::yaml::{self, DocumentNode, Position, YamlError};

/// A value of a document.
#[derive(Clone, Copy)]
pub(super) enum Node<'d> {
    Yaml(DocumentNode<'d>),
    Json(JsonNode<'d>),
}

/// What a node is.
pub(super) enum NodeValue<'d> {
    Null,
    String(Cow<'d, str>),
    /// A scalar of another type, by its name and text.
    Other(&'static str, &'d str),
    List(Vec<Node<'d>>),
    /// Keys and values, duplicates included.
    Mapping(Vec<(Node<'d>, Node<'d>)>),
}

/// Why a text is not YAML or JSON.
#[derive(Debug, PartialEq)]
pub(super) struct NodeError {
    pub(super) position: Position,
    pub(super) message: String,
}

impl From<YamlError> for NodeError {
    fn from(error: YamlError) -> NodeError {
        NodeError {
            position: error.position,
            message: error.message,
        }
    }
}

impl<'d> Node<'d> {
    pub(super) fn position(&self) -> Position {
        match self {
            Node::Yaml(node) => node.position(),
            Node::Json(node) => node.position(),
        }
    }

    pub(super) fn value(&self) -> Result<NodeValue<'d>, NodeError> {
        let node = match self {
            Node::Yaml(node) => node,
            Node::Json(node) => return node.value(),
        };
        Ok(match node.value()? {
            yaml::DocumentValue::Null => NodeValue::Null,
            yaml::DocumentValue::String(text) => NodeValue::String(Cow::Borrowed(text)),
            yaml::DocumentValue::Other(kind, text) => NodeValue::Other(kind, text),
            yaml::DocumentValue::Sequence(items) => {
                NodeValue::List(items.into_iter().map(Node::Yaml).collect())
            }
            yaml::DocumentValue::Mapping(entries) => {
                let entries = entries.into_iter();
                NodeValue::Mapping(
                    entries
                        .map(|(k, v)| (Node::Yaml(k), Node::Yaml(v)))
                        .collect(),
                )
            }
        })
    }
}
