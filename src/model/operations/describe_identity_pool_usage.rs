//! `describe-identity-pool-usage`: its definition, help and examples.

use super::{POOL, structure};
use crate::model::shapes::{body, IDENTITY_POOL_USAGE};
use crate::model::{COGNITO_SYNC, RequiredCredentials, Example, OperationGroup, Operation, OperationId};

pub(super) static OPERATION: Operation = Operation {
    id: OperationId::DescribeIdentityPoolUsage,
    service: &COGNITO_SYNC,
    group: OperationGroup::Usage,
    rank: 1,
    name: "DescribeIdentityPoolUsage",
    method: "GET",
    path: "/identitypools/{IdentityPoolId}",
    doc: "Show an identity pool's stored data and sync sessions.",
    details: &[
        "DataStorage is the size of all records of all identities. SyncSessionsCount may be absent.",
        "An identity pool is known in one region only, the one that its id begins with. Asked in another, the service says that it does not exist.",
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
        "DescribeIdentityPoolUsageRequest",
        &["IdentityPoolId"],
        &[POOL],
    ),
    output: &structure(
        "DescribeIdentityPoolUsageResponse",
        &[],
        &[body(
            "IdentityPoolUsage",
            &IDENTITY_POOL_USAGE,
            "The identity pool's figures.",
        )],
    ),
    examples: &[
        Example {
            caption: "See what an identity pool stores:",
            commands: &[
                "cognito-sync describe-identity-pool-usage \\",
                "    --identity-pool-id {pool} \\",
                "    --query IdentityPoolUsage",
            ],
            output: &[
                "{",
                "    \"IdentityPoolId\": \"{pool}\",",
                "    \"DataStorage\": 48231,",
                "    \"LastModifiedDate\": \"2026-03-01T09:30:00+00:00\"",
                "}",
            ],
        },
        Example {
            caption: "Get the size in bytes alone, from the region of the identity pool:",
            commands: &[
                "cognito-sync describe-identity-pool-usage --region us-east-1 \\",
                "    --identity-pool-id {pool} \\",
                "    --query IdentityPoolUsage.DataStorage",
            ],
            output: &["48231"],
        },
    ],
};
