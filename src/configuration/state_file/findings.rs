//! What is wrong with the state files of a run, collected into one error.

use std::sync::Arc;

use crate::configuration::desired_pool::SourceLocation;
use crate::error::{Error, FileMistake};
use crate::source_excerpt::escape_unprintable;
use crate::yaml::Position;

use super::node::NodeError;
use super::source_file::{SourceFile, UnreadableFile};

/// How many findings the error shows.
const MAX_SHOWN: usize = 10;

/// The findings of a run.
#[derive(Default)]
pub(super) struct Findings {
    shown: Vec<Finding>,
    /// The files with findings, in order.
    files: Vec<Arc<str>>,
    count: usize,
}

/// A finding that the error shows.
struct Finding {
    /// Index of its file.
    file: usize,
    /// The finding with its location and line.
    text: String,
    /// The same for reports.
    mistake: FileMistake,
}

impl Findings {
    /// Adds what is wrong at a position, with the line.
    pub(super) fn add(&mut self, file: &SourceFile, position: Position, message: &str) {
        let text = || {
            let location = file.location(position);
            let heading = escape_unprintable(&format!("{location}: {message}"));
            format!("{heading}\n{}", file.excerpt(position))
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
            Some((line, column)) => {
                escape_unprintable(&format!("{name}:{line}:{column}: {message}"))
            }
            None => escape_unprintable(&format!("{name}: {message}")),
        });
    }

    /// Adds that a file has no documents. It may be what a failed command has left behind.
    pub(super) fn add_empty(&mut self, file: &SourceFile) {
        let message = "is empty; to describe no identity pool, write pools: []";
        let text = || escape_unprintable(&format!("{}: {message}", file.name));
        self.add_mistake(&file.name, None, message, text);
    }

    fn add_mistake(
        &mut self,
        file: &Arc<str>,
        position: Option<(usize, usize)>,
        message: &str,
        text: impl FnOnce() -> String,
    ) {
        let mistake = FileMistake {
            file: file.clone(),
            position,
            message: message.to_string(),
        };
        // Aliases and merge keys lead to a value more than once.
        if self.shown.iter().any(|shown| shown.mistake == mistake) {
            return;
        }
        self.count += 1;
        if self.count > MAX_SHOWN {
            return;
        }
        if self.files.last() != Some(file) {
            self.files.push(file.clone());
        }
        self.shown.push(Finding {
            file: self.files.len(),
            text: text(),
            mistake,
        });
    }

    /// The error, if there are findings.
    pub(super) fn into_error(mut self) -> Option<Error> {
        let hidden = self.count - self.shown.len();
        // Keys are checked before values.
        self.shown
            .sort_by_key(|finding| (finding.file, finding.mistake.position));
        let texts: Vec<_> = self.shown.iter().map(|finding| &*finding.text).collect();
        let mut message = texts.join("\n");
        if hidden > 0 {
            message.push_str(&format!("\nand {hidden} more"));
        }
        (self.count > 0).then(|| {
            let mut error = Error::parameter(message);
            let mistakes = self.shown.into_iter().map(|finding| finding.mistake);
            error.context.mistakes = mistakes.collect();
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
