//! `describe-identity-usage`: its definition, help and examples.

use super::{POOL, IDENTITY, structure};
use crate::model::shapes::{body, IDENTITY_USAGE};
use crate::model::{COGNITO_SYNC, RequiredCredentials, Example, OperationGroup, Operation, OperationId};

pub(super) static OPERATION: Operation = Operation {
    id: OperationId::DescribeIdentityUsage,
    service: &COGNITO_SYNC,
    group: OperationGroup::Usage,
    rank: 2,
    name: "DescribeIdentityUsage",
    method: "GET",
    path: "/identitypools/{IdentityPoolId}/identities/{IdentityId}",
    doc: "Show an identity's number of datasets and the data that they hold.",
    details: &["`list-datasets` shows figures dataset by dataset."],
    credentials: RequiredCredentials::Either,
    errors: &[
        "InternalErrorException",
        "InvalidParameterException",
        "NotAuthorizedException",
        "ResourceNotFoundException",
        "TooManyRequestsException",
    ],
    input: &structure(
        "DescribeIdentityUsageRequest",
        &["IdentityPoolId", "IdentityId"],
        &[POOL, IDENTITY],
    ),
    output: &structure(
        "DescribeIdentityUsageResponse",
        &[],
        &[body(
            "IdentityUsage",
            &IDENTITY_USAGE,
            "The identity's figures.",
        )],
    ),
    examples: &[
        Example {
            caption: "See what an identity stores, as YAML:",
            commands: &[
                "cognito-sync describe-identity-usage \\",
                "    --identity-pool-id {pool} \\",
                "    --identity-id {identity} \\",
                "    --output yaml",
            ],
            output: &[
                "IdentityUsage:",
                "  DataStorage: 310",
                "  DatasetCount: 2",
                "  IdentityId: {identity}",
                "  IdentityPoolId: {pool}",
                "  LastModifiedDate: '2026-03-01T09:30:00+00:00'",
            ],
        },
        Example {
            caption: "Get the number of datasets and their size on one line:",
            commands: &[
                "cognito-sync describe-identity-usage \\",
                "    --identity-pool-id {pool} \\",
                "    --identity-id {identity} \\",
                "    --query 'IdentityUsage.[DatasetCount, DataStorage]' --output text",
            ],
            output: &["2\t310"],
        },
    ],
};
