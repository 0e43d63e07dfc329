//! The shapes of the service models: types with their constraints, and the structures that
//! operations share.

use super::{Location, Member, Shape, ShapeKind, Structure};

/// A string without constraints.
const fn text(name: &'static str) -> Shape {
    Shape {
        name,
        kind: ShapeKind::String { choices: &[] },
        min: None,
        max: None,
        pattern: None,
    }
}

/// A string of `min` to `max` characters.
const fn sized(name: &'static str, min: usize, max: usize) -> Shape {
    Shape {
        min: Some(min),
        max: Some(max),
        ..text(name)
    }
}

/// A string with enum values.
const fn choice(name: &'static str, choices: &'static [&'static str]) -> Shape {
    Shape {
        kind: ShapeKind::String { choices },
        ..text(name)
    }
}

/// A shape without constraints of its own.
const fn plain(name: &'static str, kind: ShapeKind) -> Shape {
    Shape {
        name,
        kind,
        min: None,
        max: None,
        pattern: None,
    }
}

/// A member in the JSON body.
pub(super) const fn body(name: &'static str, shape: &'static Shape, doc: &'static str) -> Member {
    Member {
        name,
        shape,
        location: Location::Body,
        doc,
        in_aws_cli: true,
    }
}

pub(super) static APPLICATION_ARN: Shape = Shape {
    pattern: Some(r"arn:aws:sns:[-0-9a-z]+:\d+:app/[A-Z_]+/[a-zA-Z0-9_.-]+"),
    ..text("ApplicationArn")
};
pub(super) static APPLICATION_ARN_LIST: Shape =
    plain("ApplicationArnList", ShapeKind::List(&APPLICATION_ARN));
pub(super) static ASSUME_ROLE_ARN: Shape = Shape {
    pattern: Some(r"arn:aws:iam::\d+:role/.*"),
    ..sized("AssumeRoleArn", 20, 2048)
};
pub(super) static BOOLEAN: Shape = plain("Boolean", ShapeKind::Boolean);
pub(super) static BULK_PUBLISH_STATUS: Shape = choice(
    "BulkPublishStatus",
    &["NOT_STARTED", "IN_PROGRESS", "FAILED", "SUCCEEDED"],
);
pub(super) static CLIENT_CONTEXT: Shape = text("ClientContext");
/// The service model has no enum here; `SyncTrigger` is the only event that the service knows.
pub(super) static COGNITO_EVENT_TYPE: Shape = choice("CognitoEventType", &["SyncTrigger"]);
pub(super) static COGNITO_STREAMS: Shape = plain(
    "CognitoStreams",
    ShapeKind::Structure(&COGNITO_STREAMS_MEMBERS),
);
pub(super) static DATASET: Shape = plain("Dataset", ShapeKind::Structure(&DATASET_MEMBERS));
pub(super) static DATASET_LIST: Shape = plain("DatasetList", ShapeKind::List(&DATASET));
pub(super) static DATASET_NAME: Shape = Shape {
    pattern: Some(r"[a-zA-Z0-9_.:-]+"),
    ..sized("DatasetName", 1, 128)
};
pub(super) static DATE: Shape = plain("Date", ShapeKind::Timestamp);
pub(super) static DEVICE_ID: Shape = sized("DeviceId", 1, 256);
pub(super) static EVENTS: Shape = Shape {
    max: Some(1),
    ..plain(
        "Events",
        ShapeKind::Map {
            key: &COGNITO_EVENT_TYPE,
            value: &LAMBDA_FUNCTION_ARN,
        },
    )
};
pub(super) static HIDE_DISABLED: Shape = plain("HideDisabled", ShapeKind::Boolean);
pub(super) static IDENTITIES_LIST: Shape =
    plain("IdentitiesList", ShapeKind::List(&IDENTITY_DESCRIPTION));
pub(super) static IDENTITY_DESCRIPTION: Shape = plain(
    "IdentityDescription",
    ShapeKind::Structure(&IDENTITY_DESCRIPTION_MEMBERS),
);
pub(super) static IDENTITY_ID: Shape = Shape {
    pattern: Some(r"[\w-]+:[0-9a-f-]+"),
    ..sized("IdentityId", 1, 55)
};
/// The ID of an identity pool.
pub static IDENTITY_POOL_ID: Shape = Shape {
    pattern: Some(r"[\w-]+:[0-9a-f-]+"),
    ..sized("IdentityPoolId", 1, 55)
};
pub(super) static IDENTITY_POOL_NAME: Shape = Shape {
    pattern: Some(r"[\w\s+=,.@-]+"),
    ..sized("IdentityPoolName", 1, 128)
};
pub(super) static IDENTITY_POOL_SHORT_DESCRIPTION: Shape = plain(
    "IdentityPoolShortDescription",
    ShapeKind::Structure(&IDENTITY_POOL_SHORT_DESCRIPTION_MEMBERS),
);
pub(super) static IDENTITY_POOL_USAGE: Shape = plain(
    "IdentityPoolUsage",
    ShapeKind::Structure(&IDENTITY_POOL_USAGE_MEMBERS),
);
pub(super) static IDENTITY_POOL_USAGE_LIST: Shape = plain(
    "IdentityPoolUsageList",
    ShapeKind::List(&IDENTITY_POOL_USAGE),
);
pub(super) static IDENTITY_POOLS_LIST: Shape = plain(
    "IdentityPoolsList",
    ShapeKind::List(&IDENTITY_POOL_SHORT_DESCRIPTION),
);
pub(super) static IDENTITY_PROVIDER_NAME: Shape = sized("IdentityProviderName", 1, 128);
pub(super) static IDENTITY_USAGE: Shape = plain(
    "IdentityUsage",
    ShapeKind::Structure(&IDENTITY_USAGE_MEMBERS),
);
pub(super) static INTEGER: Shape = plain("Integer", ShapeKind::Integer);
pub(super) static INTEGER_STRING: Shape = plain("IntegerString", ShapeKind::Integer);
pub(super) static LAMBDA_FUNCTION_ARN: Shape = text("LambdaFunctionArn");
pub(super) static LOGINS_LIST: Shape =
    plain("LoginsList", ShapeKind::List(&IDENTITY_PROVIDER_NAME));
pub(super) static LONG: Shape = plain("Long", ShapeKind::Long);
pub(super) static MERGED_DATASET_NAME_LIST: Shape =
    plain("MergedDatasetNameList", ShapeKind::List(&STRING));
pub(super) static OPERATION: Shape = choice("Operation", &["replace", "remove"]);
pub(super) static PAGINATION_KEY: Shape = Shape {
    pattern: Some(r"[\S]+"),
    ..sized("PaginationKey", 1, 65_535)
};
pub(super) static PLATFORM: Shape = choice("Platform", &["APNS", "APNS_SANDBOX", "GCM", "ADM"]);
pub(super) static PUSH_SYNC: Shape = plain("PushSync", ShapeKind::Structure(&PUSH_SYNC_MEMBERS));
pub(super) static PUSH_TOKEN: Shape = text("PushToken");
pub(super) static QUERY_LIMIT: Shape = Shape {
    kind: ShapeKind::Integer,
    ..sized("QueryLimit", 1, 60)
};
pub(super) static RECORD: Shape = plain("Record", ShapeKind::Structure(&RECORD_MEMBERS));
pub(super) static RECORD_KEY: Shape = sized("RecordKey", 1, 1024);
pub(super) static RECORD_LIST: Shape = plain("RecordList", ShapeKind::List(&RECORD));
pub(super) static RECORD_PATCH: Shape =
    plain("RecordPatch", ShapeKind::Structure(&RECORD_PATCH_MEMBERS));
pub(super) static RECORD_PATCH_LIST: Shape =
    plain("RecordPatchList", ShapeKind::List(&RECORD_PATCH));
pub(super) static RECORD_VALUE: Shape = Shape {
    max: Some(1_048_575),
    ..text("RecordValue")
};
pub(super) static STREAM_NAME: Shape = sized("StreamName", 1, 128);
pub(super) static STREAMING_STATUS: Shape = choice("StreamingStatus", &["ENABLED", "DISABLED"]);
pub(super) static STRING: Shape = text("String");
pub(super) static SYNC_SESSION_TOKEN: Shape = text("SyncSessionToken");

static COGNITO_STREAMS_MEMBERS: Structure = Structure {
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

static PUSH_SYNC_MEMBERS: Structure = Structure {
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

static DATASET_MEMBERS: Structure = Structure {
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

static IDENTITY_DESCRIPTION_MEMBERS: Structure = Structure {
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

static IDENTITY_POOL_SHORT_DESCRIPTION_MEMBERS: Structure = Structure {
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

static IDENTITY_POOL_USAGE_MEMBERS: Structure = Structure {
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

static IDENTITY_USAGE_MEMBERS: Structure = Structure {
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

static RECORD_MEMBERS: Structure = Structure {
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

static RECORD_PATCH_MEMBERS: Structure = Structure {
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
