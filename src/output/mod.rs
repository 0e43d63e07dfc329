//! Rendering of responses and errors: parses a response by the model, applies the query and formats
//! the result for standard output; formats errors for standard error.

pub mod error_report;
mod format;
mod joined_pages;
mod json;
pub mod query;
mod response_parser;
mod streaming_json;
mod table;
mod text;
mod write_buffer;

use std::io::{self, Write};

use serde_json::{Map, Value as Json};

use crate::encoding::{EncodeError, Encoding};
use crate::error::{Error, Result};
use crate::model::{SKELETON_TIMESTAMP, Structure};
use crate::timestamp::LocalZone;
use crate::yaml::{self, Timestamps};
pub use format::{ColorChoice, ErrorFormat, OutputFormat};
pub use joined_pages::JoinedPages;
pub use json::JsonListParts;
use query::Query;
use response_parser::ParseOptions;
use streaming_json::StreamingJson;
pub use table::TableColor;
use write_buffer::WriteBuffer;

/// The format of printed timestamps (`cli_timestamp_format`).
#[derive(Debug, Clone, Copy)]
pub enum TimestampFormat<'a> {
    /// As the service sent them.
    Wire,
    /// As ISO 8601 in this time zone.
    Iso8601(&'a LocalZone),
}

/// Options for rendering a document.
#[derive(Debug)]
pub struct OutputOptions<'a> {
    /// The output format; `Err` holds an unknown name. As in the AWS CLI, it is rejected only when
    /// there is something to print.
    pub format: std::result::Result<OutputFormat, &'a str>,
    /// The query to apply to the document.
    pub query: Option<&'a Query>,
    /// The title of a table: the name of the operation.
    pub title: &'a str,
    /// Whether tables are colored.
    pub color: TableColor,
    /// Whether standard output is a terminal.
    pub stdout_is_terminal: bool,
    /// The width of the terminal in columns, if known.
    pub terminal_width: Option<usize>,
    /// The format of timestamps.
    pub timestamps: TimestampFormat<'a>,
    /// Whether members that the AWS CLI lacks are printed.
    pub show_unmodeled: bool,
    /// Whether the output encoding is UTF-8 without a byte order mark.
    pub is_plain_utf8: bool,
    /// Whether the document is an output skeleton, whose timestamps are Python `datetime` objects
    /// rather than strings.
    pub is_skeleton: bool,
}

/// Output for standard output, and the error that cut it short, if any.
#[derive(Debug)]
pub struct RenderedOutput {
    content: RenderedContent,
    /// The error after which rendering stopped.
    pub error: Option<Error>,
}

#[derive(Debug)]
enum RenderedContent {
    /// Help, a version or a skeleton: always UTF-8.
    Utf8(String),
    /// The result of an operation, to be encoded.
    Encoded(WriteBuffer),
    /// A response to stream; UTF-8 only.
    Streaming(StreamingJson),
}

impl RenderedOutput {
    /// Writes the output to standard output; results are written in `encoding`.
    ///
    /// If the encoding lacks a character, the output ends before the write that holds it, and
    /// `Some` error is returned. `position` returns the position of the stream, which decides
    /// whether a byte order mark is written.
    pub fn write_to(
        &self,
        stdout: &mut dyn Write,
        position: fn() -> Option<u64>,
        encoding: &Encoding,
    ) -> io::Result<Option<EncodeError>> {
        match &self.content {
            RenderedContent::Utf8(text) => stdout.write_all(text.as_bytes())?,
            RenderedContent::Encoded(text) if encoding.is_plain_utf8() => {
                stdout.write_all(text.as_str().as_bytes())?;
            }
            RenderedContent::Encoded(text) => {
                let (bytes, encode_error) = text.encode(encoding);
                if !bytes.is_empty() {
                    stdout.write_all(encoding.byte_order_mark(position))?;
                }
                stdout.write_all(&bytes)?;
                return Ok(encode_error);
            }
            RenderedContent::Streaming(response) => response.write_to(stdout)?,
        }
        Ok(None)
    }
}

impl Default for RenderedOutput {
    fn default() -> Self {
        RenderedOutput::from(String::new())
    }
}

impl From<String> for RenderedOutput {
    fn from(text: String) -> Self {
        RenderedOutput {
            content: RenderedContent::Utf8(text),
            error: None,
        }
    }
}

impl From<WriteBuffer> for RenderedOutput {
    fn from(text: WriteBuffer) -> Self {
        RenderedOutput {
            content: RenderedContent::Encoded(text),
            error: None,
        }
    }
}

/// Renders the body of a response whose output shape is `structure`.
pub fn render_response(
    mut body: Vec<u8>,
    structure: &'static Structure,
    options: &OutputOptions<'_>,
) -> Result<RenderedOutput> {
    match options.timestamps {
        TimestampFormat::Iso8601(zone)
            if options.format == Ok(OutputFormat::Json)
                && options.query.is_none()
                && !options.show_unmodeled
                && options.is_plain_utf8 =>
        {
            match StreamingJson::new(body, structure, zone) {
                Ok(response) => {
                    return Ok(RenderedOutput {
                        content: RenderedContent::Streaming(response),
                        error: None,
                    });
                }
                Err(returned) => body = returned,
            }
        }
        _ => {}
    }
    let parse_options = ParseOptions {
        timestamps: options.timestamps,
        unmodeled: options.show_unmodeled,
    };
    let document = response_parser::parse_response(&body, structure, parse_options)?;
    // Frees the body, so that a large response is not held twice.
    drop(body);
    render_document(&document, options)
}

/// Parses the body of a response whose output shape is `structure` to its members, for commands that
/// use them. Unlike [`render_response`], it rejects a body that is no JSON object.
pub fn parse_document(body: &[u8], structure: &'static Structure) -> Result<Map<String, Json>> {
    parse_document_with(body, structure, TimestampFormat::Wire)
}

/// Parses it likewise, with timestamps in a format.
pub fn parse_document_with(
    body: &[u8],
    structure: &'static Structure,
    timestamps: TimestampFormat<'_>,
) -> Result<Map<String, Json>> {
    response_parser::parse_object(body, structure, timestamps)
}

/// Formats a timestamp of a response. `None` if it is none.
pub fn format_timestamp(value: &Json, timestamps: TimestampFormat<'_>) -> Option<Json> {
    match timestamps {
        TimestampFormat::Wire => Some(value.clone()),
        TimestampFormat::Iso8601(zone) => response_parser::format_timestamp(value, zone)
            .ok()
            .map(Json::String),
    }
}

/// The error for a response with a member that a command cannot use.
pub fn unexpected_value(member: &str, value: &Json) -> Error {
    Error::general(format!(
        "The response of the service has an unexpected value for {member}: {value}."
    ))
}

/// Applies the query to a document and renders the result. An empty structure prints nothing.
pub fn render_document(document: &Json, options: &OutputOptions<'_>) -> Result<RenderedOutput> {
    let format = options
        .format
        .map_err(|name| Error::general(format!("Unknown output type: {name}")))?;
    if format == OutputFormat::Off {
        return Ok(RenderedOutput::default());
    }
    let selected = match options.query {
        Some(query) => &query
            .search(document)
            .map_err(|e| Error::general(e.to_string()))?,
        None => document,
    };
    let empty = selected.as_object().is_some_and(Map::is_empty);
    let timestamps = if options.is_skeleton {
        Timestamps::Typed
    } else {
        Timestamps::Text
    };
    match format {
        OutputFormat::Json | OutputFormat::Yaml | OutputFormat::YamlStream if empty => {
            Ok(RenderedOutput::default())
        }
        OutputFormat::Json => {
            let mut text = json::render(selected);
            text.push('\n');
            Ok(text.into())
        }
        OutputFormat::Yaml => {
            Ok(WriteBuffer::with_libyaml_blocks(yaml::dump(selected, timestamps)).into())
        }
        OutputFormat::YamlStream => {
            Ok(WriteBuffer::with_libyaml_blocks(yaml::dump_list(selected, timestamps)).into())
        }
        OutputFormat::Text if options.is_skeleton => {
            Ok(render_text(&with_python_timestamps(selected)))
        }
        OutputFormat::Text => Ok(render_text(selected)),
        OutputFormat::Table if options.is_skeleton => {
            render_table(&with_python_timestamps(selected), options)
        }
        OutputFormat::Table => render_table(selected, options),
        OutputFormat::Off => Ok(RenderedOutput::default()),
    }
}

/// Renders a document as JSON with a final newline, whatever the output format.
pub fn render_json(document: &Json) -> String {
    json::render(document).into_text() + "\n"
}

fn render_text(document: &Json) -> RenderedOutput {
    match text::render(document) {
        Ok(text) => text.into(),
        Err(text::TextError {
            partial_output,
            message,
        }) => RenderedOutput {
            content: RenderedContent::Encoded(partial_output),
            error: Some(Error::general(message)),
        },
    }
}

fn render_table(document: &Json, options: &OutputOptions<'_>) -> Result<RenderedOutput> {
    let mut text = table::render(
        options.title,
        document,
        options.color,
        options.terminal_width,
    )
    .map_err(Error::general)?;
    if options.color != TableColor::Off && options.stdout_is_terminal {
        text.push_str(table::RESET);
    }
    Ok(text.into())
}

/// Returns the skeleton with its timestamps as `str` of Python formats them.
fn with_python_timestamps(skeleton: &Json) -> Json {
    match skeleton {
        Json::String(text) if text == SKELETON_TIMESTAMP => Json::String(text.replace('T', " ")),
        Json::Array(items) => items.iter().map(with_python_timestamps).collect(),
        Json::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), with_python_timestamps(value)))
            .collect(),
        other => other.clone(),
    }
}
