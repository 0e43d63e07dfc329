//! `set-cognito-events`: its definition, help and examples.

use super::{POOL, structure};
use crate::model::shapes::{body, EVENTS};
use crate::model::{COGNITO_SYNC, Caller, Example, Group, Operation, OperationId};

pub(super) static OPERATION: Operation = Operation {
    id: OperationId::SetCognitoEvents,
    service: &COGNITO_SYNC,
    group: Group::Events,
    rank: 1,
    name: "SetCognitoEvents",
    method: "POST",
    path: "/identitypools/{IdentityPoolId}/events",
    doc: "Set the Lambda functions that an identity pool calls, by event; an empty ARN removes one.",
    details: &[
        "The service knows one event, SyncTrigger. Its function is called while `update-records` runs, may change or remove records, and has five seconds. Calls with developer credentials do not trigger it.",
        "Only events that are named are changed. The function's own policy must allow the principal cognito-sync.amazonaws.com to invoke it.",
    ],
    caller: Caller::Developer,
    errors: &[
        "InternalErrorException",
        "InvalidParameterException",
        "NotAuthorizedException",
        "ResourceNotFoundException",
        "TooManyRequestsException",
    ],
    input: &structure(
        "SetCognitoEventsRequest",
        &["IdentityPoolId", "Events"],
        &[
            POOL,
            body(
                "Events",
                &EVENTS,
                "Events with the ARN of the function to call; the service knows SyncTrigger.",
            ),
        ],
    ),
    output: &structure("SetCognitoEventsResponse", &[], &[]),
    examples: &[
        Example {
            caption: "Have a function called before records change:",
            typed: &[
                "cognito-sync set-cognito-events \\",
                "    --identity-pool-id {pool} \\",
                "    --events \\",
                "        SyncTrigger=arn:aws:lambda:us-east-1:123456789012:function:sync",
            ],
            prints: &[],
        },
        Example {
            caption: "Have no function called any more:",
            typed: &[
                "cognito-sync set-cognito-events \\",
                "    --identity-pool-id {pool} \\",
                "    --events SyncTrigger=",
            ],
            prints: &[],
        },
    ],
};
