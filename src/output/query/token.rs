//! The tokens of JMESPath expressions.

use super::number::QueryNumber;
use super::render;
use super::value::QueryValue;
use serde_json::Value;

/// The kinds of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum QueryTokenKind {
    And,
    Colon,
    Comma,
    Current,
    Dot,
    Eof,
    Eq,
    Expref,
    Filter,
    Flatten,
    Gt,
    Gte,
    Lbrace,
    Lbracket,
    Literal,
    Lparen,
    Lt,
    Lte,
    Ne,
    Not,
    Number,
    Or,
    Pipe,
    QuotedIdentifier,
    Rbrace,
    Rbracket,
    Rparen,
    Star,
    UnquotedIdentifier,
}

impl QueryTokenKind {
    /// The name that error messages use.
    pub(super) fn name(self) -> &'static str {
        match self {
            QueryTokenKind::And => "and",
            QueryTokenKind::Colon => "colon",
            QueryTokenKind::Comma => "comma",
            QueryTokenKind::Current => "current",
            QueryTokenKind::Dot => "dot",
            QueryTokenKind::Eof => "eof",
            QueryTokenKind::Eq => "eq",
            QueryTokenKind::Expref => "expref",
            QueryTokenKind::Filter => "filter",
            QueryTokenKind::Flatten => "flatten",
            QueryTokenKind::Gt => "gt",
            QueryTokenKind::Gte => "gte",
            QueryTokenKind::Lbrace => "lbrace",
            QueryTokenKind::Lbracket => "lbracket",
            QueryTokenKind::Literal => "literal",
            QueryTokenKind::Lparen => "lparen",
            QueryTokenKind::Lt => "lt",
            QueryTokenKind::Lte => "lte",
            QueryTokenKind::Ne => "ne",
            QueryTokenKind::Not => "not",
            QueryTokenKind::Number => "number",
            QueryTokenKind::Or => "or",
            QueryTokenKind::Pipe => "pipe",
            QueryTokenKind::QuotedIdentifier => "quoted_identifier",
            QueryTokenKind::Rbrace => "rbrace",
            QueryTokenKind::Rbracket => "rbracket",
            QueryTokenKind::Rparen => "rparen",
            QueryTokenKind::Star => "star",
            QueryTokenKind::UnquotedIdentifier => "unquoted_identifier",
        }
    }
}

/// The value of a token.
#[derive(Clone, Debug)]
pub(super) enum TokenValue {
    /// Punctuation, as written.
    Symbol(&'static str),
    /// An identifier.
    Name(String),
    /// A literal.
    Json(Value),
    /// A number between brackets.
    Int(QueryNumber),
}

/// One token.
#[derive(Clone, Debug)]
pub(super) struct QueryToken {
    /// Its kind.
    pub(super) kind: QueryTokenKind,
    /// Its value.
    pub(super) value: TokenValue,
    /// Where it starts, in characters.
    pub(super) start: usize,
}

impl QueryToken {
    /// The value as `%s` shows it in Python.
    pub(super) fn text(&self) -> String {
        match &self.value {
            TokenValue::Symbol(symbol) => (*symbol).to_owned(),
            TokenValue::Name(name) => name.clone(),
            TokenValue::Json(value) => render::python_str(&QueryValue::from(value)),
            TokenValue::Int(num) => num.text(),
        }
    }
}
