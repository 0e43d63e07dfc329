//! `subscribe-to-dataset`: its definition, help and examples.

use super::{POOL, IDENTITY, DATASET_NAMED, path, structure};
use crate::model::shapes::{DEVICE_ID};
use crate::model::{COGNITO_SYNC, RequiredCredentials, Example, OperationGroup, Operation, OperationId};

pub(super) static OPERATION: Operation = Operation {
    id: OperationId::SubscribeToDataset,
    service: &COGNITO_SYNC,
    group: OperationGroup::Devices,
    rank: 1,
    name: "SubscribeToDataset",
    method: "POST",
    path: "/identitypools/{IdentityPoolId}/identities/{IdentityId}/datasets/{DatasetName}/subscriptions/{DeviceId}",
    doc: "Subscribe a device to silent push messages about changes of a dataset.",
    details: &[
        "The dataset must exist at the service, so sync it at least once before. A device gets no message about a change of its own.",
    ],
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
        "SubscribeToDatasetRequest",
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
    output: &structure("SubscribeToDatasetResponse", &[], &[]),
    examples: &[
        Example {
            caption: "Send a device push messages when a dataset changes:",
            commands: &[
                "cognito-sync subscribe-to-dataset \\",
                "    --identity-pool-id {pool} \\",
                "    --identity-id {identity} \\",
                "    --dataset-name settings \\",
                "    --device-id 6a1d9c52-3e4f-4b5a-8c7d-9e0f1a2b3c4d",
            ],
            output: &[],
        },
        Example {
            caption: "Subscribe a device to every dataset of its identity:",
            commands: &[
                "set -- \\",
                "    --identity-pool-id {pool} \\",
                "    --identity-id {identity}",
                "for name in $(cognito-sync list-datasets \"$@\" \\",
                "    --query 'Datasets[].DatasetName' --output text)",
                "do",
                "    cognito-sync subscribe-to-dataset \"$@\" --dataset-name \"$name\" \\",
                "        --device-id 6a1d9c52-3e4f-4b5a-8c7d-9e0f1a2b3c4d",
                "done",
            ],
            output: &[],
        },
    ],
};
