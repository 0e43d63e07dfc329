//! A JMESPath engine for `--query`, over `serde_json::Value`.
//!
//! Results, key order, number formats and error texts are those of jmespath.py 1.0.1. An expression
//! passes `lexer` (to `token`s), `parser` (to an `ast`) and `interpreter` (with `functions`, over
//! `value`s). Printing, and the AWS CLI's own message around an error, are left to the caller.

mod ast;
mod error;
mod functions;
mod interpreter;
mod lexer;
mod literal;
mod number;
#[cfg(test)]
mod oracle;
mod parser;
mod recursion;
mod render;
mod sort_key;
mod token;
mod value;

pub use error::QueryError;

use serde_json::Value;

use crate::python::surrogates;

/// A compiled expression.
#[derive(Clone, Debug)]
pub struct Query {
    ast: ast::Ast,
}

impl Query {
    /// Compiles an expression.
    pub fn compile(text: &str) -> Result<Query, QueryError> {
        parser::parse(&surrogates::from_unicode(text)).map(|ast| Query { ast })
    }

    /// Applies the expression to a document.
    pub fn search(&self, document: &Value) -> Result<Value, QueryError> {
        interpreter::search(&self.ast, document)
    }
}

/// Returns the result of an expression on a document as JSON, or the text of the error.
#[cfg(test)]
fn answer(expression: &str, document: &str) -> String {
    let document = serde_json::from_str(document).expect("JSON");
    Query::compile(expression)
        .and_then(|query| query.search(&document))
        .map_or_else(|error| error.to_string(), |value| value.to_string())
}
