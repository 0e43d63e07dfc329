//! JMESPath as jmespath.py 1.0.1 understands it, over `serde_json::Value`: the engine behind
//! `--query`.
//!
//! Results, key order, number texts and messages are Python's. It does not print results, and it
//! does not know the AWS CLI's messages around its own.

mod error;
mod evaluate;
mod functions;
mod lexer;
mod literal;
mod number;
#[cfg(test)]
mod oracle;
mod parser;
mod render;
mod values;

pub use error::QueryError;

use serde_json::Value;

use crate::python::surrogates;

/// A compiled expression.
#[derive(Clone, Debug)]
pub struct Query {
    ast: parser::Ast,
}

impl Query {
    /// Compiles an expression.
    pub fn compile(text: &str) -> Result<Query, QueryError> {
        parser::parse(&surrogates::hold(text)).map(|ast| Query { ast })
    }

    /// Applies the expression to a document.
    pub fn search(&self, document: &Value) -> Result<Value, QueryError> {
        evaluate::search(&self.ast, document)
    }
}

/// What the expression finds in the document, as JSON, or the error's text.
#[cfg(test)]
fn answer(expression: &str, document: &str) -> String {
    let document = serde_json::from_str(document).expect("JSON");
    Query::compile(expression)
        .and_then(|query| query.search(&document))
        .map_or_else(|error| error.to_string(), |value| value.to_string())
}
