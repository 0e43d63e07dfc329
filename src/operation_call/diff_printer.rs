//! `--show-diff`: prints what a call changes in the live configuration.

use super::resolved_call::ResolvedCall;
use crate::configuration::MemberChange;
use crate::configuration::report::{ChangesTextOptions, render_changes};
use crate::diagnostics::Diagnostics;

/// Prints changes to standard error, if `--show-diff` is given.
pub(super) struct DiffPrinter {
    is_enabled: bool,
    options: ChangesTextOptions,
    diagnostics: Diagnostics,
    /// What was printed last; a retried update often makes the same changes.
    printed: Option<String>,
}

impl DiffPrinter {
    /// Creates the printer of a call.
    pub(super) fn new(resolved: &ResolvedCall<'_>) -> DiffPrinter {
        let context = resolved.context;
        DiffPrinter {
            is_enabled: resolved.call.options.show_diff,
            options: ChangesTextOptions {
                indent: 0,
                use_color: resolved
                    .call
                    .color
                    .is_on(context.stderr_is_terminal, context.terminal.no_color),
            },
            diagnostics: context.diagnostics.clone(),
            printed: None,
        }
    }

    /// Prints the changes, unless they were printed just before.
    pub(super) fn print(&mut self, changes: &[MemberChange]) {
        if !self.is_enabled {
            return;
        }
        let text = match changes {
            [] => "no differences\n".to_string(),
            changes => render_changes(changes, self.options),
        };
        if self.printed.as_ref() != Some(&text) {
            self.diagnostics.print(&text);
            self.printed = Some(text);
        }
    }
}
