//! The document of `--cli-input-json` or `--cli-input-yaml`: a text or a file that holds the whole
//! input (`awscli/customizations/cliinput.py` of 2.36.7). Whether its members fit is for
//! `validate` to say.

use super::{ParsedInput, hints, paramfile};
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::python::json;
use crate::python::key::Members;
use crate::python::surrogates;
use crate::python::value::Value;
use crate::yaml;

/// The members of the document, if there is one.
pub(super) fn read(typed: &ParsedInput, environment: &Environment) -> Result<Option<Members>> {
    let load = |option: &str, text: &str| match paramfile::load(text, environment) {
        Ok(None) => Ok(Value::String(surrogates::hold(text).into_owned())),
        Ok(Some(content)) => Ok(content),
        Err(why) => Err(why.about(option)),
    };
    let about = |text: &Option<String>, error| match text {
        Some(text) => hints::about_text(error, text),
        None => error,
    };
    let json = typed
        .cli_input_json
        .as_deref()
        .map(|t| load("--cli-input-json", t))
        .transpose()?;
    let yaml = typed
        .cli_input_yaml
        .as_deref()
        .map(|t| load("--cli-input-yaml", t))
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
            read_json(content).map_err(|error| about(&typed.cli_input_json, error))?,
        ),
        (None, Some(content)) => (
            "--cli-input-yaml",
            read_yaml(content).map_err(|error| about(&typed.cli_input_yaml, error))?,
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

fn read_json(content: Value) -> Result<Value> {
    let invalid = || Error::parsing("cli-input-json", "Invalid JSON received.");
    let text = text_of(content).ok_or_else(invalid)?;
    json::read(&text).map_err(|why| {
        if why.is_too_deep() {
            return Error::general(why.to_string());
        }
        let hint = format!("the JSON document is not valid: {why}");
        invalid().hint(hint).caused_by(why)
    })
}

fn read_yaml(content: Value) -> Result<Value> {
    let invalid = || Error::parsing("cli-input-yaml", "Invalid YAML received.");
    let text = text_of(content).ok_or_else(invalid)?;
    yaml::load(&text).map_err(|why| {
        if why.is_python_exception {
            return Error::general(&why.message).hint(why.to_string());
        }
        let hint = format!("the YAML document is not valid: {why}");
        invalid().hint(hint).caused_by(why)
    })
}

/// The text of a document; bytes (`fileb://`) may begin with a byte order mark.
fn text_of(content: Value) -> Option<String> {
    match content {
        Value::String(text) => Some(text),
        Value::Bytes(bytes) => {
            let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
            let text = std::str::from_utf8(bytes).ok()?;
            Some(surrogates::hold(text).into_owned())
        }
        _ => None,
    }
}
