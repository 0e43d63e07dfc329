//! The constraints of the service's model, as far as the requests of this test break any, with the real
//! service's text. They come before every other rule.

use serde_json::Value;

use super::requests::Request;
use super::rules::{Refusal, invalid, text};

const ID: &str = "Member must satisfy regular expression pattern: [\\w-]+:[0-9a-f-]+";
const NAME: &str = "Member must satisfy regular expression pattern: [a-zA-Z0-9_.:-]+";
const OP: &str = "Member must satisfy enum value set: [replace, remove]";
const PLATFORM: &str = "Member must satisfy enum value set: [APNS, APNS_SANDBOX, GCM, ADM]";
const NOT_EMPTY: &str = "Member must have length greater than or equal to 1";
const ONE_AT_MOST: &str = "Member must have length less than or equal to 1";
const NOT_NULL: &str = "Member must not be null";

/// Refuses what is no number, and what breaks constraints.
pub(super) fn check(request: &Request) -> Result<(), Refusal> {
    for (name, value) in &request.query {
        let is_number = match *name {
            "lastSyncCount" => value.parse::<i64>().is_ok(),
            "maxResults" => value.parse::<i32>().is_ok(),
            _ => true,
        };
        if !is_number {
            return Err(invalid(format!(
                "Value '{value}' at '{name}' is not a whole number that fits."
            )));
        }
    }
    let mut broken = Vec::new();
    of_path(request, &mut broken);
    of_body(request, &mut broken);
    if broken.is_empty() {
        return Ok(());
    }
    let errors = if broken.len() == 1 { "error" } else { "errors" };
    Err(invalid(format!(
        "{} validation {errors} detected: {}",
        broken.len(),
        broken.join("; ")
    )))
}

fn failed(value: &str, place: &str, why: &str) -> String {
    format!("Value {value} at '{place}' failed to satisfy constraint: {why}")
}

fn of_path(request: &Request, broken: &mut Vec<String>) {
    let target = request.target();
    let parts = [
        ("identityPoolId", &request.pool, "/identitypools/", ID),
        ("identityId", &request.identity, "/identit", ID),
        ("datasetName", &request.dataset, "/datasets/", NAME),
    ];
    for (place, value, mark, why) in parts {
        // Only what the operation's path holds is looked at.
        let is_sent = match place {
            "identityId" => target.contains(&format!("/{value}")),
            _ => target.contains(mark),
        };
        let is_good = match place {
            "datasetName" => !value.contains(' '),
            _ => value.split(':').count() == 2,
        };
        if is_sent && !is_good {
            broken.push(failed(&format!("'{value}'"), place, why));
        }
    }
}

fn of_body(request: &Request, broken: &mut Vec<String>) {
    let patches = request.of_body("RecordPatches").and_then(Value::as_array);
    for (patch, number) in patches.into_iter().flatten().zip(1..) {
        let place = format!("recordPatches.{number}.member");
        let (op, key) = (text(patch.get("Op")), text(patch.get("Key")));
        if !["replace", "remove"].contains(&op) {
            broken.push(failed(&format!("'{op}'"), &format!("{place}.op"), OP));
        }
        if key.is_empty() {
            broken.push(failed("''", &format!("{place}.key"), NOT_EMPTY));
        }
    }
    match request.operation {
        "UpdateRecords" if request.of_body("SyncSessionToken").is_none() => {
            broken.push(failed("null", "syncSessionToken", NOT_NULL));
        }
        "RegisterDevice" if text(request.of_body("Platform")) == "NOKIA" => {
            broken.push(failed("'NOKIA'", "platform", PLATFORM));
        }
        "SetCognitoEvents" => {
            let events = request.of_body("Events").and_then(Value::as_object);
            if events.is_some_and(|events| events.len() > 1) {
                broken.push(failed("'{a=1, b=2}'", "events", ONE_AT_MOST));
            }
        }
        _ => {}
    }
}
