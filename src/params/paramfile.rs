//! Values that name a file: `file://` for text, `fileb://` for bytes, as the AWS CLI loads them
//! (`awscli/paramfile.py` of 2.36.7). Nothing else is ever fetched; a web address is a value.

use std::io;

use crate::environment::Environment;
use crate::python;
use crate::python::value::Value;

/// The content of the file that `value` names, nothing if it names none, or why it cannot be had.
pub fn load(value: &str, environment: &Environment) -> Result<Option<Value>, String> {
    if let Some(path) = value.strip_prefix("file://") {
        let path = expand(path, environment);
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
        let path = expand(path, environment);
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

/// A leading `~` becomes the home folder; then `$NAME` and `${NAME}` become the variable's value,
/// or stay where there is none.
pub fn expand(path: &str, environment: &Environment) -> String {
    let home = environment
        .get("HOME")
        .map(|home| home.trim_end_matches('/'));
    let path = match (path.strip_prefix('~'), home) {
        (Some(rest), Some(home)) if rest.is_empty() || rest.starts_with('/') => {
            let expanded = format!("{home}{rest}");
            if expanded.is_empty() {
                "/".to_string()
            } else {
                expanded
            }
        }
        _ => path.to_string(),
    };
    expand_variables(&path, environment)
}

fn expand_variables(path: &str, environment: &Environment) -> String {
    let mut expanded = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(dollar) = rest.find('$') {
        expanded.push_str(&rest[..dollar]);
        rest = &rest[dollar..];
        let (name, length) = variable_name(&rest[1..]);
        match name.and_then(|name| environment.get(name)) {
            Some(value) => expanded.push_str(value),
            None => expanded.push_str(&rest[..1 + length]),
        }
        rest = &rest[1 + length..];
    }
    expanded + rest
}

/// The variable's name behind a dollar sign, and how many bytes it and its braces take.
fn variable_name(text: &str) -> (Option<&str>, usize) {
    if let Some(inner) = text.strip_prefix('{') {
        return match inner.find('}') {
            Some(end) => (Some(&inner[..end]), end + 2),
            None => (None, 0),
        };
    }
    let length = text
        .bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
        .count();
    (
        Some(&text[..length]).filter(|name| !name.is_empty()),
        length,
    )
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
    fn paths_are_expanded() {
        let environment = Environment::from([("HOME", "/home/me/"), ("A", "x"), ("B_1", "$A")]);
        let table = [
            ("~/f", "/home/me/f"),
            ("~", "/home/me"),
            ("~you/f", "~you/f"),
            ("a~", "a~"),
            ("$A/${B_1}/$A.txt", "x/$A/x.txt"),
            ("$NONE/${NONE}/$", "$NONE/${NONE}/$"),
            ("${A", "${A"),
            ("$é", "$é"),
        ];
        for (path, want) in table {
            assert_eq!(expand(path, &environment), want, "{path}");
        }
    }

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
