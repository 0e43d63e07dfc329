//! Values from files: loads `file://` as text and `fileb://` as bytes (`awscli/paramfile.py` of
//! 2.36.7). Other values, including `http://` URLs, are literals. A file is opened and read once, so
//! it may be a pipe.

use std::borrow::Cow;
use std::io;

use super::text_encoding;
use crate::encoding::{self, DecodeError, Encoding};
use crate::environment::Environment;
use crate::error::Error;
use crate::python;
use crate::python::surrogates;
use crate::python::value::Value;
use crate::source_excerpt::escape_unprintable;

/// A file that cannot be loaded.
#[derive(Debug)]
pub enum ParamFileError {
    /// The file cannot be read or decoded.
    Unreadable {
        /// The AWS CLI's message.
        message: String,
        /// The reason, where the message does not say it.
        hint: Option<String>,
    },
    /// Another error, for which the AWS CLI does not name the option.
    Other(Error),
}

impl ParamFileError {
    /// Converts the error to that of the option whose value names the file.
    pub fn into_error(self, option: &str) -> Error {
        match self {
            ParamFileError::Unreadable { message, hint } => hint
                .into_iter()
                .fold(Error::parsing(option, message), Error::hint),
            ParamFileError::Other(error) => error,
        }
    }
}

/// A file that a value names.
pub struct ParamFile {
    /// Its path.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// Whether the value is its bytes (`fileb://`) and not its text.
    pub is_binary: bool,
}

/// Loads the file that `value` names. Returns `None` if it names none.
pub fn load(value: &str, environment: &Environment) -> Result<Option<Value>, ParamFileError> {
    let Some(file) = read(value, environment)? else {
        return Ok(None);
    };
    Ok(Some(match file.is_binary {
        true => Value::Bytes(file.bytes),
        false => {
            let encoding = encoding::file_encoding(environment).map_err(ParamFileError::Other)?;
            Value::String(decode(file.bytes, &file.path, &encoding)?)
        }
    }))
}

/// Reads the file that `value` names. Returns `None` if it names none.
pub fn read(value: &str, environment: &Environment) -> Result<Option<ParamFile>, ParamFileError> {
    let value = &*surrogates::escape(value);
    let (path, is_binary) = match value.strip_prefix("file://") {
        Some(path) => (path, false),
        None => match value.strip_prefix("fileb://") {
            Some(path) => (path, true),
            None => return Ok(None),
        },
    };
    let path = environment.expand_path(path);
    let bytes = std::fs::read(&path).map_err(|error| ParamFileError::Unreadable {
        // With the text of Python's errors.
        message: format!(
            "Unable to load paramfile {value}: {}",
            os_error(&error, &path)
        ),
        hint: None,
    })?;
    Ok(Some(ParamFile {
        path,
        bytes,
        is_binary,
    }))
}

/// Decodes the content of a text file.
pub fn decode(bytes: Vec<u8>, path: &str, encoding: &Encoding) -> Result<String, ParamFileError> {
    decode_text(bytes, &escape_unprintable(path), encoding).map_err(|why| match why {
        TextFileError::Invalid(reason) => ParamFileError::Unreadable {
            message: format!(
                "Unable to load paramfile ({path}), text contents could not be decoded.  If this \
                 is a binary file, please use the fileb:// prefix instead of the file:// prefix."
            ),
            hint: Some(reason),
        },
        TextFileError::Other(error) => ParamFileError::Other(error),
    })
}

/// Why bytes are not text.
pub enum TextFileError {
    /// They are not in the encoding. Names the right one or the first wrong byte, if known.
    Invalid(String),
    /// Another error, for which the AWS CLI does not name the option.
    Other(Error),
}

/// Decodes the text of `name` as Python's text mode does, with lone surrogates as `surrogates`
/// represents them.
pub fn decode_text(
    bytes: Vec<u8>,
    name: &str,
    encoding: &Encoding,
) -> Result<String, TextFileError> {
    let text = match encoding.is_plain_utf8() {
        true => String::from_utf8(bytes).map_err(|error| {
            TextFileError::Invalid(text_encoding::describe_invalid_utf8(name, error.as_bytes()))
        })?,
        false => encoding.decode(bytes).map_err(|why| match why {
            DecodeError::Invalid => TextFileError::Invalid(format!(
                "{name} is not in the encoding that AWS_CLI_FILE_ENCODING names"
            )),
            DecodeError::NoByteOrderMark(message) => TextFileError::Other(Error::general(message)),
        })?,
    };
    let text = universal_newlines(text);
    Ok(match surrogates::from_unicode(&text) {
        Cow::Owned(represented) => represented,
        Cow::Borrowed(_) => text,
    })
}

/// `[Errno 2] No such file or directory: 'path'`.
fn os_error(error: &io::Error, path: &str) -> String {
    let path = python::repr_str(path);
    let reason = os_error_reason(error);
    match error.raw_os_error() {
        Some(number) => format!("[Errno {number}] {reason}: {path}"),
        None => format!("{reason}: {path}"),
    }
}

/// `No such file or directory`
pub fn os_error_reason(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_string()
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
