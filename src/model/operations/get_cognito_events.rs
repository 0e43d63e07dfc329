//! `get-cognito-events`: its definition, help and examples.

use super::{POOL, structure};
use crate::model::shapes::{body, EVENTS};
use crate::model::{COGNITO_SYNC, RequiredCredentials, Example, OperationGroup, Operation, OperationId};

pub(super) static OPERATION: Operation = Operation {
    id: OperationId::GetCognitoEvents,
    service: &COGNITO_SYNC,
    group: OperationGroup::Events,
    rank: 0,
    name: "GetCognitoEvents",
    method: "GET",
    path: "/identitypools/{IdentityPoolId}/events",
    doc: "Show the Lambda functions that an identity pool calls, by event.",
    details: &[
        "The service knows one event, SyncTrigger: its function is called whenever records are about to be changed with identity credentials.",
    ],
    credentials: RequiredCredentials::Developer,
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
            commands: &[
                "cognito-sync get-cognito-events \\",
                "    --identity-pool-id {pool} \\",
                "    --output yaml",
            ],
            output: &[
                "Events:",
                "  SyncTrigger: arn:aws:lambda:us-east-1:123456789012:function:sync",
            ],
        },
        Example {
            caption: "Get the ARN of the function alone:",
            commands: &[
                "cognito-sync get-cognito-events \\",
                "    --identity-pool-id {pool} \\",
                "    --query Events.SyncTrigger --output text",
            ],
            output: &["arn:aws:lambda:us-east-1:123456789012:function:sync"],
        },
    ],
};
