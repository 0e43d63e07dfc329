//! Reads one file in the AWS CLI's configuration format (`config`, `credentials`, `alias`, boto's):
//! INI as Python's `configparser` parses it (`raw_config_parse` in `botocore/configloader.py` of
//! 2.36.7). Other modules interpret sections and values.

use std::path::Path;

use crate::error::{Error, Result};
use crate::python::configparser::{self, IniSections};
use crate::python::{split_lines, strip};

/// Reads a file whose values may be nested blocks (see [`parse_nested`]). Returns `None` if there
/// is no readable regular file, and an error if it is malformed.
pub fn read_config_file(path: &str) -> Result<Option<IniSections>> {
    let Some(sections) = read_plain_config_file(path)? else {
        return Ok(None);
    };
    let mut values = sections.values().flat_map(|section| section.iter());
    let malformed = values.find(|(_, value)| is_nested(value) && parse_nested(value).is_none());
    match malformed {
        Some((key, _)) => Err(parse_error(path).hint(format!(
            "each line of the nested block {key} must be a pair KEY = VALUE"
        ))),
        None => Ok(Some(sections)),
    }
}

/// Reads a file whose values are plain text. Returns `None` if there is no readable regular file,
/// since `configparser` skips such files.
pub fn read_plain_config_file(path: &str) -> Result<Option<IniSections>> {
    if !Path::new(path).is_file() {
        return Ok(None);
    }
    let Ok(bytes) = std::fs::read(path) else {
        return Ok(None);
    };
    let text = String::from_utf8(bytes).map_err(|_| parse_error(path).hint("it is not UTF-8"))?;
    configparser::parse(&text)
        .map(Some)
        .map_err(|line| parse_error(path).hint(format!("line {line} is not understood")))
}

fn parse_error(path: &str) -> Error {
    Error::general(format!("Unable to parse config file: {path}"))
}

/// Whether a value is a nested block: indented pairs below its key.
pub(super) fn is_nested(value: &str) -> bool {
    value.starts_with('\n')
}

/// The pairs of a nested block, the last of which counts for each key; `None` if a line is no pair.
pub(super) fn parse_nested(value: &str) -> Option<Vec<(&str, &str)>> {
    let lines = split_lines(value)
        .map(strip)
        .filter(|line| !line.is_empty());
    let pairs = lines.map(|line| line.split_once('='));
    pairs
        .map(|pair| pair.map(|(key, value)| (strip(key), strip(value))))
        .collect()
}
