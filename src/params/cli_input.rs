//! `--cli-input-json` and `--cli-input-yaml`: the whole input as a literal, a file or standard input
//! (`awscli/customizations/cliinput.py` of 2.36.7). `validate` checks the members.

use std::borrow::Cow;

use super::document_text::{DocumentContent, DocumentText, STDIN};
use super::{ParsedInput, hints, json_diagnosis, text_encoding};
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::python::json;
use crate::python::key::Members;
use crate::python::value::Value;
use crate::source_excerpt::TextPosition;
use crate::stdin::Stdin;
use crate::yaml;

const JSON: &str = "--cli-input-json";
const YAML: &str = "--cli-input-yaml";

/// Parses the document. Returns its members, or `None` without one of the options.
pub(super) fn parse(
    parsed: &ParsedInput,
    environment: &Environment,
    stdin: &Stdin,
) -> Result<Option<Members>> {
    let load = |option, value: &str| DocumentText::load(option, value, environment, stdin);
    let values = (&parsed.cli_input_json, &parsed.cli_input_yaml);
    let (option, value) = match values {
        (None, None) => return Ok(None),
        (Some(json), Some(yaml)) => {
            // The AWS CLI loads both files first. There is nothing to wait for on standard input.
            for (option, value) in [(JSON, json), (YAML, yaml)] {
                if value != STDIN {
                    load(option, value)?;
                }
            }
            return Err(Error::parameter(
                "Only one --cli-input- parameter may be specified.",
            ));
        }
        (Some(value), None) => (JSON, value),
        (None, Some(value)) => (YAML, value),
    };
    let document = load(option, value)?;
    let members = match option {
        JSON => parse_json(&document),
        _ => parse_yaml(&document),
    };
    members
        .and_then(|value| expect_map(value, option, &document))
        .map_err(|error| hints::add_syntax_hint(error, value))
        .map(Some)
}

/// Returns the members of the document, which must be a map.
fn expect_map(value: Value, option: &str, document: &DocumentText) -> Result<Members> {
    let kind = value.python_type();
    if let Value::Map(members) = value {
        return Ok(members);
    }
    let message = format!("Invalid type: expecting map, received <class '{kind}'>");
    let error = Error::parsing(option, message);
    Err(match value {
        Value::Null => error.hint(document.describe_empty()),
        _ => error,
    })
}

fn parse_json(document: &DocumentText) -> Result<Value> {
    let text = decode(document, text_encoding::decode_json, "JSON")?;
    json::parse(&text).map_err(|why| {
        if why.is_too_deep() {
            return Error::general(why.to_string());
        }
        let (at, reason) = json_diagnosis::diagnose(&text, &why);
        let place = document.describe(&text, TextPosition::at(&text, at), &reason);
        document.syntax_error("JSON", place)
    })
}

fn parse_yaml(document: &DocumentText) -> Result<Value> {
    let text = decode(document, text_encoding::decode_yaml, "YAML")?;
    yaml::load(&text).map_err(|why| {
        let position = TextPosition {
            line: why.position.line,
            column: why.position.column,
        };
        // Columns do not count a byte order mark.
        let shown = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let place = document.describe(shown, position, &why.message);
        if why.is_python_exception {
            return Error::general(&why.message).hint(place);
        }
        document.syntax_error("YAML", place)
    })
}

/// Returns the text of a document.
fn decode<'d>(
    document: &'d DocumentText,
    decode: fn(&[u8]) -> Option<String>,
    format: &str,
) -> Result<Cow<'d, str>> {
    match &document.content {
        DocumentContent::Text(text) => Ok(Cow::Borrowed(text)),
        DocumentContent::Bytes(bytes) => decode(bytes)
            .map(Cow::Owned)
            .ok_or_else(|| document.syntax_error(format, document.describe_encoding(bytes))),
    }
}
