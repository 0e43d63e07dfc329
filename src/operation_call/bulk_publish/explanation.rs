//! Hints on a bulk publish that the service rejects because of an earlier one.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{ALREADY_STREAMED, DUPLICATE_REQUEST, PublishDetails, has_code, pool_input};
use crate::cancellation::Cancellation;
use crate::error::Error;
use crate::interrupt;
use crate::operation_call::resolved_call::ResolvedCall;
use crate::service::Client;

/// How long after a success the service rejects the next publish.
const WAITING_PERIOD: Duration = Duration::from_secs(24 * 60 * 60);

/// Adds a hint to the error. Where hints are shown, the time of the earlier publish is requested
/// for it.
pub(super) fn explain(error: Error, resolved: &ResolvedCall<'_>, client: &Client) -> Error {
    if has_code(&error, DUPLICATE_REQUEST) {
        return error.hint(
            "the identity pool has one bulk publish at a time: --wait waits for the end of the one that runs",
        );
    }
    if !has_code(&error, ALREADY_STREAMED) {
        return error;
    }
    let left = match resolved.context.diagnostics.shows_hints() {
        true => time_left(resolved, client),
        false => None,
    };
    error.hint(match left {
        Some(left) => format!(
            "the last bulk publish has succeeded, and the service accepts the next one 24 hours later, \
             which is in {}",
            duration_text(left)
        ),
        None => "the service accepts a bulk publish 24 hours after one that has succeeded: \
                 get-bulk-publish-details shows when that was"
            .to_string(),
    })
}

/// The time until the service accepts a publish, if it can be found out.
fn time_left(resolved: &ResolvedCall<'_>, client: &Client) -> Option<Duration> {
    let input = pool_input(resolved);
    let never = Cancellation::default();
    let reading = PublishDetails::read(client, &input, &never);
    let details = interrupt::block_on(reading).ok()?.ok()?;
    let completed = Duration::try_from_secs_f64(details.completed?).ok()?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    let left = (completed + WAITING_PERIOD).checked_sub(now)?;
    // The clocks differ if it has ended in the future.
    (left <= WAITING_PERIOD).then_some(left)
}

/// A duration in hours and minutes, rounded up.
fn duration_text(duration: Duration) -> String {
    let minutes = duration.as_secs().div_ceil(60);
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_durations_up_to_minutes() {
        let table = [
            (0, "0 min"),
            (1, "1 min"),
            (60, "1 min"),
            (3599, "1 h 0 min"),
            (86_400, "24 h 0 min"),
        ];
        for (seconds, want) in table {
            assert_eq!(duration_text(Duration::from_secs(seconds)), want);
        }
    }
}
