//! Reading one file in the format of the AWS CLI's own (`config`, `credentials`, `alias`, boto's): INI as
//! Python's `configparser` reads it (`raw_config_parse` in `botocore/configloader.py` of 2.36.7). Which
//! sections there are, and what values mean, is for others to know.

use std::path::Path;

use crate::error::{Error, Result};
use crate::python::configparser::{self, IniSections};
use crate::python::{split_lines, strip};

/// Reads a file whose values may be nested blocks (see [`nested`]). `None` where there is no regular file
/// that can be read, and an error where it makes no sense.
pub fn read_config_file(path: &str) -> Result<Option<IniSections>> {
    let Some(sections) = read_plain_config_file(path)? else {
        return Ok(None);
    };
    let mut values = sections.values().flat_map(|section| section.iter());
    let broken = values.find(|(_, value)| is_nested(value) && nested(value).is_none());
    match broken {
        Some((key, _)) => Err(unreadable(path).hint(format!(
            "each line of the nested block {key} must be a pair KEY = VALUE"
        ))),
        None => Ok(Some(sections)),
    }
}

/// Reads a file whose values are plain text, whatever their lines hold. `None` also where a file is out
/// of reach or cannot be read, which `configparser` passes over.
pub fn read_plain_config_file(path: &str) -> Result<Option<IniSections>> {
    if !Path::new(path).is_file() {
        return Ok(None);
    }
    let Ok(bytes) = std::fs::read(path) else {
        return Ok(None);
    };
    let text = String::from_utf8(bytes).map_err(|_| unreadable(path).hint("it is not UTF-8"))?;
    configparser::parse(&text)
        .map(Some)
        .map_err(|line| unreadable(path).hint(format!("line {line} is not understood")))
}

fn unreadable(path: &str) -> Error {
    Error::general(format!("Unable to parse config file: {path}"))
}

/// Whether a value is a block of indented pairs, with nothing beside its key.
pub(super) fn is_nested(value: &str) -> bool {
    value.starts_with('\n')
}

/// The pairs of a nested block, of which the last one of a name counts; `None` if a line is no pair.
pub(super) fn nested(value: &str) -> Option<Vec<(&str, &str)>> {
    let lines = split_lines(value)
        .map(strip)
        .filter(|line| !line.is_empty());
    let pairs = lines.map(|line| line.split_once('='));
    pairs
        .map(|pair| pair.map(|(key, value)| (strip(key), strip(value))))
        .collect()
}
