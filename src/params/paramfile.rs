//! Values that name a file: `file://` for text, `fileb://` for bytes, as the AWS CLI loads them
//! (`awscli/paramfile.py` of 2.36.7). Nothing else is ever fetched; a web address is a value.

use std::io;

use crate::encoding::{self, DecodeError};
use crate::environment::Environment;
use crate::error::Error;
use crate::python;
use crate::python::surrogates;
use crate::python::value::Value;

/// Why a file cannot be had.
#[derive(Debug)]
pub enum LoadError {
    /// It cannot be read, or is no text.
    Unreadable(String),
    /// Something else is wrong, of which the AWS CLI does not say which option it is about.
    Other(Error),
}

impl LoadError {
    /// The error about a file that the value of this option names.
    pub fn about(self, option: &str) -> Error {
        match self {
            LoadError::Unreadable(message) => Error::parsing(option, message),
            LoadError::Other(error) => error,
        }
    }
}

/// The content of the file that `value` names, nothing if it names none, or why it cannot be had.
pub fn load(value: &str, environment: &Environment) -> Result<Option<Value>, LoadError> {
    let value = &*surrogates::escaped(value);
    if let Some(path) = value.strip_prefix("file://") {
        let path = environment.expand(path);
        let bytes = read(value, &path)?;
        let encoding = encoding::of_files(environment).map_err(LoadError::Other)?;
        let text = encoding.decode(bytes).map_err(|why| match why {
            DecodeError::Invalid => LoadError::Unreadable(format!(
                "Unable to load paramfile ({path}), text contents could not be decoded.  If this \
                 is a binary file, please use the fileb:// prefix instead of the file:// prefix."
            )),
            DecodeError::NoByteOrderMark(message) => LoadError::Other(Error::general(message)),
        })?;
        let text = universal_newlines(text);
        Ok(Some(Value::String(surrogates::hold(&text).into_owned())))
    } else if let Some(path) = value.strip_prefix("fileb://") {
        let path = environment.expand(path);
        Ok(Some(Value::Bytes(read(value, &path)?)))
    } else {
        Ok(None)
    }
}

/// Reads a file; a failure is worded as Python words it.
fn read(value: &str, path: &str) -> Result<Vec<u8>, LoadError> {
    std::fs::read(path).map_err(|error| {
        let why = os_error(&error, path);
        LoadError::Unreadable(format!("Unable to load paramfile {value}: {why}"))
    })
}

/// `[Errno 2] No such file or directory: 'path'`.
fn os_error(error: &io::Error, path: &str) -> String {
    let path = python::quoted(path);
    match error.raw_os_error() {
        Some(number) => {
            let text = error.to_string();
            let reason = text.split(" (os error").next().unwrap_or(&text);
            format!("[Errno {number}] {reason}: {path}")
        }
        None => format!("{error}: {path}"),
    }
}

/// Line ends as Python's text mode reads them.
fn universal_newlines(text: String) -> String {
    if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_file_prefixes_are_loaded() {
        let environment = Environment::default();
        for value in ["http://example.com", "FILE://x", " file://x", "file:/x", ""] {
            assert!(matches!(load(value, &environment), Ok(None)), "{value}");
        }
        let missing = load("fileb://no/such/file", &environment).expect_err("it is not there");
        assert_eq!(
            missing.about("--option").message,
            "Error parsing parameter '--option': Unable to load paramfile fileb://no/such/file: \
             [Errno 2] No such file or directory: 'no/such/file'"
        );
    }
}
