//! The report for programs: one JSON document with every pool, in the order of the files.

use serde::{Serialize, Serializer};
use serde_json::Value as Json;
use serde_json::ser::PrettyFormatter;

use super::OutcomeCounts;
use super::permissions::required_permissions;
use super::printable::escape_json;
use crate::configuration::changes::MemberChange;
use crate::configuration::outcome::{PoolFailure, PoolOutcome, PoolResult};

/// Renders the report, indented as the output of operations.
pub fn render(outcomes: &[PoolOutcome]) -> String {
    to_json(&ReportDocument {
        pools: PoolEntries(outcomes),
        summary: OutcomeCounts::of(outcomes),
    })
}

/// Serializes a document without building it in memory first.
pub fn to_json(document: &impl Serialize) -> String {
    let mut json = Vec::new();
    let formatter = PrettyFormatter::with_indent(b"    ");
    let mut serializer = serde_json::Serializer::with_formatter(&mut json, formatter);
    // Fails only for keys that are not text, and for streams that cannot be written.
    let _ = document.serialize(&mut serializer);
    json.push(b'\n');
    escape_json(String::from_utf8(json).unwrap_or_default())
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ReportDocument<'a> {
    pools: PoolEntries<'a>,
    summary: OutcomeCounts,
}

struct PoolEntries<'a>(&'a [PoolOutcome]);

impl Serialize for PoolEntries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(PoolEntry::from))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct PoolEntry<'a> {
    identity_pool_id: &'a str,
    region: &'a str,
    status: &'static str,
    changes: Vec<ChangeEntry<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorEntry<'a>>,
    file: &'a str,
    line: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ChangeEntry<'a> {
    member: String,
    before: Option<&'a Json>,
    after: Option<&'a Json>,
    line: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ErrorEntry<'a> {
    code: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    required_permissions: Vec<String>,
    may_have_changed: bool,
}

impl<'a> From<&'a PoolOutcome> for PoolEntry<'a> {
    fn from(outcome: &'a PoolOutcome) -> PoolEntry<'a> {
        let pool = &outcome.pool;
        let (status, changes, error): (_, &[MemberChange], _) = match &outcome.result {
            PoolResult::Unchanged => ("UNCHANGED", &[], None),
            PoolResult::Different(changes) => ("DIFFERENT", changes, None),
            PoolResult::Changed(changes) => ("CHANGED", changes, None),
            PoolResult::Failed(failure) => ("FAILED", &failure.planned, Some(failure.into())),
            PoolResult::NotStarted => ("NOT_STARTED", &[], None),
        };
        let change = |change: &'a MemberChange| {
            let member = change.path();
            ChangeEntry {
                line: pool.location_of(&member).line,
                member,
                before: change.before.as_ref(),
                after: change.after.as_ref(),
            }
        };
        PoolEntry {
            identity_pool_id: &pool.id,
            region: &outcome.region,
            status,
            changes: changes.iter().map(change).collect(),
            error,
            file: &pool.location.file,
            line: pool.location.line,
        }
    }
}

impl<'a> From<&'a PoolFailure> for ErrorEntry<'a> {
    fn from(failure: &'a PoolFailure) -> ErrorEntry<'a> {
        ErrorEntry {
            code: &failure.code,
            message: &failure.message,
            operation: failure.operation,
            required_permissions: required_permissions(failure),
            may_have_changed: failure.may_have_changed,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::fixtures::{change, failure, outcome};
    use super::*;

    #[test]
    fn renders_every_pool() {
        let (before, after) = (json!(null), json!(["x", "\u{9b}##[error]"]));
        let changes = || vec![change("ApplicationArns", before.clone(), after.clone())];
        let denied = PoolFailure {
            planned: changes(),
            may_have_changed: true,
            ..failure("AccessDenied", "GetCognitoEvents", "No\n.")
        };
        let outcomes = [
            outcome("us-east-1:1", 3, PoolResult::Different(changes())),
            outcome("us-east-1:2", 9, PoolResult::Unchanged),
            outcome("us-east-1:3", 12, PoolResult::Changed(changes())),
            outcome("us-east-1:4", 15, PoolResult::Failed(denied)),
            outcome("us-east-1:5", 18, PoolResult::NotStarted),
        ];
        let change = json!([{
            "Member": "PushSync.ApplicationArns", "Before": null, "After": after, "Line": 4,
        }]);
        let mut want = json!({
            "Pools": [
                {"Status": "DIFFERENT", "Changes": change, "Line": 3},
                {"Status": "UNCHANGED", "Changes": [], "Line": 9},
                {"Status": "CHANGED", "Changes": change, "Line": 12},
                {"Status": "FAILED", "Changes": change, "Line": 15, "Error": {
                    "Code": "AccessDenied", "Message": "No\n.", "Operation": "GetCognitoEvents",
                    "RequiredPermissions": ["cognito-sync:GetCognitoEvents"],
                    "MayHaveChanged": true,
                }},
                {"Status": "NOT_STARTED", "Changes": [], "Line": 18},
            ],
            "Summary": {
                "Pools": 5, "Unchanged": 1, "Different": 1, "Changed": 1, "Failed": 1,
                "NotStarted": 1,
            },
        });
        let pools = want["Pools"].as_array_mut().expect("an array");
        for (number, pool) in pools.iter_mut().enumerate() {
            pool["IdentityPoolId"] = format!("us-east-1:{}", number + 1).into();
            pool["Region"] = "us-east-1".into();
            pool["File"] = "pools.yaml".into();
            for change in pool["Changes"].as_array_mut().into_iter().flatten() {
                change["Line"] = (outcomes[number].pool.location.line + 1).into();
            }
        }
        let text = render(&outcomes);
        let found: Json = serde_json::from_str(&text).expect("JSON");
        assert_eq!(found, want, "{text}");
        assert!(text.starts_with("{\n    \"Pools\": [\n        {\n            \"IdentityPoolId\""));
        assert!(text.contains(r#""\u009b#\u0023[error]""#), "{text}");
    }

    #[test]
    fn renders_no_pools() {
        let text = render(&[]);
        assert!(text.starts_with("{\n    \"Pools\": [],\n    \"Summary\": {\n"));
        assert!(text.ends_with("        \"NotStarted\": 0\n    }\n}\n"));
    }
}
