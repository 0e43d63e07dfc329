//! A hint on why the service has switched streaming off, which the AWS CLI does not print.

use serde_json::Value as Json;

use crate::configuration::report::printable_text;
use crate::python;

/// Returns the hint for a response of get- or set-identity-pool-configuration, if streaming is
/// DISABLED and the response says why.
// Not inlined, so that other calls do not have its stack frame.
#[inline(never)]
pub(super) fn hint(body: &[u8]) -> Option<String> {
    let response = python::response::parse(body).ok()?;
    let text = |name| {
        response
            .get("CognitoStreams")?
            .get(name)
            .and_then(Json::as_str)
    };
    let reason = text("DisabledReason").filter(|reason| !reason.is_empty())?;
    (text("StreamingStatus") == Some("DISABLED")).then(|| {
        let reason = printable_text(reason);
        format!("the service has switched streaming off, for this reason: {reason}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_reason_of_disabled_streaming_only() {
        let table = [
            (
                r#"{"CognitoStreams":{"StreamingStatus":"DISABLED","DisabledReason":"no role"}}"#,
                "no role",
            ),
            (
                r#"{"CognitoStreams":{"StreamingStatus":"DISABLED","DisabledReason":"\u001b[2J"}}"#,
                "\"\\u001b[2J\"",
            ),
            (
                r#"{"CognitoStreams":{"StreamingStatus":"ENABLED","DisabledReason":"no role"}}"#,
                "",
            ),
            (r#"{"CognitoStreams":{"StreamingStatus":"DISABLED"}}"#, ""),
            (
                r#"{"CognitoStreams":{"StreamingStatus":"DISABLED","DisabledReason":""}}"#,
                "",
            ),
            (
                r#"{"CognitoStreams":{"StreamingStatus":"DISABLED","DisabledReason":1}}"#,
                "",
            ),
            (r#"{"CognitoStreams":null}"#, ""),
            ("[]", ""),
            ("<html>", ""),
        ];
        for (body, reason) in table {
            let hint = hint(body.as_bytes()).unwrap_or_default();
            let want = match reason {
                "" => String::new(),
                reason => {
                    format!("the service has switched streaming off, for this reason: {reason}")
                }
            };
            assert_eq!(hint, want, "{body}");
        }
    }
}
