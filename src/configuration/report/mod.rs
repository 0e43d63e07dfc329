//! Reports on the outcomes of comparing or applying state files: text for people, a JSON document,
//! GitLab's code quality report, and GitHub's annotations and step summary. Each is a pure function
//! of the outcomes, which are in the order of the files.

mod changes_text;
mod color;
mod counts;
pub mod github;
pub mod gitlab;
pub mod json;
mod permissions;
mod printable;
mod repository_path;
pub mod text;

#[cfg(test)]
mod fixtures;

pub use changes_text::{ChangesTextOptions, render_changes};
pub use counts::OutcomeCounts;
pub use printable::printable_text;
pub use repository_path::RepositoryRoot;

use super::command_args::ReportFormat;
use super::outcome::PoolOutcome;
use crate::environment::Environment;

/// Environment variable of GitLab: the root of the repository.
const GITLAB_ROOT_VARIABLE: &str = "CI_PROJECT_DIR";

/// Renders the report for standard output.
pub fn render(
    outcomes: &[PoolOutcome],
    format: ReportFormat,
    use_color: bool,
    environment: &Environment,
) -> String {
    match format {
        ReportFormat::Text => text::render(outcomes, use_color),
        ReportFormat::Json => json::render(outcomes),
        ReportFormat::GitLab => {
            let root = RepositoryRoot::new(environment.non_empty(GITLAB_ROOT_VARIABLE));
            gitlab::render(outcomes, &root)
        }
    }
}
