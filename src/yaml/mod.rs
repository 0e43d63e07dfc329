//! YAML as AWS CLI 2.36.7 reads and writes it.
//!
//! Reading (`--cli-input-yaml`) mirrors `YAML(typ='safe', pure=True).load(text)` of `ruamel.yaml`
//! 0.19.1 in four steps: `scanner` (text to tokens), `parser` (tokens to a graph of nodes, whose
//! tags `resolver` finds) and `constructor` (nodes to a [`Value`]). Writing (`--output yaml`)
//! mirrors its safe dumper on the emitter of libyaml: `representer` (numbers as Python prints
//! them) and `emitter`.
//!
//! No crate covers either side. `libyaml-safer` 0.3.0 ports libyaml, but pure `ruamel.yaml` reads
//! another language: of 200,000 generated texts it treated 17,585 differently (`{: b}`, `[a:, b]`,
//! tabs between tokens, names of anchors, U+2028), and 601 made it panic. Its emitter agreed
//! except that it writes characters beyond U+FFFF unescaped, at twice the time. `saphyr-parser`
//! keeps to YAML 1.2 and differs likewise.

mod characters;
mod constructor;
mod document;
mod emitter;
mod error;
mod nodes;
mod parser;
mod representer;
mod resolver;
mod scanner;
mod timestamp;

pub(crate) use document::{DocumentNode, DocumentValue, Documents};
pub(crate) use emitter::{Timestamps, YamlLayout, dump, dump_list, dump_with_layout};
pub(crate) use error::{Position, YamlError};

use crate::python::value::Value;

/// How deep values may be nested. The stack of `ruamel.yaml` ends about here too.
const MAX_DEPTH: usize = 480;

/// Reads the only document of a text. A text without one is null.
///
/// # Errors
///
/// Where `ruamel.yaml` rejects the text, and where it makes something that a [`Value`] cannot hold.
pub(crate) fn load(text: &str) -> Result<Value, YamlError> {
    let (graph, version) = parser::parse(text)?;
    match graph {
        Some(graph) => constructor::construct(graph, version, text.len()),
        None => Ok(Value::Null),
    }
}

#[cfg(test)]
mod tests;
