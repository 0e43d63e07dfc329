//! What is wrong with the state files of a run, collected into one error.

use std::sync::Arc;

use crate::configuration::desired_pool::SourceLocation;
use crate::error::{Error, FileMistake};
use crate::yaml::Position;

use super::node::NodeError;
use super::source_file::{SourceFile, UnreadableFile};

/// How many findings the error shows.
const MAX_SHOWN: usize = 10;

/// The findings of a run.
#[derive(Default)]
pub(super) struct Findings {
    shown: Vec<String>,
    /// The shown findings, for reports.
    mistakes: Vec<FileMistake>,
    count: usize,
}

impl Findings {
    /// Adds what is wrong at a position, with the line.
    pub(super) fn add(&mut self, file: &SourceFile, position: Position, message: &str) {
        let text = || {
            let location = file.location(position);
            format!("{location}: {message}\n{}", file.excerpt(position))
        };
        let position = Some((position.line, position.column));
        self.add_mistake(&file.name, position, message, text);
    }

    pub(super) fn add_node_error(&mut self, file: &SourceFile, error: &NodeError) {
        let kind = if file.is_json() { "JSON" } else { "YAML" };
        let message = format!("invalid {kind}: {}", error.message);
        self.add(file, error.position, &message);
    }

    /// Adds why a file has no text.
    pub(super) fn add_unreadable(&mut self, name: &str, error: &UnreadableFile) {
        let message = &error.message;
        let position = error
            .position
            .map(|position| (position.line, position.column));
        self.add_mistake(&name.into(), position, message, || match position {
            Some((line, column)) => format!("{name}:{line}:{column}: {message}"),
            None => format!("{name}: {message}"),
        });
    }

    fn add_mistake(
        &mut self,
        file: &Arc<str>,
        position: Option<(usize, usize)>,
        message: &str,
        text: impl FnOnce() -> String,
    ) {
        self.count += 1;
        if self.count <= MAX_SHOWN {
            self.shown.push(text());
            self.mistakes.push(FileMistake {
                file: file.clone(),
                position,
                message: message.to_string(),
            });
        }
    }

    /// The error, if there are findings.
    pub(super) fn into_error(self) -> Option<Error> {
        let hidden = self.count - self.shown.len();
        let mut message = self.shown.join("\n");
        if hidden > 0 {
            message.push_str(&format!("\nand {hidden} more"));
        }
        (self.count > 0).then(|| {
            let mut error = Error::parameter(message);
            error.context.mistakes = self.mistakes;
            error
        })
    }
}

impl SourceFile {
    /// The location of a position in this file.
    pub(super) fn location(&self, position: Position) -> SourceLocation {
        SourceLocation {
            file: self.name.clone(),
            line: position.line,
            column: position.column,
        }
    }
}
