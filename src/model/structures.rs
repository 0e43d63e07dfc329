//! The structures that operations share.

use super::shapes::{
    APPLICATION_ARN_LIST, ASSUME_ROLE_ARN, DATASET_NAME, DATE, IDENTITY_ID, IDENTITY_POOL_ID,
    IDENTITY_POOL_NAME, INTEGER, LOGINS_LIST, LONG, OPERATION, RECORD_KEY, RECORD_VALUE,
    STREAM_NAME, STREAMING_STATUS, STRING, body,
};
use super::{Member, Structure};

pub(super) static COGNITO_STREAMS_MEMBERS: Structure = Structure {
    name: "CognitoStreams",
    required: &[],
    members: &[
        body(
            "StreamName",
            &STREAM_NAME,
            "Name of the Kinesis stream that gets every update; it lives in this account and in the identity pool's region.",
        ),
        body(
            "RoleArn",
            &ASSUME_ROLE_ARN,
            "ARN of the role that Cognito assumes to write to the stream; it must allow PutRecord.",
        ),
        body(
            "StreamingStatus",
            &STREAMING_STATUS,
            "Whether updates are streamed; DISABLED also makes bulk publishing fail.",
        ),
        Member {
            in_aws_cli: false,
            ..body(
                "DisabledReason",
                &STRING,
                "Why the service switched streaming off, where it did so by itself.",
            )
        },
    ],
};

pub(super) static PUSH_SYNC_MEMBERS: Structure = Structure {
    name: "PushSync",
    required: &[],
    members: &[
        body(
            "ApplicationArns",
            &APPLICATION_ARN_LIST,
            "ARNs of the SNS platform applications whose devices may get silent push messages.",
        ),
        body(
            "RoleArn",
            &ASSUME_ROLE_ARN,
            "ARN of the role that Cognito assumes to call SNS.",
        ),
    ],
};

pub(super) static DATASET_MEMBERS: Structure = Structure {
    name: "Dataset",
    required: &[],
    members: &[
        body(
            "IdentityId",
            &IDENTITY_ID,
            "Identity that owns the dataset.",
        ),
        body("DatasetName", &DATASET_NAME, "Name of the dataset."),
        body("CreationDate", &DATE, "When the dataset was created."),
        body("LastModifiedDate", &DATE, "When the dataset last changed."),
        body(
            "LastModifiedBy",
            &STRING,
            "Device, identity or account that made the last change.",
        ),
        body("DataStorage", &LONG, "Size of the dataset in bytes."),
        body("NumRecords", &LONG, "Number of records in the dataset."),
    ],
};

pub(super) static IDENTITY_DESCRIPTION_MEMBERS: Structure = Structure {
    name: "IdentityDescription",
    required: &[],
    members: &[
        body("IdentityId", &IDENTITY_ID, "Identity that is described."),
        body(
            "Logins",
            &LOGINS_LIST,
            "Identity providers that the identity has signed in with.",
        ),
        body("CreationDate", &DATE, "When the identity was created."),
        body("LastModifiedDate", &DATE, "When the identity last changed."),
    ],
};

pub(super) static IDENTITY_POOL_SHORT_DESCRIPTION_MEMBERS: Structure = Structure {
    name: "IdentityPoolShortDescription",
    required: &[],
    members: &[
        body(
            "IdentityPoolId",
            &IDENTITY_POOL_ID,
            "Identity pool that is described.",
        ),
        body(
            "IdentityPoolName",
            &IDENTITY_POOL_NAME,
            "Name that its owner has given it.",
        ),
    ],
};

pub(super) static IDENTITY_POOL_USAGE_MEMBERS: Structure = Structure {
    name: "IdentityPoolUsage",
    required: &[],
    members: &[
        body(
            "IdentityPoolId",
            &IDENTITY_POOL_ID,
            "Identity pool that the figures are about.",
        ),
        body(
            "SyncSessionsCount",
            &LONG,
            "Number of sync sessions of the identity pool.",
        ),
        body(
            "DataStorage",
            &LONG,
            "Data that the identity pool stores, in bytes.",
        ),
        body(
            "LastModifiedDate",
            &DATE,
            "When data of the identity pool last changed.",
        ),
    ],
};

pub(super) static IDENTITY_USAGE_MEMBERS: Structure = Structure {
    name: "IdentityUsage",
    required: &[],
    members: &[
        body(
            "IdentityId",
            &IDENTITY_ID,
            "Identity that the figures are about.",
        ),
        body(
            "IdentityPoolId",
            &IDENTITY_POOL_ID,
            "Identity pool of the identity.",
        ),
        body(
            "LastModifiedDate",
            &DATE,
            "When data of the identity last changed.",
        ),
        body(
            "DatasetCount",
            &INTEGER,
            "Number of datasets of the identity.",
        ),
        body(
            "DataStorage",
            &LONG,
            "Data that the identity stores, in bytes.",
        ),
    ],
};

pub(super) static RECORD_MEMBERS: Structure = Structure {
    name: "Record",
    required: &[],
    members: &[
        body("Key", &RECORD_KEY, "Key of the record."),
        body(
            "Value",
            &RECORD_VALUE,
            "Value of the record; absent once the record is removed.",
        ),
        body(
            "SyncCount",
            &LONG,
            "Sync count of the record on the service, raised by every change.",
        ),
        body(
            "LastModifiedDate",
            &DATE,
            "When the record last changed on the service.",
        ),
        body(
            "LastModifiedBy",
            &STRING,
            "Device, identity or account that made the last change.",
        ),
        body(
            "DeviceLastModifiedDate",
            &DATE,
            "When the record last changed on the device that sent it.",
        ),
    ],
};

pub(super) static RECORD_PATCH_MEMBERS: Structure = Structure {
    name: "RecordPatch",
    required: &["Op", "Key", "SyncCount"],
    members: &[
        body(
            "Op",
            &OPERATION,
            "What to do with the record: replace it or remove it.",
        ),
        body("Key", &RECORD_KEY, "Key of the record."),
        body(
            "Value",
            &RECORD_VALUE,
            "New value of the record, for replace.",
        ),
        body(
            "SyncCount",
            &LONG,
            "Sync count that the record is known to have; 0 for a new record.",
        ),
        body(
            "DeviceLastModifiedDate",
            &DATE,
            "When the record changed on the device.",
        ),
    ],
};
