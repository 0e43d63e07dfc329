//! `bulk-publish`: its definition, help and examples.

use super::{POOL, structure};
use crate::model::shapes::{IDENTITY_POOL_ID, body};
use crate::model::{COGNITO_SYNC, RequiredCredentials, Example, OperationGroup, Operation, OperationId};

pub(super) static OPERATION: Operation = Operation {
    id: OperationId::BulkPublish,
    service: &COGNITO_SYNC,
    group: OperationGroup::Publishing,
    rank: 0,
    name: "BulkPublish",
    method: "POST",
    path: "/identitypools/{IdentityPoolId}/bulkpublish",
    doc: "Publish every dataset of an identity pool to its stream once; at most one success in 24 hours.",
    details: &[
        "The call returns at once, and the service goes on publishing: `get-bulk-publish-details` shows its state.",
        "With `--wait` the command ends when the publish has ended, and prints the last response of `get-bulk-publish-details`; if one runs already, it waits for that. A publish that fails, or outlasts `--wait-timeout`, is an error. An interrupt ends the command, not the publish.",
        "An identity pool has one bulk publish at a time, and after one that succeeded the next is rejected for 24 hours.",
        "The identity pool must have a stream that is switched on; with StreamingStatus DISABLED a bulk publish fails. A record may reach the stream both in bulk and as an ordinary update, so consumers of the stream must expect duplicates.",
    ],
    credentials: RequiredCredentials::Developer,
    errors: &[
        "AlreadyStreamedException",
        "DuplicateRequestException",
        "InternalErrorException",
        "InvalidParameterException",
        "NotAuthorizedException",
        "ResourceNotFoundException",
    ],
    input: &structure("BulkPublishRequest", &["IdentityPoolId"], &[POOL]),
    output: &structure(
        "BulkPublishResponse",
        &[],
        &[body(
            "IdentityPoolId",
            &IDENTITY_POOL_ID,
            "Identity pool that is being published.",
        )],
    ),
    examples: &[
        Example {
            caption: "Send all datasets of an identity pool to its stream:",
            commands: &[
                "cognito-sync bulk-publish \\",
                "    --identity-pool-id {pool}",
            ],
            output: &["{", "    \"IdentityPoolId\": \"{pool}\"", "}"],
        },
        Example {
            caption: "Do so in a script, wait until it has ended, and say how:",
            commands: &[
                "cognito-sync bulk-publish --wait \\",
                "    --identity-pool-id {pool} \\",
                "    --query BulkPublishStatus --output text",
            ],
            output: &["SUCCEEDED"],
        },
    ],
};
