//! The shapes of the service models: types with their constraints and examples.

use super::example::{IDENTITY, POOL};
use super::structures::{
    COGNITO_STREAMS_MEMBERS, DATASET_MEMBERS, IDENTITY_DESCRIPTION_MEMBERS,
    IDENTITY_POOL_SHORT_DESCRIPTION_MEMBERS, IDENTITY_POOL_USAGE_MEMBERS, IDENTITY_USAGE_MEMBERS,
    PUSH_SYNC_MEMBERS, RECORD_MEMBERS, RECORD_PATCH_MEMBERS,
};
use super::{Location, Member, Shape, ShapeKind};

/// A string without constraints.
const fn text(name: &'static str) -> Shape {
    Shape {
        name,
        kind: ShapeKind::String { choices: &[] },
        min: None,
        max: None,
        pattern: None,
        example: None,
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
        example: None,
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
    example: Some("arn:aws:sns:us-east-1:123456789012:app/GCM/my-app"),
    ..text("ApplicationArn")
};
pub(super) static APPLICATION_ARN_LIST: Shape =
    plain("ApplicationArnList", ShapeKind::List(&APPLICATION_ARN));
pub(super) static ASSUME_ROLE_ARN: Shape = Shape {
    pattern: Some(r"arn:aws:iam::\d+:role/.*"),
    example: Some("arn:aws:iam::123456789012:role/cognito-sync"),
    ..sized("AssumeRoleArn", 20, 2048)
};
pub(super) static BOOLEAN: Shape = plain("Boolean", ShapeKind::Boolean);
pub(super) static BULK_PUBLISH_STATUS: Shape = choice(
    "BulkPublishStatus",
    &["NOT_STARTED", "IN_PROGRESS", "FAILED", "SUCCEEDED"],
);
pub(super) static CLIENT_CONTEXT: Shape = Shape {
    example: Some("my-device"),
    ..text("ClientContext")
};
/// The service model has no enum here; `SyncTrigger` is the only event that the service knows.
pub(super) static COGNITO_EVENT_TYPE: Shape = Shape {
    example: Some("SyncTrigger"),
    ..choice("CognitoEventType", &["SyncTrigger"])
};
pub(super) static COGNITO_STREAMS: Shape = plain(
    "CognitoStreams",
    ShapeKind::Structure(&COGNITO_STREAMS_MEMBERS),
);
pub(super) static DATASET: Shape = plain("Dataset", ShapeKind::Structure(&DATASET_MEMBERS));
pub(super) static DATASET_LIST: Shape = plain("DatasetList", ShapeKind::List(&DATASET));
pub(super) static DATASET_NAME: Shape = Shape {
    pattern: Some(r"[a-zA-Z0-9_.:-]+"),
    example: Some("settings"),
    ..sized("DatasetName", 1, 128)
};
pub(super) static DATE: Shape = Shape {
    example: Some("2026-01-15T18:00:00Z"),
    ..plain("Date", ShapeKind::Timestamp)
};
pub(super) static DEVICE_ID: Shape = Shape {
    example: Some("0f5a7c1e-3b2d-4e6f-8a9b-1c2d3e4f5a6b"),
    ..sized("DeviceId", 1, 256)
};
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
    example: Some(IDENTITY),
    ..sized("IdentityId", 1, 55)
};
/// The ID of an identity pool.
pub static IDENTITY_POOL_ID: Shape = Shape {
    pattern: Some(r"[\w-]+:[0-9a-f-]+"),
    example: Some(POOL),
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
pub(super) static INTEGER_STRING: Shape = Shape {
    example: Some("10"),
    ..plain("IntegerString", ShapeKind::Integer)
};
pub(super) static LAMBDA_FUNCTION_ARN: Shape = Shape {
    example: Some("arn:aws:lambda:us-east-1:123456789012:function:on-sync"),
    ..text("LambdaFunctionArn")
};
pub(super) static LOGINS_LIST: Shape =
    plain("LoginsList", ShapeKind::List(&IDENTITY_PROVIDER_NAME));
pub(super) static LONG: Shape = Shape {
    example: Some("0"),
    ..plain("Long", ShapeKind::Long)
};
pub(super) static MERGED_DATASET_NAME_LIST: Shape =
    plain("MergedDatasetNameList", ShapeKind::List(&STRING));
pub(super) static OPERATION: Shape = Shape {
    example: Some("replace"),
    ..choice("Operation", &["replace", "remove"])
};
pub(super) static PAGINATION_KEY: Shape = Shape {
    pattern: Some(r"[\S]+"),
    ..sized("PaginationKey", 1, 65_535)
};
pub(super) static PLATFORM: Shape = Shape {
    example: Some("GCM"),
    ..choice("Platform", &["APNS", "APNS_SANDBOX", "GCM", "ADM"])
};
pub(super) static PUSH_SYNC: Shape = plain("PushSync", ShapeKind::Structure(&PUSH_SYNC_MEMBERS));
pub(super) static PUSH_TOKEN: Shape = Shape {
    example: Some("registration-token-of-the-device"),
    ..text("PushToken")
};
pub(super) static QUERY_LIMIT: Shape = Shape {
    kind: ShapeKind::Integer,
    ..sized("QueryLimit", 1, 60)
};
pub(super) static RECORD: Shape = plain("Record", ShapeKind::Structure(&RECORD_MEMBERS));
pub(super) static RECORD_KEY: Shape = Shape {
    example: Some("theme"),
    ..sized("RecordKey", 1, 1024)
};
pub(super) static RECORD_LIST: Shape = plain("RecordList", ShapeKind::List(&RECORD));
pub(super) static RECORD_PATCH: Shape =
    plain("RecordPatch", ShapeKind::Structure(&RECORD_PATCH_MEMBERS));
pub(super) static RECORD_PATCH_LIST: Shape =
    plain("RecordPatchList", ShapeKind::List(&RECORD_PATCH));
pub(super) static RECORD_VALUE: Shape = Shape {
    max: Some(1_048_575),
    example: Some("dark"),
    ..text("RecordValue")
};
pub(super) static STREAM_NAME: Shape = Shape {
    example: Some("updates"),
    ..sized("StreamName", 1, 128)
};
pub(super) static STREAMING_STATUS: Shape = Shape {
    example: Some("DISABLED"),
    ..choice("StreamingStatus", &["ENABLED", "DISABLED"])
};
pub(super) static STRING: Shape = text("String");
pub(super) static SYNC_SESSION_TOKEN: Shape = Shape {
    example: Some("token-of-list-records"),
    ..text("SyncSessionToken")
};
