//! `unsubscribe-from-dataset`: its definition, help and examples.

use super::{POOL, IDENTITY, DATASET_NAMED, path, structure};
use crate::model::shapes::{DEVICE_ID};
use crate::model::{COGNITO_SYNC, RequiredCredentials, Example, OperationGroup, Operation, OperationId};

pub(super) static OPERATION: Operation = Operation {
    id: OperationId::UnsubscribeFromDataset,
    service: &COGNITO_SYNC,
    group: OperationGroup::Devices,
    rank: 2,
    name: "UnsubscribeFromDataset",
    method: "DELETE",
    path: "/identitypools/{IdentityPoolId}/identities/{IdentityId}/datasets/{DatasetName}/subscriptions/{DeviceId}",
    doc: "Unsubscribe a device from silent push messages about changes of a dataset.",
    details: &["It is an error if the device is not subscribed to the dataset."],
    credentials: RequiredCredentials::Identity,
    errors: &[
        "InternalErrorException",
        "InvalidConfigurationException",
        "InvalidParameterException",
        "NotAuthorizedException",
        "ResourceNotFoundException",
        "TooManyRequestsException",
    ],
    input: &structure(
        "UnsubscribeFromDatasetRequest",
        &["IdentityPoolId", "IdentityId", "DatasetName", "DeviceId"],
        &[
            POOL,
            IDENTITY,
            DATASET_NAMED,
            path(
                "DeviceId",
                &DEVICE_ID,
                "Device, as register-device named it.",
            ),
        ],
    ),
    output: &structure("UnsubscribeFromDatasetResponse", &[], &[]),
    examples: &[
        Example {
            caption: "Send a device no more push messages when a dataset changes:",
            commands: &[
                "cognito-sync unsubscribe-from-dataset \\",
                "    --identity-pool-id {pool} \\",
                "    --identity-id {identity} \\",
                "    --dataset-name settings \\",
                "    --device-id 6a1d9c52-3e4f-4b5a-8c7d-9e0f1a2b3c4d",
            ],
            output: &[],
        },
        Example {
            caption: "Give the same input as one JSON document:",
            commands: &[
                "cognito-sync unsubscribe-from-dataset --cli-input-json '{",
                "    \"IdentityPoolId\": \"{pool}\",",
                "    \"IdentityId\": \"{identity}\",",
                "    \"DatasetName\": \"settings\",",
                "    \"DeviceId\": \"6a1d9c52-3e4f-4b5a-8c7d-9e0f1a2b3c4d\"",
                "}'",
            ],
            output: &[],
        },
    ],
};
