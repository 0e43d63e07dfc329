//! Errors of reading YAML, and positions in a text.

use std::fmt;

/// A position in a text. Both numbers count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Line.
    pub line: usize,
    /// Character of the line.
    pub column: usize,
}

impl Position {
    /// An error that `ruamel.yaml` also reports as one of its own.
    pub(super) fn error(self, message: impl Into<String>) -> YamlError {
        YamlError {
            position: self,
            message: message.into(),
            is_python_exception: false,
        }
    }

    /// A Python exception that `ruamel.yaml` lets through, such as a `ValueError`.
    pub(super) fn python_exception(self, message: impl Into<String>) -> YamlError {
        YamlError {
            is_python_exception: true,
            ..self.error(message)
        }
    }
}

/// Why a text could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YamlError {
    /// Position of the error.
    pub position: Position,
    /// What is wrong. For a Python exception, its text.
    pub message: String,
    /// Whether `ruamel.yaml` ends with an exception other than a `YAMLError`.
    pub is_python_exception: bool,
}

impl fmt::Display for YamlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { line, column } = self.position;
        write!(f, "line {line}, column {column}: {}", self.message)
    }
}

impl std::error::Error for YamlError {}
