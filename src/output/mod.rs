//! From a reply to what is printed: the reply's document by the model, in the form asked for. And
//! from an error to its message. Nothing here writes to a stream.

pub mod document;
pub mod failure;
pub mod json;
mod moment;

use serde_json::Value as Json;

use crate::error::{Error, Result};

/// The forms of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JSON with an indent of four.
    Json,
    /// Nothing.
    Off,
}

impl Format {
    /// The form of this name.
    pub fn named(name: &str) -> Result<Format> {
        match name {
            "json" => Ok(Format::Json),
            "off" => Ok(Format::Off),
            "text" | "table" | "yaml" | "yaml-stream" => Err(Error::general(format!(
                "The output form {name} is not available yet."
            ))),
            other => Err(Error::general(format!("Unknown output type: {other}"))),
        }
    }
}

/// What is printed for a document. An empty document prints nothing.
pub fn render(document: &Json, format: Format) -> String {
    let empty = document.as_object().is_some_and(serde_json::Map::is_empty);
    match format {
        Format::Off => String::new(),
        Format::Json if empty => String::new(),
        Format::Json => json::render(document) + "\n",
    }
}
