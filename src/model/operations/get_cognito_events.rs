//! `get-cognito-events`: its definition, help and examples.

use super::{POOL, structure};
use crate::model::shapes::{body, EVENTS};
use crate::model::{COGNITO_SYNC, Caller, Example, Group, Operation, OperationId};

pub(super) static OPERATION: Operation = Operation {
    id: OperationId::GetCognitoEvents,
    service: &COGNITO_SYNC,
    group: Group::Events,
    rank: 0,
    name: "GetCognitoEvents",
    method: "GET",
    path: "/identitypools/{IdentityPoolId}/events",
    doc: "Show the Lambda functions that an identity pool calls, by event.",
    details: &[
        "The service knows one event, SyncTrigger: its function is called whenever records are about to be changed with identity credentials.",
    ],
    caller: Caller::Developer,
    errors: &[
        "InternalErrorException",
        "InvalidParameterException",
        "NotAuthorizedException",
        "ResourceNotFoundException",
        "TooManyRequestsException",
    ],
    input: &structure("GetCognitoEventsRequest", &["IdentityPoolId"], &[POOL]),
    output: &structure(
        "GetCognitoEventsResponse",
        &[],
        &[body(
            "Events",
            &EVENTS,
            "Events with the ARN of the function that each calls.",
        )],
    ),
    examples: &[
        Example {
            caption: "See which function is called on which event, as YAML:",
            typed: &[
                "cognito-sync get-cognito-events \\",
                "    --identity-pool-id {pool} \\",
                "    --output yaml",
            ],
            prints: &[
                "Events:",
                "  SyncTrigger: arn:aws:lambda:us-east-1:123456789012:function:sync",
            ],
        },
        Example {
            caption: "Get the ARN of the function alone:",
            typed: &[
                "cognito-sync get-cognito-events \\",
                "    --identity-pool-id {pool} \\",
                "    --query Events.SyncTrigger --output text",
            ],
            prints: &["arn:aws:lambda:us-east-1:123456789012:function:sync"],
        },
    ],
};
