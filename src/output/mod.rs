//! From a reply to what is printed: the reply's document by the model, picked from by a query, in
//! the form asked for. And from an error to its message. Nothing here writes to a stream.

mod document;
pub mod failure;
mod format;
mod json;
pub mod query;
mod streaming_json;
mod table;
mod text;
mod writes;

use std::io::{self, Write};

use serde_json::Value as Json;

use crate::encoding::{EncodeError, Encoding};
use crate::error::{Error, Result};
use crate::model::{SAMPLE_MOMENT, Structure};
use crate::timestamp::LocalZone;
use crate::yaml::{self, Timestamps};
pub use format::{ColorChoice, ErrorFormat, OutputFormat};
use query::Query;
use streaming_json::StreamingJson;
pub use table::Colour;
use writes::Writes;

/// How timestamps are printed (`cli_timestamp_format`).
#[derive(Debug, Clone, Copy)]
pub enum TimestampFormat<'a> {
    /// As the service has sent them.
    Wire,
    /// As ISO 8601 in this zone.
    Iso8601(&'a LocalZone),
}

/// How a document is to be printed.
#[derive(Debug)]
pub struct Style<'a> {
    /// The format, or a name that is none: it is refused only when something is to be printed, as the
    /// AWS CLI does.
    pub format: std::result::Result<OutputFormat, &'a str>,
    /// What to pick from the document.
    pub query: Option<&'a Query>,
    /// Name of the operation, which is a table's title.
    pub title: &'a str,
    /// Whether a table is coloured.
    pub colour: Colour,
    /// Whether standard output is a terminal.
    pub on_terminal: bool,
    /// Columns of the terminal, where they are known.
    pub terminal_width: Option<usize>,
    /// How timestamps are printed.
    pub timestamps: TimestampFormat<'a>,
    /// Whether what is printed is UTF-8 without a byte order mark.
    pub is_plain_utf8: bool,
    /// Whether the document is a sample: its moments are Python's moments and not text.
    pub sample: bool,
}

/// What is printed, and the failure that cut it short, if one did.
#[derive(Debug)]
pub struct Printed {
    content: Content,
    /// Why there is no more.
    pub failure: Option<Error>,
}

#[derive(Debug)]
enum Content {
    /// Help, a version or a skeleton: always in UTF-8.
    Text(String),
    /// What an operation has given back.
    Result(Writes),
    /// A response to stream; only for UTF-8.
    Streaming(StreamingJson),
}

impl Printed {
    /// Writes it to standard output, results in this encoding. A character that it lacks ends the
    /// output before the write that holds it, and is the error. For the mark of an encoding's byte
    /// order, the stream's position is asked for.
    pub fn write_to(
        &self,
        stdout: &mut dyn Write,
        position: fn() -> Option<u64>,
        encoding: &Encoding,
    ) -> io::Result<Option<EncodeError>> {
        match &self.content {
            Content::Text(text) => stdout.write_all(text.as_bytes())?,
            Content::Result(text) if encoding.is_plain_utf8() => {
                stdout.write_all(text.as_str().as_bytes())?;
            }
            Content::Result(text) => {
                let (bytes, lacking) = text.encode(encoding);
                if !bytes.is_empty() {
                    stdout.write_all(encoding.byte_order_mark(position))?;
                }
                stdout.write_all(&bytes)?;
                return Ok(lacking);
            }
            Content::Streaming(response) => response.write_to(stdout)?,
        }
        Ok(None)
    }
}

impl Default for Printed {
    fn default() -> Self {
        Printed::from(String::new())
    }
}

impl From<String> for Printed {
    fn from(text: String) -> Self {
        Printed {
            content: Content::Text(text),
            failure: None,
        }
    }
}

impl From<Writes> for Printed {
    fn from(text: Writes) -> Self {
        Printed {
            content: Content::Result(text),
            failure: None,
        }
    }
}

/// What is printed of a reply to an operation whose output is `structure`.
pub fn of_reply(
    mut body: Vec<u8>,
    structure: &'static Structure,
    style: &Style<'_>,
) -> Result<Printed> {
    match style.timestamps {
        TimestampFormat::Iso8601(zone)
            if style.format == Ok(OutputFormat::Json)
                && style.query.is_none()
                && style.is_plain_utf8 =>
        {
            match StreamingJson::new(body, structure, zone) {
                Ok(response) => {
                    return Ok(Printed {
                        content: Content::Streaming(response),
                        failure: None,
                    });
                }
                Err(returned) => body = returned,
            }
        }
        _ => {}
    }
    let document = document::of_reply(&body, structure, style.timestamps)?;
    // A large reply is not held twice.
    drop(body);
    render(&document, style)
}

/// Picks from a document and writes what is picked. An empty structure prints nothing.
pub fn render(document: &Json, style: &Style<'_>) -> Result<Printed> {
    let format = style
        .format
        .map_err(|name| Error::general(format!("Unknown output type: {name}")))?;
    if format == OutputFormat::Off {
        return Ok(Printed::default());
    }
    let picked = match style.query {
        Some(query) => &query
            .search(document)
            .map_err(|e| Error::general(e.to_string()).caused_by(e))?,
        None => document,
    };
    let empty = picked.as_object().is_some_and(serde_json::Map::is_empty);
    let timestamps = if style.sample {
        Timestamps::Typed
    } else {
        Timestamps::Text
    };
    match format {
        OutputFormat::Json | OutputFormat::Yaml | OutputFormat::YamlStream if empty => {
            Ok(Printed::default())
        }
        OutputFormat::Json => {
            let mut text = json::render(picked);
            text.push('\n');
            Ok(text.into())
        }
        OutputFormat::Yaml => Ok(Writes::in_blocks(yaml::document(picked, timestamps)).into()),
        OutputFormat::YamlStream => Ok(Writes::in_blocks(yaml::stream(picked, timestamps)).into()),
        OutputFormat::Text if style.sample => Ok(as_text(&with_moments(picked))),
        OutputFormat::Text => Ok(as_text(picked)),
        OutputFormat::Table if style.sample => as_table(&with_moments(picked), style),
        OutputFormat::Table => as_table(picked, style),
        OutputFormat::Off => Ok(Printed::default()),
    }
}

/// The document as JSON alone, as `--generate-cli-skeleton` prints it whatever form is asked for.
pub fn plain_json(document: &Json) -> String {
    json::render(document).into_text() + "\n"
}

fn as_text(document: &Json) -> Printed {
    match text::render(document) {
        Ok(text) => text.into(),
        Err(text::Failure { written, message }) => Printed {
            content: Content::Result(written),
            failure: Some(Error::general(message)),
        },
    }
}

fn as_table(document: &Json, style: &Style<'_>) -> Result<Printed> {
    let mut text = table::render(style.title, document, style.colour, style.terminal_width)
        .map_err(Error::general)?;
    if style.colour != Colour::Off && style.on_terminal {
        text.push_str(table::RESET);
    }
    Ok(text.into())
}

/// A sample with its moments as Python's `str` shows them.
fn with_moments(sample: &Json) -> Json {
    match sample {
        Json::String(text) if text == SAMPLE_MOMENT => Json::String(text.replace('T', " ")),
        Json::Array(items) => items.iter().map(with_moments).collect(),
        Json::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), with_moments(value)))
            .collect(),
        other => other.clone(),
    }
}
