//! `diff`: what `apply` would do.

use super::command_args::{DiffArgs, StateFileArgs};
use super::outcome::{self, PoolOutcome};
use super::pool_target::{self, PoolTarget, PoolTask};
use super::pool_warnings;
use super::state_file::{self, LoadOptions};
use crate::cancellation::Cancellation;
use crate::clients::RegionalClients;
use crate::command_context::{CommandContext, CommandReport};
use crate::error::Result;
use crate::interrupt;

/// Compares the pools of state files with the live ones.
pub fn run(args: &DiffArgs, context: &CommandContext<'_>) -> Result<CommandReport> {
    let outcomes = compare(&args.common, context)?;
    let status = outcome::diff_status(&outcomes, args.exit_zero);
    Ok(args.common.report("diff", &outcomes, status, context))
}

/// Loads the state files and compares their pools with the live ones. An interrupt is an error.
pub(super) fn compare(
    args: &StateFileArgs,
    context: &CommandContext<'_>,
) -> Result<Vec<PoolOutcome>> {
    let targets = load(args, context)?;
    let never = Cancellation::default();
    let progress = context.progress("pools", Some(targets.len()), &args.settings);
    let compared = pool_target::run_all(
        &targets,
        PoolTask::Compare,
        args.concurrency,
        &never,
        &progress,
    );
    interrupt::block_on(compared)
}

/// Loads the state files. Nothing is sent if one of them is invalid.
pub(super) fn load(args: &StateFileArgs, context: &CommandContext<'_>) -> Result<Vec<PoolTarget>> {
    let options = LoadOptions {
        expand: args.expand,
        environment: context.environment,
        diagnostics: &context.diagnostics,
    };
    let pools = state_file::load(&args.files, &options, &mut context.stdin.clone())?;
    pool_warnings::print(&pools, &context.diagnostics);
    let mut clients =
        RegionalClients::new(&args.settings, context.environment, &context.diagnostics)?;
    PoolTarget::resolve(pools, &mut clients)
}
