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
pub use repository_path::RepositoryRoot;
