//! Configuration of identity pools as files: state files are parsed, compared with the live
//! configuration and applied to it, and written from it.

mod apply;
mod arn;
mod changes;
mod command_args;
mod desired_pool;
mod diff;
mod failure;
mod live_configuration;
mod merge;
mod outcome;
mod pool_list;
mod pool_target;
mod pool_update;
mod pool_warnings;
mod pull;
pub mod report;
mod section;
mod section_group;
pub mod state_file;
mod update;
pub mod value_checks;

pub use changes::{MemberChange, compare};
pub use command_args::{ApplyArgs, DiffArgs, PoolSelection, PullArgs, ReportFormat, StateFileArgs};
pub use live_configuration::LiveConfiguration;
pub use merge::merge;
pub use section::{PoolConfiguration, given_sections};
pub use section_group::SectionGroup;
pub use update::{UpdateOutcome, UpdatePlan, UpdateTarget};

use crate::command_context::{CommandContext, CommandReport};
use crate::error::Result;

/// Runs `pull`.
pub fn pull(args: &PullArgs, context: &CommandContext<'_>) -> Result<CommandReport> {
    annotated("pull", pull::run(args, context), context)
}

/// Runs `diff`.
pub fn diff(args: &DiffArgs, context: &CommandContext<'_>) -> Result<CommandReport> {
    annotated("diff", diff::run(args, context), context)
}

/// Runs `apply`.
pub fn apply(args: &ApplyArgs, context: &CommandContext<'_>) -> Result<CommandReport> {
    annotated("apply", apply::run(args, context), context)
}

/// Returns the result, whose error is reported to GitHub Actions as well.
fn annotated(
    command: &str,
    result: Result<CommandReport>,
    context: &CommandContext<'_>,
) -> Result<CommandReport> {
    let (environment, diagnostics) = (context.environment, &context.diagnostics);
    result.inspect_err(|error| {
        report::github::report_error(command, error, environment, diagnostics);
    })
}
