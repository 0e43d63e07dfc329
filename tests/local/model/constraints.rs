//! The constraints of the service's model, as far as the random requests violate any, with the real
//! service's messages. They are checked before every other rule.

use serde_json::Value;

use super::reference_model::{ExpectedError, invalid, text};
use super::requests::Request;

const ID: &str = "Member must satisfy regular expression pattern: [\\w-]+:[0-9a-f-]+";
const NAME: &str = "Member must satisfy regular expression pattern: [a-zA-Z0-9_.:-]+";
const OP: &str = "Member must satisfy enum value set: [replace, remove]";
const PLATFORM: &str = "Member must satisfy enum value set: [APNS, APNS_SANDBOX, GCM, ADM]";
const NOT_EMPTY: &str = "Member must have length greater than or equal to 1";
const ONE_AT_MOST: &str = "Member must have length less than or equal to 1";
const NOT_NULL: &str = "Member must not be null";

/// Rejects values that are not numbers, and values that violate constraints.
pub(super) fn check(request: &Request) -> Result<(), ExpectedError> {
    for (name, value) in &request.query {
        let is_number = match *name {
            "lastSyncCount" => value.parse::<i64>().is_ok(),
            "maxResults" => value.parse::<i32>().is_ok(),
            _ => true,
        };
        if !is_number {
            return Err(invalid(format!(
                "Value '{value}' at '{name}' is not an integer in the valid range."
            )));
        }
    }
    let mut violations = Vec::new();
    check_path(request, &mut violations);
    check_body(request, &mut violations);
    if violations.is_empty() {
        return Ok(());
    }
    let errors = if violations.len() == 1 {
        "error"
    } else {
        "errors"
    };
    Err(invalid(format!(
        "{} validation {errors} detected: {}",
        violations.len(),
        violations.join("; ")
    )))
}

fn violation(value: &str, path: &str, why: &str) -> String {
    format!("Value {value} at '{path}' failed to satisfy constraint: {why}")
}

fn check_path(request: &Request, violations: &mut Vec<String>) {
    let target = request.target();
    let parts = [
        ("identityPoolId", &request.pool, "/identitypools/", ID),
        ("identityId", &request.identity, "/identit", ID),
        ("datasetName", &request.dataset, "/datasets/", NAME),
    ];
    for (path, value, mark, why) in parts {
        // Only the members in the operation's path are checked.
        let is_sent = match path {
            "identityId" => target.contains(&format!("/{value}")),
            _ => target.contains(mark),
        };
        let is_good = match path {
            "datasetName" => !value.contains(' '),
            _ => value.split(':').count() == 2,
        };
        if is_sent && !is_good {
            violations.push(violation(&format!("'{value}'"), path, why));
        }
    }
}

fn check_body(request: &Request, violations: &mut Vec<String>) {
    let patches = request
        .body_value("RecordPatches")
        .and_then(Value::as_array);
    for (patch, number) in patches.into_iter().flatten().zip(1..) {
        let path = format!("recordPatches.{number}.member");
        let (op, key) = (text(patch.get("Op")), text(patch.get("Key")));
        if !["replace", "remove"].contains(&op) {
            violations.push(violation(&format!("'{op}'"), &format!("{path}.op"), OP));
        }
        if key.is_empty() {
            violations.push(violation("''", &format!("{path}.key"), NOT_EMPTY));
        }
    }
    match request.operation {
        "UpdateRecords" if request.body_value("SyncSessionToken").is_none() => {
            violations.push(violation("null", "syncSessionToken", NOT_NULL));
        }
        "RegisterDevice" if text(request.body_value("Platform")) == "NOKIA" => {
            violations.push(violation("'NOKIA'", "platform", PLATFORM));
        }
        "SetCognitoEvents" => {
            let events = request.body_value("Events").and_then(Value::as_object);
            if events.is_some_and(|events| events.len() > 1) {
                violations.push(violation("'{a=1, b=2}'", "events", ONE_AT_MOST));
            }
        }
        _ => {}
    }
}
