//! `register-device`: its definition, help and examples.

use super::{POOL, IDENTITY, structure};
use crate::model::shapes::{body, DEVICE_ID, PLATFORM, PUSH_TOKEN};
use crate::model::{COGNITO_SYNC, RequiredCredentials, Example, OperationGroup, Operation, OperationId};

pub(super) static OPERATION: Operation = Operation {
    id: OperationId::RegisterDevice,
    service: &COGNITO_SYNC,
    group: OperationGroup::Devices,
    rank: 0,
    name: "RegisterDevice",
    method: "POST",
    path: "/identitypools/{IdentityPoolId}/identity/{IdentityId}/device",
    doc: "Register a device of an identity for silent push messages.",
    details: &[
        "Push sync has to be set up first: `set-identity-pool-configuration --push-sync` with an SNS platform application for the platform of the device.",
        "Keep the DeviceId of the response; `subscribe-to-dataset` and `unsubscribe-from-dataset` need it.",
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
        "RegisterDeviceRequest",
        &["IdentityPoolId", "IdentityId", "Platform", "Token"],
        &[
            POOL,
            IDENTITY,
            body("Platform", &PLATFORM, "Push service of the device."),
            body(
                "Token",
                &PUSH_TOKEN,
                "Token that the push service gave to the device.",
            ),
        ],
    ),
    output: &structure(
        "RegisterDeviceResponse",
        &[],
        &[body(
            "DeviceId",
            &DEVICE_ID,
            "Identifier of the device from now on.",
        )],
    ),
    examples: &[
        Example {
            caption: "Register an Android device by the token that it got for push messages:",
            commands: &[
                "cognito-sync register-device \\",
                "    --identity-pool-id {pool} \\",
                "    --identity-id {identity} \\",
                "    --platform GCM --token token-of-the-push-service",
            ],
            output: &[
                "{",
                "    \"DeviceId\": \"6a1d9c52-3e4f-4b5a-8c7d-9e0f1a2b3c4d\"",
                "}",
            ],
        },
        Example {
            caption: "Register a device and subscribe it to a dataset:",
            commands: &[
                "set -- \\",
                "    --identity-pool-id {pool} \\",
                "    --identity-id {identity}",
                "device=$(cognito-sync register-device \"$@\" --platform APNS \\",
                "    --token token-of-the-push-service --query DeviceId --output text)",
                "cognito-sync subscribe-to-dataset \"$@\" --dataset-name settings \\",
                "    --device-id \"$device\"",
            ],
            output: &[],
        },
    ],
};
