//! GitLab's code quality report: an issue for each member that differs, and for each pool that
//! failed or was not compared.

use ring::digest::{SHA256, digest};
use serde::{Serialize, Serializer};

use super::changes_text::change_lines;
use super::json::to_json;
use super::repository_path::RepositoryRoot;
use super::text::{failure_message, pool_name};
use crate::configuration::desired_pool::SourceLocation;
use crate::configuration::outcome::{PoolOutcome, PoolResult};

/// The path of issues of standard input, since each needs one.
const STDIN_PATH: &str = "stdin";

/// Renders the report, with paths relative to the root of the repository.
pub fn render(outcomes: &[PoolOutcome], root: &RepositoryRoot) -> String {
    to_json(&IssueList { outcomes, root })
}

struct IssueList<'a> {
    outcomes: &'a [PoolOutcome],
    root: &'a RepositoryRoot,
}

impl Serialize for IssueList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let issues = self.outcomes.iter();
        serializer.collect_seq(issues.flat_map(|outcome| issues_of(outcome, self.root)))
    }
}

#[derive(Serialize)]
struct CodeQualityIssue {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: IssueLocation,
}

#[derive(Serialize)]
struct IssueLocation {
    path: String,
    lines: IssueLines,
}

#[derive(Serialize)]
struct IssueLines {
    begin: usize,
}

fn issues_of(outcome: &PoolOutcome, root: &RepositoryRoot) -> Vec<CodeQualityIssue> {
    let pool = &outcome.pool;
    let name = pool_name(outcome);
    let issue = |check_name, severity, subject: &str, location: &SourceLocation, description| {
        CodeQualityIssue {
            description,
            check_name,
            fingerprint: fingerprint(&[&outcome.region, &pool.id, check_name, subject]),
            severity,
            location: location_of(location, root),
        }
    };
    match &outcome.result {
        PoolResult::Unchanged | PoolResult::Changed(_) => Vec::new(),
        PoolResult::Different(changes) => {
            let issues = changes.iter().map(|change| {
                let path = change.path();
                let lines = change_lines(change).into_iter();
                let lines: Vec<_> = lines.map(|line| line.text).collect();
                let description = format!("{name} differs: {}", lines.join(", "));
                issue(
                    "cognito-sync/difference",
                    "major",
                    &path,
                    &pool.location_of(&path),
                    description,
                )
            });
            issues.collect()
        }
        PoolResult::Failed(failure) => {
            let severity = match failure.may_have_changed {
                true => "blocker",
                false => "critical",
            };
            let description = format!("{name} failed: {}", failure_message(failure));
            vec![issue(
                "cognito-sync/failure",
                severity,
                &failure.code,
                &pool.location,
                description,
            )]
        }
        PoolResult::NotStarted => {
            let description = format!("{name} was not compared because of an interrupt");
            vec![issue(
                "cognito-sync/not-started",
                "info",
                "",
                &pool.location,
                description,
            )]
        }
    }
}

/// A digest of what identifies an issue. GitLab collapses issues with equal ones, and compares
/// them between branches, so the values of members do not count.
fn fingerprint(parts: &[&str]) -> String {
    let digest = digest(&SHA256, parts.join("\0").as_bytes());
    digest
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn location_of(location: &SourceLocation, root: &RepositoryRoot) -> IssueLocation {
    IssueLocation {
        path: match &*location.file {
            "-" => STDIN_PATH.to_string(),
            file => root.relative(file),
        },
        lines: IssueLines {
            begin: location.line,
        },
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::{Value as Json, json};

    use super::super::fixtures::{change, failure, outcome, outcome_in};
    use super::*;
    use crate::configuration::outcome::PoolFailure;

    fn rendered(outcomes: &[PoolOutcome]) -> Vec<Json> {
        let text = render(outcomes, &RepositoryRoot::default());
        serde_json::from_str(&text).expect("an array")
    }

    #[test]
    fn renders_issue_for_each_difference_and_failure() {
        let changes = vec![
            change("RoleArn", json!("arn:a"), json!("arn:b")),
            change("ApplicationArns", json!(["x"]), json!(["y"])),
        ];
        let unclear = PoolFailure {
            may_have_changed: true,
            ..failure("Timeout", "SetCognitoEvents", "Slow.")
        };
        let gone = failure("ResourceNotFoundException", "GetCognitoEvents", "Gone.");
        let outcomes = [
            outcome("us-east-1:1", 3, PoolResult::Different(changes)),
            outcome("us-east-1:2", 9, PoolResult::Unchanged),
            outcome_in("-", "us-east-1:3", 12, PoolResult::Failed(gone)),
            outcome("us-east-1:4", 15, PoolResult::Failed(unclear)),
            outcome("us-east-1:5", 18, PoolResult::NotStarted),
        ];
        let want = [
            (
                "difference",
                "major",
                "us-east-1:1 differs: - PushSync.RoleArn: arn:a, + PushSync.RoleArn: arn:b",
            ),
            (
                "difference",
                "major",
                "us-east-1:1 differs: - PushSync.ApplicationArns: x, + PushSync.ApplicationArns: y",
            ),
            (
                "failure",
                "critical",
                "us-east-1:3 failed: ResourceNotFoundException: Gone.",
            ),
            ("failure", "blocker", "us-east-1:4 failed: Timeout: Slow."),
            (
                "not-started",
                "info",
                "us-east-1:5 was not compared because of an interrupt",
            ),
        ];
        let locations = [
            ("pools.yaml", 4),
            ("pools.yaml", 4),
            ("stdin", 12),
            ("pools.yaml", 15),
            ("pools.yaml", 18),
        ];
        let mut issues = rendered(&outcomes);
        let fingerprints: HashSet<_> = issues
            .iter()
            .map(|issue| issue["fingerprint"].to_string())
            .collect();
        assert_eq!(fingerprints.len(), want.len());
        for issue in &mut issues {
            let fingerprint = issue["fingerprint"].take();
            let fingerprint = fingerprint.as_str().unwrap_or_default();
            assert_eq!(fingerprint.len(), 64);
            assert!(fingerprint.bytes().all(|b| b.is_ascii_hexdigit()));
        }
        let want =
            want.iter()
                .zip(locations)
                .map(|((check, severity, description), (path, line))| {
                    json!({
                        "description": description,
                        "check_name": format!("cognito-sync/{check}"),
                        "fingerprint": null,
                        "severity": severity,
                        "location": {"path": path, "lines": {"begin": line}},
                    })
                });
        assert_eq!(issues, want.collect::<Vec<_>>());
    }

    #[test]
    fn renders_empty_array_without_differences() {
        let unchanged = [outcome("us-east-1:1", 1, PoolResult::Unchanged)];
        assert_eq!(render(&unchanged, &RepositoryRoot::default()), "[]\n");
    }

    #[test]
    fn keeps_fingerprint_while_values_change() {
        let issue = |id: &str, member: &str, value: &str| {
            let changes = vec![change(member, json!(null), json!(value))];
            let outcomes = [outcome(id, 1, PoolResult::Different(changes))];
            rendered(&outcomes)[0]["fingerprint"].to_string()
        };
        let first = issue("us-east-1:1", "RoleArn", "a");
        assert_eq!(first, issue("us-east-1:1", "RoleArn", "b"));
        assert_ne!(first, issue("us-east-1:2", "RoleArn", "a"));
        assert_ne!(first, issue("us-east-1:1", "RoleArns", "a"));
    }
}
