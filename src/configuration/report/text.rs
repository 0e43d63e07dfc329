//! The report for people: the pools that are not as desired, what differs or changed in each, and a
//! last line with counts.

use super::OutcomeCounts;
use super::changes_text::{ChangesTextOptions, render_changes};
use super::color::ReportColor;
use super::permissions::required_permissions;
use super::printable::{printable_message, printable_text};
use crate::configuration::changes::MemberChange;
use crate::configuration::outcome::{PoolFailure, PoolOutcome, PoolResult};
use crate::output::error_report;

/// Renders the report. Pools without differences, and those that were not started, are only
/// counted.
pub fn render(outcomes: &[PoolOutcome], use_color: bool) -> String {
    let mut text = String::new();
    for outcome in outcomes {
        push_outcome(&mut text, outcome, use_color);
    }
    text.push_str(&format!("{}\n", OutcomeCounts::of(outcomes)));
    text
}

fn push_outcome(text: &mut String, outcome: &PoolOutcome, use_color: bool) {
    let (status, color) = match &outcome.result {
        PoolResult::Unchanged | PoolResult::NotStarted => return,
        PoolResult::Different(_) => ("differs", ReportColor::Yellow),
        PoolResult::Changed(_) => ("changed", ReportColor::Green),
        PoolResult::Failed(_) => ("failed", ReportColor::Red),
    };
    let pool = pool_name(outcome);
    let status = color.paint(status, use_color);
    let location = outcome.pool.location.to_string();
    text.push_str(&format!("{pool} {status} ({})", printable_text(&location)));
    match &outcome.result {
        PoolResult::Different(changes) | PoolResult::Changed(changes) => {
            text.push('\n');
            text.push_str(&changes_text(changes, use_color));
        }
        PoolResult::Failed(failure) => push_failure(text, failure, use_color),
        PoolResult::Unchanged | PoolResult::NotStarted => {}
    }
}

fn push_failure(text: &mut String, failure: &PoolFailure, use_color: bool) {
    text.push_str(&format!(": {}\n", failure_message(failure)));
    if failure.may_have_changed {
        text.push_str("  The service may have made a part of these changes:\n");
    } else if !failure.planned.is_empty() {
        text.push_str("  Not made:\n");
    }
    text.push_str(&changes_text(&failure.planned, use_color));
}

fn changes_text(changes: &[MemberChange], use_color: bool) -> String {
    let options = ChangesTextOptions {
        indent: 2,
        use_color,
    };
    render_changes(changes, options)
}

/// The pool's id, and its region, if it is known and the id does not begin with it.
pub fn pool_name(outcome: &PoolOutcome) -> String {
    let (id, region) = (&outcome.pool.id, &outcome.region);
    let name = printable_text(id);
    match region.is_empty() || id.split(':').next() == Some(region) {
        true => name.into_owned(),
        false => format!("{name} in {}", printable_text(region)),
    }
}

/// The code and the message of a failure, and the permissions that a denied call needs.
pub fn failure_message(failure: &PoolFailure) -> String {
    let code = error_report::code_prefix(&printable_text(&failure.code));
    let message = printable_message(&failure.message);
    let permissions = required_permissions(failure);
    let permissions = match permissions.is_empty() {
        true => String::new(),
        false => format!(" (required permissions: {})", permissions.join(", ")),
    };
    format!("{code}{message}{permissions}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::fixtures::{change, failure, outcome, outcome_in};
    use super::*;

    fn changes() -> Vec<MemberChange> {
        vec![
            change("RoleArn", json!("arn:a"), json!("arn:b")),
            change("ApplicationArns", json!(["x"]), json!(["y"])),
        ]
    }

    #[test]
    fn prints_pools_that_are_not_as_desired() {
        let denied = "AccessDeniedException";
        let outcomes = [
            outcome("us-east-1:1", 3, PoolResult::Different(changes())),
            outcome("us-east-1:2", 9, PoolResult::Unchanged),
            outcome("eu-west-1:3", 12, PoolResult::Changed(changes())),
            outcome_in(
                "a b.yaml\n",
                "us-east-1:4",
                1,
                PoolResult::Failed(failure("Gone", "GetCognitoEvents", "It\nis.")),
            ),
            outcome(
                "us-east-1:5",
                30,
                PoolResult::Failed(PoolFailure {
                    planned: changes(),
                    ..failure(denied, "SetIdentityPoolConfiguration", "No.")
                }),
            ),
            outcome(
                "us-east-1:6",
                40,
                PoolResult::Failed(PoolFailure {
                    planned: changes(),
                    may_have_changed: true,
                    operation: None,
                    ..failure("NotAuthorizedException", "", "No.")
                }),
            ),
            outcome("us-east-1:7", 50, PoolResult::NotStarted),
        ];
        let want = "\
us-east-1:1 differs (pools.yaml:3:5)
  - PushSync.RoleArn: arn:a
  + PushSync.RoleArn: arn:b
  - PushSync.ApplicationArns: x
  + PushSync.ApplicationArns: y
eu-west-1:3 in us-east-1 changed (pools.yaml:12:5)
  - PushSync.RoleArn: arn:a
  + PushSync.RoleArn: arn:b
  - PushSync.ApplicationArns: x
  + PushSync.ApplicationArns: y
us-east-1:4 failed (\"a b.yaml\\n:1:5\"): Gone: It is.
us-east-1:5 failed (pools.yaml:30:5): AccessDeniedException: No. (required permissions: \
cognito-sync:SetIdentityPoolConfiguration, iam:PassRole)
  Not made:
  - PushSync.RoleArn: arn:a
  + PushSync.RoleArn: arn:b
  - PushSync.ApplicationArns: x
  + PushSync.ApplicationArns: y
us-east-1:6 failed (pools.yaml:40:5): NotAuthorizedException: No.
  The service may have made a part of these changes:
  - PushSync.RoleArn: arn:a
  + PushSync.RoleArn: arn:b
  - PushSync.ApplicationArns: x
  + PushSync.ApplicationArns: y
7 pools: 1 differs, 1 changed, 1 unchanged, 3 failed, 1 not started
";
        assert_eq!(render(&outcomes, false), want);
        let colored = render(&outcomes, true);
        for painted in [
            "us-east-1:1 \u{1b}[33mdiffers\u{1b}[0m (",
            "\u{1b}[32mchanged\u{1b}[0m",
            "\u{1b}[31mfailed\u{1b}[0m",
        ] {
            assert!(colored.contains(painted), "{colored}");
        }
        let mut plain = colored;
        for code in ["0", "31", "32", "33"] {
            plain = plain.replace(&format!("\u{1b}[{code}m"), "");
        }
        assert_eq!(plain, want);
    }

    #[test]
    fn prints_one_line_without_differences() {
        assert_eq!(render(&[], true), "0 pools: no differences\n");
        let unchanged = [outcome("us-east-1:1", 1, PoolResult::Unchanged)];
        assert_eq!(render(&unchanged, true), "1 pool: no differences\n");
    }
}
