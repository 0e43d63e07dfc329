//! The syntax tree of a JMESPath expression.
//!
//! The nodes live in one vector and refer to each other by index, so that neither building nor
//! dropping a long chain such as `a||a||…` recurses.

use serde_json::Value;

/// The index of a node in its `Ast`.
pub(super) type AstNodeId = usize;

/// A parsed expression.
#[derive(Clone, Debug)]
pub(super) struct Ast {
    /// Every node of the tree.
    pub(super) nodes: Vec<AstNode>,
    /// The node that evaluation begins with.
    pub(super) root: AstNodeId,
}

/// One operation of an expression.
#[derive(Clone, Debug)]
pub(super) enum AstNode {
    /// The value itself: `@`, or a part left out.
    Current,
    /// A member of an object.
    Field(String),
    /// A JSON literal.
    Literal(Value),
    /// An item of an array.
    Index(i64),
    /// Start, stop and step.
    Slice([Option<i64>; 3]),
    /// Each part applied to the result of the one before: `a.b`, `a[0]`, `a | b`.
    Chain(ChainKind, Vec<AstNodeId>),
    /// Applied to every item of the first part, an array.
    Projection([AstNodeId; 2]),
    /// Applied to every value of the first part, an object.
    ValueProjection([AstNodeId; 2]),
    /// A `Projection` of the items that meet the condition, which is the last part.
    FilterProjection([AstNodeId; 3]),
    /// Merges arrays one level deep.
    Flatten(AstNodeId),
    /// `==`, `<` and the other comparison operators.
    Comparison(Comparator, [AstNodeId; 2]),
    /// `||`.
    Or([AstNodeId; 2]),
    /// `&&`.
    And([AstNodeId; 2]),
    /// `!`.
    Not(AstNodeId),
    /// `[a, b]`.
    MultiList(Vec<AstNodeId>),
    /// `{a: b}`.
    MultiDict(Vec<(String, AstNodeId)>),
    /// `name(arguments)`.
    Call(String, Vec<AstNodeId>),
    /// `&expression`.
    Expref(AstNodeId),
}

/// The operator between the parts of a chain. A further part joins the chain if its operator is the
/// same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChainKind {
    /// `a.b`
    Dotted,
    /// `a[0]`
    Indexed,
    /// `a | b`
    Piped,
}

/// The comparison operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparator {
    Eq,
    Ne,
    Lt,
    Lte,
    Gt,
    Gte,
}

impl Ast {
    /// The node with this index.
    pub(super) fn node(&self, id: AstNodeId) -> &AstNode {
        &self.nodes[id]
    }
}
