//! `get-bulk-publish-details`: its definition, help and examples.

use super::{POOL, structure};
use crate::model::shapes::{BULK_PUBLISH_STATUS, DATE, IDENTITY_POOL_ID, STRING, body};
use crate::model::{COGNITO_SYNC, RequiredCredentials, Example, OperationGroup, Operation, OperationId};

pub(super) static OPERATION: Operation = Operation {
    id: OperationId::GetBulkPublishDetails,
    service: &COGNITO_SYNC,
    group: OperationGroup::Publishing,
    rank: 1,
    name: "GetBulkPublishDetails",
    method: "POST",
    path: "/identitypools/{IdentityPoolId}/getBulkPublishDetails",
    doc: "Show the state of the last bulk publish of an identity pool.",
    details: &[
        "NOT_STARTED means that no bulk publish was ever requested, SUCCEEDED that all data has reached the stream, and FAILED that some of it has not, for the reason in FailureMessage.",
        "It changes nothing, although the request is a POST.",
    ],
    credentials: RequiredCredentials::Developer,
    errors: &[
        "InternalErrorException",
        "InvalidParameterException",
        "NotAuthorizedException",
        "ResourceNotFoundException",
    ],
    input: &structure("GetBulkPublishDetailsRequest", &["IdentityPoolId"], &[POOL]),
    output: &structure(
        "GetBulkPublishDetailsResponse",
        &[],
        &[
            body(
                "IdentityPoolId",
                &IDENTITY_POOL_ID,
                "Identity pool that was or is being published.",
            ),
            body(
                "BulkPublishStartTime",
                &DATE,
                "When the last bulk publishing began.",
            ),
            body(
                "BulkPublishCompleteTime",
                &DATE,
                "When it ended, if it has succeeded.",
            ),
            body(
                "BulkPublishStatus",
                &BULK_PUBLISH_STATUS,
                "How far it has come.",
            ),
            body("FailureMessage", &STRING, "Why it failed, if it did."),
        ],
    ),
    examples: &[
        Example {
            caption: "See how the last bulk publish went:",
            commands: &[
                "cognito-sync get-bulk-publish-details \\",
                "    --identity-pool-id {pool}",
            ],
            output: &[
                "{",
                "    \"IdentityPoolId\": \"{pool}\",",
                "    \"BulkPublishStartTime\": \"2026-03-01T09:30:00+00:00\",",
                "    \"BulkPublishCompleteTime\": \"2026-03-01T09:41:12.250000+00:00\",",
                "    \"BulkPublishStatus\": \"SUCCEEDED\"",
                "}",
            ],
        },
        Example {
            caption: "Get the status and, if there is one, the reason of a failure:",
            commands: &[
                "cognito-sync get-bulk-publish-details \\",
                "    --identity-pool-id {pool} \\",
                "    --query '[BulkPublishStatus, FailureMessage]' --output text",
            ],
            output: &["SUCCEEDED\tNone"],
        },
    ],
};
