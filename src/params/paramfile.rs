//! Values that name a file: `file://` for text, `fileb://` for bytes, as the AWS CLI loads them
//! (`awscli/paramfile.py` of 2.36.7). Nothing else is ever fetched; a web address is a value.

use std::io;

use crate::environment::Environment;
use crate::python;
use crate::python::value::Value;

/// The content of the file that `value` names, nothing if it names none, or why it cannot be had.
pub fn load(value: &str, environment: &Environment) -> Result<Option<Value>, String> {
    if let Some(path) = value.strip_prefix("file://") {
        let path = environment.expand(path);
        let bytes =
            read(&path).map_err(|why| format!("Unable to load paramfile {value}: {why}"))?;
        let text = String::from_utf8(bytes).map_err(|_| {
            format!(
                "Unable to load paramfile ({path}), text contents could not be decoded.  If this \
                 is a binary file, please use the fileb:// prefix instead of the file:// prefix."
            )
        })?;
        Ok(Some(Value::String(universal_newlines(text))))
    } else if let Some(path) = value.strip_prefix("fileb://") {
        let path = environment.expand(path);
        let bytes =
            read(&path).map_err(|why| format!("Unable to load paramfile {value}: {why}"))?;
        Ok(Some(Value::Bytes(bytes)))
    } else {
        Ok(None)
    }
}

/// Reads a file; a failure is worded as Python words it.
fn read(path: &str) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| os_error(&error, path))
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
            assert_eq!(load(value, &environment), Ok(None), "{value}");
        }
        let missing = load("fileb://no/such/file", &environment);
        let why = "[Errno 2] No such file or directory: 'no/such/file'";
        assert_eq!(
            missing,
            Err(format!(
                "Unable to load paramfile fileb://no/such/file: {why}"
            ))
        );
    }
}
