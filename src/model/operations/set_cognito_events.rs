//! `set-cognito-events`: its definition, help and examples.

use super::{POOL, structure};
use crate::model::shapes::{body, EVENTS};
use crate::model::{COGNITO_SYNC, RequiredCredentials, Example, OperationGroup, Operation, OperationId};

pub(super) static OPERATION: Operation = Operation {
    id: OperationId::SetCognitoEvents,
    service: &COGNITO_SYNC,
    group: OperationGroup::Events,
    rank: 1,
    name: "SetCognitoEvents",
    method: "POST",
    path: "/identitypools/{IdentityPoolId}/events",
    doc: "Set the Lambda functions that an identity pool calls, by event; an empty ARN removes one.",
    details: &[
        "The service knows one event, SyncTrigger. Its function is called while `update-records` runs, may change or remove records, and has five seconds. Calls with developer credentials do not trigger it.",
        "With `--merge`, the events are read and sent only if they change. `--show-diff` prints what changes to standard error, `--dry-run` the request instead of sending it, and `--generate-cli-skeleton live` the events as an input to edit; see `set-identity-pool-configuration`.",
        "Only events that are named are changed. The function's own policy must allow the principal cognito-sync.amazonaws.com to invoke it.",
    ],
    credentials: RequiredCredentials::Developer,
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
            commands: &[
                "cognito-sync set-cognito-events \\",
                "    --identity-pool-id {pool} \\",
                "    --events \\",
                "        SyncTrigger=arn:aws:lambda:us-east-1:123456789012:function:sync",
            ],
            output: &[],
        },
        Example {
            caption: "The same, but only if it is not set yet:",
            commands: &[
                "cognito-sync set-cognito-events --merge \\",
                "    --identity-pool-id {pool} \\",
                "    --events \\",
                "        SyncTrigger=arn:aws:lambda:us-east-1:123456789012:function:sync",
            ],
            output: &[],
        },
        Example {
            caption: "Have no function called any more:",
            commands: &[
                "cognito-sync set-cognito-events \\",
                "    --identity-pool-id {pool} \\",
                "    --events SyncTrigger=",
            ],
            output: &[],
        },
    ],
};
