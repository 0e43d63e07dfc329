//! `--cli-input-json` and `--cli-input-yaml`: a literal or a file that holds the whole input
//! (`awscli/customizations/cliinput.py` of 2.36.7). `validate` checks the members.

use super::{ParsedInput, hints, paramfile, text_encoding};
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::python::json;
use crate::python::key::Members;
use crate::python::surrogates;
use crate::python::value::Value;
use crate::yaml;

/// Parses the document. Returns its members, or `None` without one of the options.
pub(super) fn parse(parsed: &ParsedInput, environment: &Environment) -> Result<Option<Members>> {
    let load = |option: &str, text: &str| match paramfile::load(text, environment) {
        Ok(None) => Ok(Value::String(surrogates::from_unicode(text).into_owned())),
        Ok(Some(content)) => Ok(content),
        Err(why) => Err(why.into_error(option)),
    };
    let with_hint = |text: &Option<String>, error| match text {
        Some(text) => hints::add_syntax_hint(error, text),
        None => error,
    };
    let json = parsed
        .cli_input_json
        .as_deref()
        .map(|text| load("--cli-input-json", text))
        .transpose()?;
    let yaml = parsed
        .cli_input_yaml
        .as_deref()
        .map(|text| load("--cli-input-yaml", text))
        .transpose()?;
    let (option, document) = match (json, yaml) {
        (None, None) => return Ok(None),
        (Some(_), Some(_)) => {
            return Err(Error::parameter(
                "Only one --cli-input- parameter may be specified.",
            ));
        }
        (Some(content), None) => (
            "--cli-input-json",
            parse_json(content).map_err(|error| with_hint(&parsed.cli_input_json, error))?,
        ),
        (None, Some(content)) => (
            "--cli-input-yaml",
            parse_yaml(content).map_err(|error| with_hint(&parsed.cli_input_yaml, error))?,
        ),
    };
    match document {
        Value::Map(members) => Ok(Some(members)),
        other => Err(Error::parsing(
            option,
            format!(
                "Invalid type: expecting map, received <class '{}'>",
                other.python_type()
            ),
        )),
    }
}

fn parse_json(content: Value) -> Result<Value> {
    let invalid = || Error::parsing("cli-input-json", "Invalid JSON received.");
    let text = decode_text(content, text_encoding::decode_json).ok_or_else(invalid)?;
    json::parse(&text).map_err(|why| {
        if why.is_too_deep() {
            return Error::general(why.to_string());
        }
        let hint = format!("the JSON document is not valid: {why}");
        invalid().hint(hint)
    })
}

fn parse_yaml(content: Value) -> Result<Value> {
    let invalid = || Error::parsing("cli-input-yaml", "Invalid YAML received.");
    let text = decode_text(content, text_encoding::decode_yaml).ok_or_else(invalid)?;
    yaml::load(&text).map_err(|why| {
        if why.is_python_exception {
            return Error::general(&why.message).hint(why.to_string());
        }
        let hint = format!("the YAML document is not valid: {why}");
        invalid().hint(hint)
    })
}

/// Returns the text of a document, or `None` if its bytes cannot be decoded.
fn decode_text(content: Value, decode: fn(&[u8]) -> Option<String>) -> Option<String> {
    match content {
        Value::String(text) => Some(text),
        Value::Bytes(bytes) => decode(&bytes),
        _ => None,
    }
}
