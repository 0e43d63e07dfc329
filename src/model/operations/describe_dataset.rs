//! `describe-dataset`: its definition, help and examples.

use super::{DATASET_OUTPUT, POOL, IDENTITY, DATASET_NAMED, structure};
use crate::model::shapes::{body, DATASET};
use crate::model::{COGNITO_SYNC, RequiredCredentials, Example, OperationGroup, Operation, OperationId};

pub(super) static OPERATION: Operation = Operation {
    id: OperationId::DescribeDataset,
    service: &COGNITO_SYNC,
    group: OperationGroup::Datasets,
    rank: 1,
    name: "DescribeDataset",
    method: "GET",
    path: "/identitypools/{IdentityPoolId}/identities/{IdentityId}/datasets/{DatasetName}",
    doc: "Show a dataset's dates, size and number of records.",
    details: &[
        "The records themselves are shown by `list-records`. A dataset that does not exist (any more) is an error here, whereas `list-records` says that DatasetExists is false.",
    ],
    credentials: RequiredCredentials::Either,
    errors: &[
        "InternalErrorException",
        "InvalidParameterException",
        "NotAuthorizedException",
        "ResourceNotFoundException",
        "TooManyRequestsException",
    ],
    input: &structure(
        "DescribeDatasetRequest",
        &["IdentityPoolId", "IdentityId", "DatasetName"],
        &[POOL, IDENTITY, DATASET_NAMED],
    ),
    output: &structure(
        "DescribeDatasetResponse",
        &[],
        &[body("Dataset", &DATASET, "The dataset's figures.")],
    ),
    examples: &[
        Example {
            caption: "See how large a dataset is and when it changed:",
            commands: &[
                "cognito-sync describe-dataset \\",
                "    --identity-pool-id {pool} \\",
                "    --identity-id {identity} \\",
                "    --dataset-name settings",
            ],
            output: &DATASET_OUTPUT,
        },
        Example {
            caption: "Get the number of records alone, for a script:",
            commands: &[
                "cognito-sync describe-dataset \\",
                "    --identity-pool-id {pool} \\",
                "    --identity-id {identity} \\",
                "    --dataset-name settings --query Dataset.NumRecords",
            ],
            output: &["2"],
        },
    ],
};
