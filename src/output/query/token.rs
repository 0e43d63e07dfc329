//! The tokens of JMESPath expressions.

use super::number::Num;
use super::render;
use super::values::Item;
use serde_json::Value;

/// The kinds of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
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

impl TokenKind {
    /// The name that error messages use.
    pub(super) fn name(self) -> &'static str {
        match self {
            TokenKind::And => "and",
            TokenKind::Colon => "colon",
            TokenKind::Comma => "comma",
            TokenKind::Current => "current",
            TokenKind::Dot => "dot",
            TokenKind::Eof => "eof",
            TokenKind::Eq => "eq",
            TokenKind::Expref => "expref",
            TokenKind::Filter => "filter",
            TokenKind::Flatten => "flatten",
            TokenKind::Gt => "gt",
            TokenKind::Gte => "gte",
            TokenKind::Lbrace => "lbrace",
            TokenKind::Lbracket => "lbracket",
            TokenKind::Literal => "literal",
            TokenKind::Lparen => "lparen",
            TokenKind::Lt => "lt",
            TokenKind::Lte => "lte",
            TokenKind::Ne => "ne",
            TokenKind::Not => "not",
            TokenKind::Number => "number",
            TokenKind::Or => "or",
            TokenKind::Pipe => "pipe",
            TokenKind::QuotedIdentifier => "quoted_identifier",
            TokenKind::Rbrace => "rbrace",
            TokenKind::Rbracket => "rbracket",
            TokenKind::Rparen => "rparen",
            TokenKind::Star => "star",
            TokenKind::UnquotedIdentifier => "unquoted_identifier",
        }
    }
}

/// What a token stands for.
#[derive(Clone, Debug)]
pub(super) enum TokenValue {
    /// Punctuation, as written.
    Symbol(&'static str),
    /// An identifier.
    Name(String),
    /// A literal.
    Json(Value),
    /// A number between brackets.
    Int(Num),
}

/// One token.
#[derive(Clone, Debug)]
pub(super) struct Token {
    /// Its kind.
    pub(super) kind: TokenKind,
    /// Its value.
    pub(super) value: TokenValue,
    /// Where it starts, in characters.
    pub(super) start: usize,
}

impl Token {
    /// The value as `%s` shows it in Python.
    pub(super) fn text(&self) -> String {
        match &self.value {
            TokenValue::Symbol(symbol) => (*symbol).to_owned(),
            TokenValue::Name(name) => name.clone(),
            TokenValue::Json(value) => render::python_str(&Item::from(value)),
            TokenValue::Int(num) => num.text(),
        }
    }
}
