//! Waits for the end of a bulk publish.

use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout_at};

use super::{PublishDetails, PublishStatus, pool_input};
use crate::batch::progress::ProgressDisplay;
use crate::cancellation::Cancellation;
use crate::cli::WaitOptions;
use crate::diagnostics::Diagnostics;
use crate::error::{Error, ErrorKind, Result};
use crate::interrupt;
use crate::operation_call::resolved_call::ResolvedCall;
use crate::service::{CallError, Client};

/// Before the first request, as a small publish ends at once.
const FIRST_DELAY: Duration = Duration::from_secs(1);

/// Before the second request without `--poll`. Each delay is half as long again as the one before.
const SHORT_DELAY: Duration = Duration::from_secs(5);

/// The longest delay without `--poll`.
const LONG_DELAY: Duration = Duration::from_secs(30);

/// How often a terminal shows the time.
const STATUS_INTERVAL: Duration = Duration::from_secs(1);

/// How often a line is printed elsewhere.
const LINE_INTERVAL: Duration = Duration::from_secs(60);

/// How many requests in a row may fail for reasons that pass, such as an interrupted connection.
const MAX_FAILURES: u32 = 5;

/// Says that the publish does not depend on this program.
const GOES_ON: &str = "the bulk publish goes on: get-bulk-publish-details shows how it ends";

/// The wait for the end of a bulk publish.
pub(super) struct PublishWait<'a> {
    resolved: &'a ResolvedCall<'a>,
    client: &'a Client,
    options: WaitOptions,
    start: Instant,
    display: WaitDisplay<'a>,
}

/// How a wait ended.
pub(super) struct Ending {
    /// The last response.
    pub details: PublishDetails,
    /// How long it took.
    pub waited: Duration,
}

impl<'a> PublishWait<'a> {
    /// Begins to wait.
    pub fn new(resolved: &'a ResolvedCall<'a>, client: &'a Client, options: WaitOptions) -> Self {
        let context = resolved.context;
        let is_debug = resolved.call.settings.debug;
        let is_terminal = context.stderr_is_terminal;
        PublishWait {
            resolved,
            client,
            options,
            start: Instant::now(),
            display: WaitDisplay {
                kind: ProgressDisplay::new(is_terminal, is_debug, context.environment),
                diagnostics: &context.diagnostics,
                lines: 0,
            },
        }
    }

    /// Waits until the publish has ended or the time is over.
    ///
    /// # Errors
    /// An interrupt came, or the state of the publish could not be read. The publish goes on.
    pub fn run(mut self) -> Result<Ending> {
        let cancellation = Cancellation::default();
        let diagnostics = &self.resolved.context.diagnostics;
        let outcome = interrupt::block_on_cancellable(&cancellation, self.follow(&cancellation))?;
        match outcome {
            Ok(ending) => {
                if cancellation.is_stopped() {
                    // It ended before the interrupt took effect.
                    interrupt::run_has_ended();
                }
                Ok(ending)
            }
            Err(CallError::Cancelled { .. }) => {
                diagnostics.warn(GOES_ON);
                Err(Error::new(ErrorKind::Interrupted, "Interrupted"))
            }
            Err(CallError::Failed(error)) => Err(self.resolved.explain(error).hint(GOES_ON)),
        }
    }

    async fn follow(&mut self, cancellation: &Cancellation) -> Result<Ending, CallError> {
        let input = pool_input(self.resolved);
        let limit = self.options.timeout.map(|timeout| self.start + timeout);
        let mut delay = self.options.poll.unwrap_or(SHORT_DELAY);
        let mut next = self.start + FIRST_DELAY.min(delay);
        let mut failures = 0;
        loop {
            next = limit.map_or(next, |limit| limit.min(next));
            self.display
                .show_until(next, self.start, cancellation)
                .await?;
            let read = PublishDetails::read(self.client, &input, cancellation).await;
            let is_over = limit.is_some_and(|limit| Instant::now() >= limit);
            match read {
                Err(error) if is_over || failures >= MAX_FAILURES || !is_temporary(&error) => {
                    return Err(error);
                }
                // One of many requests must not end a long wait.
                Err(_) => failures += 1,
                Ok(details) if is_over || details.status != PublishStatus::Running => {
                    return Ok(Ending {
                        details,
                        waited: self.start.elapsed(),
                    });
                }
                Ok(_) => failures = 0,
            }
            next = Instant::now() + delay;
            if self.options.poll.is_none() {
                delay = (delay + delay / 2).min(LONG_DELAY);
            }
        }
    }
}

/// Whether the same request may succeed later.
fn is_temporary(error: &CallError) -> bool {
    matches!(error, CallError::Failed(error) if error.context.retryable == Some(true))
}

/// Shows how long the wait takes.
struct WaitDisplay<'a> {
    kind: ProgressDisplay,
    diagnostics: &'a Diagnostics,
    /// The number of lines printed.
    lines: u32,
}

impl WaitDisplay<'_> {
    /// Waits until `end`, and shows the time since `start` meanwhile.
    async fn show_until(
        &mut self,
        end: Instant,
        start: Instant,
        cancellation: &Cancellation,
    ) -> Result<(), CallError> {
        while Instant::now() < end {
            self.show(start.elapsed());
            let pause = end.min(Instant::now() + STATUS_INTERVAL);
            if timeout_at(pause, cancellation.stopped()).await.is_ok() {
                return Err(CallError::Cancelled {
                    may_have_made_change: false,
                });
            }
            sleep_until(pause).await;
        }
        Ok(())
    }

    fn show(&mut self, waited: Duration) {
        let seconds = waited.as_secs();
        let text = format!(
            "bulk publish in progress for {}:{:02}",
            seconds / 60,
            seconds % 60
        );
        match self.kind {
            ProgressDisplay::Bar => self.diagnostics.set_status_line(&text),
            ProgressDisplay::Lines if waited >= LINE_INTERVAL * (self.lines + 1) => {
                self.diagnostics.warn(&text);
                self.lines += 1;
            }
            ProgressDisplay::Lines | ProgressDisplay::Off => {}
        }
    }
}

impl Drop for WaitDisplay<'_> {
    fn drop(&mut self) {
        self.diagnostics.set_status_line("");
    }
}
