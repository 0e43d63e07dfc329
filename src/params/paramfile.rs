//! Values from files: loads `file://` as text and `fileb://` as bytes (`awscli/paramfile.py` of
//! 2.36.7). Other values, including `http://` URLs, are literals.

use std::io;

use crate::encoding::{self, DecodeError};
use crate::environment::Environment;
use crate::error::Error;
use crate::python;
use crate::python::surrogates;
use crate::python::value::Value;

/// A file that cannot be loaded.
#[derive(Debug)]
pub enum ParamFileError {
    /// The file cannot be read or decoded.
    Unreadable(String),
    /// Another error, for which the AWS CLI does not name the option.
    Other(Error),
}

impl ParamFileError {
    /// Converts the error to that of the option whose value names the file.
    pub fn into_error(self, option: &str) -> Error {
        match self {
            ParamFileError::Unreadable(message) => Error::parsing(option, message),
            ParamFileError::Other(error) => error,
        }
    }
}

/// Loads the file that `value` names. Returns `None` if it names none.
pub fn load(value: &str, environment: &Environment) -> Result<Option<Value>, ParamFileError> {
    let value = &*surrogates::escape(value);
    if let Some(path) = value.strip_prefix("file://") {
        let path = environment.expand_path(path);
        let bytes = read(value, &path)?;
        let encoding = encoding::file_encoding(environment).map_err(ParamFileError::Other)?;
        let text = encoding.decode(bytes).map_err(|why| match why {
            DecodeError::Invalid => ParamFileError::Unreadable(format!(
                "Unable to load paramfile ({path}), text contents could not be decoded.  If this \
                 is a binary file, please use the fileb:// prefix instead of the file:// prefix."
            )),
            DecodeError::NoByteOrderMark(message) => ParamFileError::Other(Error::general(message)),
        })?;
        let text = universal_newlines(text);
        Ok(Some(Value::String(
            surrogates::from_unicode(&text).into_owned(),
        )))
    } else if let Some(path) = value.strip_prefix("fileb://") {
        let path = environment.expand_path(path);
        Ok(Some(Value::Bytes(read(value, &path)?)))
    } else {
        Ok(None)
    }
}

/// Reads a file. Errors have the text of Python's.
fn read(value: &str, path: &str) -> Result<Vec<u8>, ParamFileError> {
    std::fs::read(path).map_err(|error| {
        let why = os_error(&error, path);
        ParamFileError::Unreadable(format!("Unable to load paramfile {value}: {why}"))
    })
}

/// `[Errno 2] No such file or directory: 'path'`.
fn os_error(error: &io::Error, path: &str) -> String {
    let path = python::repr_str(path);
    match error.raw_os_error() {
        Some(number) => {
            let text = error.to_string();
            let reason = text.split(" (os error").next().unwrap_or(&text);
            format!("[Errno {number}] {reason}: {path}")
        }
        None => format!("{error}: {path}"),
    }
}

/// Converts line ends as Python's text mode does.
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
    fn loads_only_file_prefixes() {
        let environment = Environment::default();
        for value in ["http://example.com", "FILE://x", " file://x", "file:/x", ""] {
            assert!(matches!(load(value, &environment), Ok(None)), "{value}");
        }
        let missing = load("fileb://no/such/file", &environment).expect_err("it is not there");
        assert_eq!(
            missing.into_error("--option").message,
            "Error parsing parameter '--option': Unable to load paramfile fileb://no/such/file: \
             [Errno 2] No such file or directory: 'no/such/file'"
        );
    }
}
