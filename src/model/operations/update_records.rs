//! `update-records`: its definition, help and examples.

use super::{POOL, IDENTITY, DATASET_NAMED, structure};
use crate::model::shapes::{body, CLIENT_CONTEXT, DEVICE_ID, RECORD_LIST, RECORD_PATCH_LIST, SYNC_SESSION_TOKEN};
use crate::model::{COGNITO_SYNC, RequiredCredentials, Example, OperationGroup, Location, Member, Operation, OperationId};

pub(super) static OPERATION: Operation = Operation {
    id: OperationId::UpdateRecords,
    service: &COGNITO_SYNC,
    group: OperationGroup::Datasets,
    rank: 4,
    name: "UpdateRecords",
    method: "POST",
    path: "/identitypools/{IdentityPoolId}/identities/{IdentityId}/datasets/{DatasetName}",
    doc: "Add, replace and remove records of a dataset within a sync session; all or none.",
    details: &[
        "First call `list-records` for the same dataset and identity: the SyncSessionToken of its response is required here, and a successful update uses it up. A dataset that does not exist is created.",
        "The SyncCount of a patch is the last one that is known of this record, and 0 for a new record. If the record has changed since, the service rejects the update with ResourceConflictException and a message such as `Current SyncCount for: theme is: 5 not: 4`; nothing at all is changed then. A successful update raises the dataset's sync count by one, and all records that it changed get that count.",
        "Unless AWS has raised the limits for the account, a dataset holds 1,024 records and 1 MB, and an identity 20 datasets.",
        "Where the identity pool has a Lambda function for SyncTrigger, it is called before anything is stored, though not for developer credentials. The response then also has what the function changed.",
    ],
    credentials: RequiredCredentials::Either,
    errors: &[
        "InternalErrorException",
        "InvalidLambdaFunctionOutputException",
        "InvalidParameterException",
        "LambdaThrottledException",
        "LimitExceededException",
        "NotAuthorizedException",
        "ResourceConflictException",
        "ResourceNotFoundException",
        "TooManyRequestsException",
    ],
    input: &structure(
        "UpdateRecordsRequest",
        &[
            "IdentityPoolId",
            "IdentityId",
            "DatasetName",
            "SyncSessionToken",
        ],
        &[
            POOL,
            IDENTITY,
            DATASET_NAMED,
            body(
                "DeviceId",
                &DEVICE_ID,
                "Device that makes the change, as register-device named it.",
            ),
            body("RecordPatches", &RECORD_PATCH_LIST, "Changes to make."),
            body(
                "SyncSessionToken",
                &SYNC_SESSION_TOKEN,
                "Token of the sync session, from list-records.",
            ),
            Member {
                location: Location::Header("x-amz-Client-Context"),
                ..body(
                    "ClientContext",
                    &CLIENT_CONTEXT,
                    "Meant to say which device makes the change, but without effect at the service so far.",
                )
            },
        ],
    ),
    output: &structure(
        "UpdateRecordsResponse",
        &[],
        &[body(
            "Records",
            &RECORD_LIST,
            "The changed records as they are now.",
        )],
    ),
    examples: &[
        Example {
            caption: "Open a sync session, then add a record and remove another one:",
            commands: &[
                "set -- \\",
                "    --identity-pool-id {pool} \\",
                "    --identity-id {identity} \\",
                "    --dataset-name settings",
                "token=$(cognito-sync list-records \"$@\" \\",
                "    --query SyncSessionToken --output text)",
                "cognito-sync update-records \"$@\" --sync-session-token \"$token\" \\",
                "    --record-patches Op=replace,Key=theme,Value=dark,SyncCount=0 \\",
                "        Op=remove,Key=font,SyncCount=3 \\",
                "    --query 'Records[].[Key, SyncCount]' --output text",
            ],
            output: &["font\t5", "theme\t5"],
        },
        Example {
            caption: "Write a value that has commas and quotes, in JSON, with a token of `list-records`:",
            commands: &[
                "cognito-sync update-records \\",
                "    --identity-pool-id {pool} \\",
                "    --identity-id {identity} \\",
                "    --dataset-name settings --sync-session-token \"$token\" \\",
                "    --record-patches '[{\"Op\": \"replace\", \"Key\": \"recent\",",
                "        \"Value\": \"[\\\"a\\\", \\\"b\\\"]\", \"SyncCount\": 5}]'",
            ],
            output: &[],
        },
        Example {
            caption: "Take a value from a file, with a token of `list-records`:",
            commands: &[
                "printf '%s' 'light, high contrast' > theme.txt",
                "cognito-sync update-records \\",
                "    --identity-pool-id {pool} \\",
                "    --identity-id {identity} \\",
                "    --dataset-name settings --sync-session-token \"$token\" \\",
                "    --record-patches \\",
                "        Op=replace,Key=theme,Value@=file://theme.txt,SyncCount=5",
            ],
            output: &[],
        },
    ],
};
