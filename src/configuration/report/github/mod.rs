//! Reports for GitHub Actions, beside those on standard output: annotations on standard error, and
//! a summary of the step.

mod annotations;
mod step_summary;
mod step_summary_file;

use crate::configuration::outcome::{PoolFailure, PoolOutcome};
use crate::configuration::report::repository_path::RepositoryRoot;
use crate::diagnostics::Diagnostics;
use crate::environment::Environment;
use crate::error::{Error, ErrorKind};

/// Environment variable: `true` within GitHub Actions.
const ACTIONS_VARIABLE: &str = "GITHUB_ACTIONS";

/// Environment variable: the root of the repository.
const WORKSPACE_VARIABLE: &str = "GITHUB_WORKSPACE";

/// Environment variable: the file to which the summary of the step is appended.
const STEP_SUMMARY_VARIABLE: &str = "GITHUB_STEP_SUMMARY";

/// Prints annotations and appends to the step summary, if the command runs in GitHub Actions.
/// `command` is the name of the command. A summary that cannot be written is only a warning.
pub fn report(
    command: &str,
    outcomes: &[PoolOutcome],
    environment: &Environment,
    diagnostics: &Diagnostics,
) {
    if !is_actions(environment) {
        return;
    }
    let root = repository_root(environment);
    print(&annotations::render(outcomes, &root), diagnostics);
    if let Some(path) = environment.non_empty(STEP_SUMMARY_VARIABLE) {
        let render = |limit| step_summary::render(command, outcomes, &root, limit);
        if let Err(error) = step_summary_file::append(path.as_ref(), render) {
            diagnostics.warn(&format!(
                "warning: {STEP_SUMMARY_VARIABLE}: unable to write '{path}': {error}"
            ));
        }
    }
}

/// Prints annotations for what failed without a place in a file, each with what it is about, if the
/// command runs in GitHub Actions.
pub fn report_failures<'a>(
    failures: impl Iterator<Item = (&'a str, &'a PoolFailure)>,
    environment: &Environment,
    diagnostics: &Diagnostics,
) {
    if is_actions(environment) {
        print(&annotations::render_failures(failures), diagnostics);
    }
}

/// Prints annotations for the error of a command, one for each mistake in a file, if the command
/// runs in GitHub Actions.
pub fn report_error(
    command: &str,
    error: &Error,
    environment: &Environment,
    diagnostics: &Diagnostics,
) {
    if is_actions(environment) && error.kind != ErrorKind::Interrupted {
        let root = repository_root(environment);
        print(
            &annotations::render_error(command, error, &root),
            diagnostics,
        );
    }
}

fn repository_root(environment: &Environment) -> RepositoryRoot {
    RepositoryRoot::new(environment.non_empty(WORKSPACE_VARIABLE))
}

fn is_actions(environment: &Environment) -> bool {
    environment.get(ACTIONS_VARIABLE) == Some("true")
}

fn print(annotations: &str, diagnostics: &Diagnostics) {
    for annotation in annotations.lines() {
        diagnostics.warn(annotation);
    }
}
