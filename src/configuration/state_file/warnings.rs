//! Warnings about what state files may not mean.

use crate::configuration::desired_pool::SourceLocation;
use crate::diagnostics::Diagnostics;
use crate::source_excerpt::escape_unprintable;

/// The warnings of a run: of each kind the first, with how many more there are.
#[derive(Default)]
pub(super) struct Warnings {
    pub(super) unexpanded_variables: RepeatedWarning,
    pub(super) unknown_events: RepeatedWarning,
}

/// A warning that may hold in many places.
#[derive(Default)]
pub(super) struct RepeatedWarning {
    first: Option<String>,
    more: usize,
}

impl RepeatedWarning {
    /// Adds a place.
    pub(super) fn add(&mut self, location: impl FnOnce() -> SourceLocation, message: &str) {
        match self.first {
            Some(_) => self.more += 1,
            None => {
                let text = format!("{}: {message}", location());
                self.first = Some(escape_unprintable(&text));
            }
        }
    }
}

impl Warnings {
    /// Prints them, if hints are shown.
    pub(super) fn print(&self, diagnostics: &Diagnostics) {
        for warning in [&self.unexpanded_variables, &self.unknown_events] {
            match (&warning.first, warning.more) {
                (Some(text), 0) => diagnostics.warn_with_hints(text),
                (Some(text), more) => {
                    diagnostics.warn_with_hints(&format!("{text} (and {more} more)"));
                }
                (None, _) => {}
            }
        }
    }
}
