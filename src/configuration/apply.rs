//! `apply`: brings live pools to what state files say.

use std::io::Read;
use std::pin::pin;

use futures_util::future::{Either, select};

use super::command_args::ApplyArgs;
use super::diff;
use super::outcome::{self, PoolOutcome, PoolResult};
use super::pool_target::{PoolTarget, PoolTask, run_all};
use super::report;
use crate::cancellation::Cancellation;
use crate::command_context::{CommandContext, CommandReport};
use crate::error::{Error, ErrorKind, Result};
use crate::interrupt;
use crate::stdin::Stdin;

/// Applies state files. On a terminal, it shows the changes and asks before it makes them.
pub fn run(args: &ApplyArgs, context: &CommandContext<'_>) -> Result<CommandReport> {
    if args.dry_run {
        let outcomes = diff::compare(&args.common, context)?;
        let status = outcome::apply_status(&outcomes, false);
        return Ok(args
            .common
            .report("apply --dry-run", &outcomes, status, context));
    }
    let targets = diff::load(&args.common, context)?;
    let cancellation = Cancellation::default();
    let application = Application {
        args,
        context,
        targets: &targets,
        cancellation: &cancellation,
    };
    let asks = !args.yes && context.stdin.is_terminal() && context.stderr_is_terminal;
    let applied = async {
        match asks {
            true => application.ask_and_apply().await,
            false => Ok(application.run_all(&targets, PoolTask::Apply).await),
        }
    };
    let outcomes = interrupt::block_on_cancellable(&cancellation, applied)??;
    let status = outcome::apply_status(&outcomes, cancellation.is_stopped());
    Ok(args.common.report("apply", &outcomes, status, context))
}

/// An `apply` that is under way.
struct Application<'a> {
    args: &'a ApplyArgs,
    context: &'a CommandContext<'a>,
    targets: &'a [PoolTarget],
    cancellation: &'a Cancellation,
}

impl Application<'_> {
    async fn run_all<'t>(
        &self,
        targets: impl IntoIterator<Item = &'t PoolTarget, IntoIter: ExactSizeIterator>,
        task: PoolTask,
    ) -> Vec<PoolOutcome> {
        let targets = targets.into_iter();
        let common = &self.args.common;
        let progress = self
            .context
            .progress("pools", Some(targets.len()), &common.settings);
        run_all(
            targets,
            task,
            common.concurrency,
            self.cancellation,
            &progress,
        )
        .await
    }

    /// Compares all pools, asks and applies those that differ. An interrupt before the answer is an
    /// error, since nothing was changed.
    async fn ask_and_apply(&self) -> Result<Vec<PoolOutcome>> {
        let compared = self.run_all(self.targets, PoolTask::Compare);
        let mut outcomes = self.unless_interrupted(compared).await?;
        let differs = |outcome: &PoolOutcome| matches!(outcome.result, PoolResult::Different(_));
        let differing: Vec<_> = (0..outcomes.len())
            .filter(|index| differs(&outcomes[*index]))
            .collect();
        if differing.is_empty() {
            return Ok(outcomes);
        }
        if !self.ask(&outcomes, differing.len()).await? {
            return Err(Error::general("Not applied: nothing was changed."));
        }
        let targets: Vec<_> = differing
            .iter()
            .map(|index| &self.targets[*index])
            .collect();
        let applied = self.run_all(targets, PoolTask::Apply).await;
        for (index, outcome) in differing.into_iter().zip(applied) {
            outcomes[index] = outcome;
        }
        Ok(outcomes)
    }

    /// Shows the changes and asks whether to make them. Anything but `y` and `yes` is a no.
    async fn ask(&self, outcomes: &[PoolOutcome], differing: usize) -> Result<bool> {
        let use_color = self.context.colors_stderr(self.args.common.color);
        let changes = report::text::render(outcomes, use_color);
        let plural = if differing == 1 { "" } else { "s" };
        let question = format!("Apply these changes to {differing} identity pool{plural}? [y/N] ");
        let stderr = &self.context.stderr;
        stderr.write(format!("{changes}{question}").as_bytes());
        let mut stdin = self.context.stdin.clone();
        // The thread may wait for a line for ever, which does not hold up the end of the process.
        let line = tokio::task::spawn_blocking(move || read_line(&mut stdin));
        let line = self.unless_interrupted(line).await?.unwrap_or_default();
        if !line.ends_with('\n') {
            stderr.write(b"\n");
        }
        Ok(["y", "yes"].contains(&line.trim().to_lowercase().as_str()))
    }

    async fn unless_interrupted<T>(&self, work: impl Future<Output = T>) -> Result<T> {
        match select(pin!(work), pin!(self.cancellation.stopped())).await {
            Either::Left((outcome, _)) => Ok(outcome),
            Either::Right(_) => Err(Error::new(ErrorKind::Interrupted, "Interrupted")),
        }
    }
}

/// Reads a line with its end; without one at the end of the input or an error.
fn read_line(stdin: &mut Stdin) -> String {
    let mut line = Vec::new();
    let mut byte = [0];
    while matches!(stdin.read(&mut byte), Ok(1)) {
        line.push(byte[0]);
        if byte[0] == b'\n' {
            break;
        }
    }
    String::from_utf8_lossy(&line).into_owned()
}
