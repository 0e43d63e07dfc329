//! Reads state files: finds their documents, and pools that are described twice.

use std::collections::HashMap;
use std::io::Read;
use std::sync::Arc;

use super::LoadOptions;
use super::document_reader::DocumentReader;
use super::findings::Findings;
use super::json_node::JsonText;
use super::node::{Node, NodeError};
use super::source_file::SourceFile;
use super::value_reader::ValueReader;
use super::warnings::Warnings;
use crate::configuration::desired_pool::{DesiredPool, SourceLocation};
use crate::error::Result;
use crate::yaml::Documents;

/// Loads the files in order.
pub(super) fn load(
    files: &[String],
    options: &LoadOptions<'_>,
    stdin: &mut dyn Read,
) -> Result<Vec<Arc<DesiredPool>>> {
    let mut pools = DescribedPools::default();
    let (mut findings, mut warnings) = (Findings::default(), Warnings::default());
    for name in files {
        let file = match SourceFile::read(name, stdin) {
            Ok(file) => file,
            Err(error) => {
                findings.add_unreadable(name, &error);
                continue;
            }
        };
        let reader = DocumentReader {
            values: ValueReader {
                file: &file,
                options,
                findings: &mut findings,
                warnings: &mut warnings,
            },
            pools: &mut pools,
        };
        match read_documents(&file, reader) {
            Ok(0) => findings.add_empty(&file),
            Ok(_) => {}
            Err(error) => findings.add_node_error(&file, &error),
        }
    }
    match findings.into_error() {
        Some(error) => Err(error),
        None => {
            warnings.print(options.diagnostics);
            Ok(pools.pools)
        }
    }
}

/// The pools that the files describe.
#[derive(Default)]
pub(super) struct DescribedPools {
    pools: Vec<Arc<DesiredPool>>,
    /// Where each is described first.
    locations: HashMap<String, SourceLocation>,
}

impl DescribedPools {
    /// Adds a pool. Returns where it is described already, if it is.
    pub(super) fn add(&mut self, pool: DesiredPool) -> Option<SourceLocation> {
        if let Some(first) = self.locations.get(&pool.id) {
            return Some(first.clone());
        }
        let location = pool.location.clone();
        self.locations.insert(pool.id.clone(), location);
        self.pools.push(Arc::new(pool));
        None
    }
}

/// Reads the documents of a file, up to one that cannot be parsed, and returns how many are not
/// empty.
fn read_documents(file: &SourceFile, mut reader: DocumentReader<'_>) -> Result<usize, NodeError> {
    let mut count = 0;
    if file.is_json() {
        let text = JsonText::new(&file.text);
        for document in text.documents() {
            count += usize::from(reader.read(Node::Json(document?))?);
        }
    } else {
        let mut documents = Documents::new(&file.text)?;
        while let Some(document) = documents.next()? {
            count += usize::from(reader.read(Node::Yaml(document.root()))?);
        }
    }
    Ok(count)
}
