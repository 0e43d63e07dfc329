//! State files: YAML or JSON documents that describe the configuration of identity pools.

mod document_reader;
mod entry_keys;
mod expansion;
mod findings;
mod json_node;
mod messages;
mod node;
mod reader;
mod schema;
mod source_file;
#[cfg(test)]
mod tests;
mod value_reader;
mod warnings;
mod writer;

use std::io::Read;
use std::sync::Arc;

pub use schema::{SCHEMA, SCHEMA_FILE};

use super::desired_pool::DesiredPool;
use super::section::PoolConfiguration;
use crate::diagnostics::Diagnostics;
use crate::environment::Environment;
use crate::error::Result;

/// How state files are loaded.
pub struct LoadOptions<'a> {
    /// Whether `${VAR}` and `${VAR:-default}` are replaced in strings.
    pub expand: bool,
    /// The variables.
    pub environment: &'a Environment,
    /// Warnings on a terminal.
    pub diagnostics: &'a Diagnostics,
}

/// The configuration of a pool that was read from the service.
#[derive(Debug, Clone, PartialEq)]
pub struct LivePool {
    /// `IdentityPoolId`
    pub id: String,
    /// The region of the pool. It is written if the id has another prefix.
    pub region: Option<String>,
    /// The sections that were read.
    pub configuration: PoolConfiguration,
}

/// What is written of live pools.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateFormat {
    /// A state file.
    State,
    /// The sections as properties of `AWS::Cognito::IdentityPool`.
    CloudFormation,
}

/// The syntax of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    Yaml,
    Json,
}

/// Loads state files; `-` is standard input. Returns the pools in the order of the files.
///
/// # Errors
///
/// Errors of a file name it with line and column. The same pool twice is one of them.
pub fn load(
    files: &[String],
    options: &LoadOptions<'_>,
    stdin: &mut dyn Read,
) -> Result<Vec<Arc<DesiredPool>>> {
    reader::load(files, options, stdin)
}

/// Renders pools, sorted by region and id.
pub fn render(pools: &[LivePool], format: StateFormat, syntax: Syntax) -> String {
    writer::render(pools, format, syntax)
}
