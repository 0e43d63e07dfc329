//! A state file of any number of identity pools, and the responses of a service that agrees with it.

use std::fmt::Write as _;

use super::stub::Received;

const ROLE: &str = "arn:aws:iam::123456789012:role/cognito-sync";
const FUNCTION: &str = "arn:aws:lambda:us-east-1:123456789012:function:sync";

/// The response with the sections that the state file describes.
pub fn live_sections(received: &Received) -> String {
    match received.request.path.ends_with("/events") {
        true => format!(r#"{{"Events":{{"SyncTrigger":"{FUNCTION}"}}}}"#),
        false => format!(
            r#"{{"PushSync":{{"RoleArn":"{ROLE}"}},"CognitoStreams":{{"StreamName":"updates","RoleArn":"{ROLE}","StreamingStatus":"ENABLED"}}}}"#
        ),
    }
}

/// The state file.
pub fn state_file(pools: usize) -> String {
    let mut text = "pools:\n".to_string();
    for number in 0..pools {
        let written = write!(
            text,
            "- IdentityPoolId: us-east-1:2f1c6e5e-0d3b-4a6f-9c52-{number:012x}\n  PushSync:\n    \
             RoleArn: {ROLE}\n  CognitoStreams:\n    StreamName: updates\n    RoleArn: {ROLE}\n    \
             StreamingStatus: ENABLED\n  Events:\n    SyncTrigger: {FUNCTION}\n"
        );
        written.expect("a String can be written to");
    }
    text
}
