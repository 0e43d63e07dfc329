//! `delete-dataset`: its definition, help and examples.

use super::{DATASET_OUTPUT, POOL, IDENTITY, DATASET_NAMED, structure};
use crate::model::shapes::{body, DATASET};
use crate::model::{COGNITO_SYNC, RequiredCredentials, Example, OperationGroup, Operation, OperationId};

pub(super) static OPERATION: Operation = Operation {
    id: OperationId::DeleteDataset,
    service: &COGNITO_SYNC,
    group: OperationGroup::Datasets,
    rank: 2,
    name: "DeleteDataset",
    method: "DELETE",
    path: "/identitypools/{IdentityPoolId}/identities/{IdentityId}/datasets/{DatasetName}",
    doc: "Delete a dataset with all its records, permanently.",
    details: &[
        "This cannot be undone. The dataset is printed as it was.",
        "The name stays free to use: `update-records` creates the dataset anew. Devices learn of the deletion from `list-records`, whose response then has DatasetDeletedAfterRequestedSyncCount.",
        "A dataset that came out of a merge of identities is deleted in the same way; other datasets then no longer report that merge in MergedDatasetNames.",
    ],
    credentials: RequiredCredentials::Either,
    errors: &[
        "InternalErrorException",
        "InvalidParameterException",
        "NotAuthorizedException",
        "ResourceConflictException",
        "ResourceNotFoundException",
        "TooManyRequestsException",
    ],
    input: &structure(
        "DeleteDatasetRequest",
        &["IdentityPoolId", "IdentityId", "DatasetName"],
        &[POOL, IDENTITY, DATASET_NAMED],
    ),
    output: &structure(
        "DeleteDatasetResponse",
        &[],
        &[body(
            "Dataset",
            &DATASET,
            "The dataset as it was when it was deleted.",
        )],
    ),
    examples: &[
        Example {
            caption: "Delete a dataset, and see what it was:",
            commands: &[
                "cognito-sync delete-dataset \\",
                "    --identity-pool-id {pool} \\",
                "    --identity-id {identity} \\",
                "    --dataset-name settings",
            ],
            output: &DATASET_OUTPUT,
        },
        Example {
            caption: "Delete a dataset only if it has no records:",
            commands: &[
                "set -- \\",
                "    --identity-pool-id {pool} \\",
                "    --identity-id {identity} \\",
                "    --dataset-name settings",
                "records=$(cognito-sync describe-dataset \"$@\" --query Dataset.NumRecords)",
                "[ \"$records\" -gt 0 ] || cognito-sync delete-dataset \"$@\"",
            ],
            output: &[],
        },
    ],
};
