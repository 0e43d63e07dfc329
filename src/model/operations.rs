//! The 17 operations in the service model's order, each with its input and output.

use super::shapes::*;
use super::{Location, Member, Operation, Shape, Structure};

const POOL: Member = path(
    "IdentityPoolId",
    &IDENTITY_POOL_ID,
    "Identity pool, such as us-east-1:2f1c6e5e-….",
);
const IDENTITY: Member = path(
    "IdentityId",
    &IDENTITY_ID,
    "Identity within the identity pool, such as us-east-1:8a3b….",
);
const DATASET_NAMED: Member = path(
    "DatasetName",
    &DATASET_NAME,
    "Dataset: letters, digits, underscore, dot, colon and dash.",
);
const NEXT_TOKEN: Member = query(
    "NextToken",
    "nextToken",
    &STRING,
    "Where to go on: the NextToken that the page before ended with.",
);
const MAX_RESULTS: Member = query(
    "MaxResults",
    "maxResults",
    &INTEGER_STRING,
    "How many entries a page may hold.",
);

/// A member that travels in the path.
const fn path(name: &'static str, shape: &'static Shape, doc: &'static str) -> Member {
    Member {
        location: Location::Path,
        ..body(name, shape, doc)
    }
}

/// A member that travels in the query string as `wire`.
const fn query(
    name: &'static str,
    wire: &'static str,
    shape: &'static Shape,
    doc: &'static str,
) -> Member {
    Member {
        location: Location::Query(wire),
        ..body(name, shape, doc)
    }
}

/// A structure whose name nobody else needs.
const fn structure(
    name: &'static str,
    required: &'static [&'static str],
    members: &'static [Member],
) -> Structure {
    Structure {
        name,
        members,
        required,
    }
}

/// All operations, in the service model's order.
pub static OPERATIONS: [Operation; 17] = [
    Operation {
        name: "BulkPublish",
        method: "POST",
        path: "/identitypools/{IdentityPoolId}/bulkpublish",
        doc: "Sends every dataset of an identity pool to its stream once; at most one success in 24 hours.",
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
    },
    Operation {
        name: "DeleteDataset",
        method: "DELETE",
        path: "/identitypools/{IdentityPoolId}/identities/{IdentityId}/datasets/{DatasetName}",
        doc: "Deletes a dataset with all its records, for good.",
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
    },
    Operation {
        name: "DescribeDataset",
        method: "GET",
        path: "/identitypools/{IdentityPoolId}/identities/{IdentityId}/datasets/{DatasetName}",
        doc: "Shows a dataset's dates, size and number of records.",
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
    },
    Operation {
        name: "DescribeIdentityPoolUsage",
        method: "GET",
        path: "/identitypools/{IdentityPoolId}",
        doc: "Shows how much an identity pool stores and syncs.",
        input: &structure(
            "DescribeIdentityPoolUsageRequest",
            &["IdentityPoolId"],
            &[POOL],
        ),
        output: &structure(
            "DescribeIdentityPoolUsageResponse",
            &[],
            &[body(
                "IdentityPoolUsage",
                &IDENTITY_POOL_USAGE,
                "The identity pool's figures.",
            )],
        ),
    },
    Operation {
        name: "DescribeIdentityUsage",
        method: "GET",
        path: "/identitypools/{IdentityPoolId}/identities/{IdentityId}",
        doc: "Shows how many datasets an identity has and how much they hold.",
        input: &structure(
            "DescribeIdentityUsageRequest",
            &["IdentityPoolId", "IdentityId"],
            &[POOL, IDENTITY],
        ),
        output: &structure(
            "DescribeIdentityUsageResponse",
            &[],
            &[body(
                "IdentityUsage",
                &IDENTITY_USAGE,
                "The identity's figures.",
            )],
        ),
    },
    Operation {
        name: "GetBulkPublishDetails",
        method: "POST",
        path: "/identitypools/{IdentityPoolId}/getBulkPublishDetails",
        doc: "Shows how the last bulk publishing of an identity pool went or goes.",
        input: &structure("GetBulkPublishDetailsRequest", &["IdentityPoolId"], &[POOL]),
        output: &structure(
            "GetBulkPublishDetailsResponse",
            &[],
            &[
                body(
                    "IdentityPoolId",
                    &IDENTITY_POOL_ID,
                    "Identity pool that was or is being published.",
                ),
                body(
                    "BulkPublishStartTime",
                    &DATE,
                    "When the last bulk publishing began.",
                ),
                body(
                    "BulkPublishCompleteTime",
                    &DATE,
                    "When it ended, if it has succeeded.",
                ),
                body(
                    "BulkPublishStatus",
                    &BULK_PUBLISH_STATUS,
                    "How far it has come.",
                ),
                body("FailureMessage", &STRING, "Why it failed, if it did."),
            ],
        ),
    },
    Operation {
        name: "GetCognitoEvents",
        method: "GET",
        path: "/identitypools/{IdentityPoolId}/events",
        doc: "Shows which Lambda function an identity pool calls on which event.",
        input: &structure("GetCognitoEventsRequest", &["IdentityPoolId"], &[POOL]),
        output: &structure(
            "GetCognitoEventsResponse",
            &[],
            &[body(
                "Events",
                &EVENTS,
                "Events with the ARN of the function that each calls.",
            )],
        ),
    },
    Operation {
        name: "GetIdentityPoolConfiguration",
        method: "GET",
        path: "/identitypools/{IdentityPoolId}/configuration",
        doc: "Shows the push sync and stream settings of an identity pool.",
        input: &structure(
            "GetIdentityPoolConfigurationRequest",
            &["IdentityPoolId"],
            &[POOL],
        ),
        output: &structure("GetIdentityPoolConfigurationResponse", &[], &CONFIGURATION),
    },
    Operation {
        name: "ListDatasets",
        method: "GET",
        path: "/identitypools/{IdentityPoolId}/identities/{IdentityId}/datasets",
        doc: "Lists the datasets of an identity, a page at a time.",
        input: &structure(
            "ListDatasetsRequest",
            &["IdentityId", "IdentityPoolId"],
            &[POOL, IDENTITY, NEXT_TOKEN, MAX_RESULTS],
        ),
        output: &structure(
            "ListDatasetsResponse",
            &[],
            &[
                body("Datasets", &DATASET_LIST, "Datasets of this page."),
                body("Count", &INTEGER, "Number of datasets in this page."),
                body(
                    "NextToken",
                    &STRING,
                    "Where the next page begins; absent on the last one.",
                ),
            ],
        ),
    },
    Operation {
        name: "ListIdentityPoolUsage",
        method: "GET",
        path: "/identitypools",
        doc: "Lists the identity pools of the account with what they store and sync, a page at a time.",
        input: &structure(
            "ListIdentityPoolUsageRequest",
            &[],
            &[NEXT_TOKEN, MAX_RESULTS],
        ),
        output: &structure(
            "ListIdentityPoolUsageResponse",
            &[],
            &[
                body(
                    "IdentityPoolUsages",
                    &IDENTITY_POOL_USAGE_LIST,
                    "Figures of the identity pools of this page.",
                ),
                body("MaxResults", &INTEGER, "How many entries a page may hold."),
                body("Count", &INTEGER, "Number of identity pools in this page."),
                body(
                    "NextToken",
                    &STRING,
                    "Where the next page begins; absent on the last one.",
                ),
            ],
        ),
    },
    Operation {
        name: "ListRecords",
        method: "GET",
        path: "/identitypools/{IdentityPoolId}/identities/{IdentityId}/datasets/{DatasetName}/records",
        doc: "Lists the records of a dataset, or those that changed after a sync count, a page at a time.",
        input: &structure(
            "ListRecordsRequest",
            &["IdentityPoolId", "IdentityId", "DatasetName"],
            &[
                POOL,
                IDENTITY,
                DATASET_NAMED,
                query(
                    "LastSyncCount",
                    "lastSyncCount",
                    &LONG,
                    "List only records whose sync count is higher than this.",
                ),
                NEXT_TOKEN,
                MAX_RESULTS,
                query(
                    "SyncSessionToken",
                    "syncSessionToken",
                    &SYNC_SESSION_TOKEN,
                    "Sync session to go on with.",
                ),
            ],
        ),
        output: &structure(
            "ListRecordsResponse",
            &[],
            &[
                body("Records", &RECORD_LIST, "Records of this page."),
                body(
                    "NextToken",
                    &STRING,
                    "Where the next page begins; absent on the last one.",
                ),
                body("Count", &INTEGER, "Number of records in this page."),
                body(
                    "DatasetSyncCount",
                    &LONG,
                    "Sync count of the dataset: its highest.",
                ),
                body(
                    "LastModifiedBy",
                    &STRING,
                    "Device or account that made the last change.",
                ),
                body(
                    "MergedDatasetNames",
                    &MERGED_DATASET_NAME_LIST,
                    "Datasets of other identities that wait to be merged into this one.",
                ),
                body("DatasetExists", &BOOLEAN, "Whether the dataset exists."),
                body(
                    "DatasetDeletedAfterRequestedSyncCount",
                    &BOOLEAN,
                    "Whether the dataset was deleted after the sync count that was asked for.",
                ),
                body(
                    "SyncSessionToken",
                    &STRING,
                    "Token of this sync session, which an update must bring.",
                ),
            ],
        ),
    },
    Operation {
        name: "RegisterDevice",
        method: "POST",
        path: "/identitypools/{IdentityPoolId}/identity/{IdentityId}/device",
        doc: "Registers a device of an identity for silent push messages.",
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
    },
    Operation {
        name: "SetCognitoEvents",
        method: "POST",
        path: "/identitypools/{IdentityPoolId}/events",
        doc: "Sets which Lambda function an identity pool calls on which event; an empty ARN removes it.",
        input: &structure(
            "SetCognitoEventsRequest",
            &["IdentityPoolId", "Events"],
            &[
                POOL,
                body(
                    "Events",
                    &EVENTS,
                    "Events with the ARN of the function to call; the service knows SyncTrigger.",
                ),
            ],
        ),
        output: &structure("SetCognitoEventsResponse", &[], &[]),
    },
    Operation {
        name: "SetIdentityPoolConfiguration",
        method: "POST",
        path: "/identitypools/{IdentityPoolId}/configuration",
        doc: "Sets the push sync and stream settings of an identity pool.",
        input: &structure(
            "SetIdentityPoolConfigurationRequest",
            &["IdentityPoolId"],
            &[
                POOL,
                body(
                    "PushSync",
                    &PUSH_SYNC,
                    "Silent push messages to other devices when a dataset changes.",
                ),
                body(
                    "CognitoStreams",
                    &COGNITO_STREAMS,
                    "Stream that gets every update of the identity pool's data.",
                ),
            ],
        ),
        output: &structure("SetIdentityPoolConfigurationResponse", &[], &CONFIGURATION),
    },
    Operation {
        name: "SubscribeToDataset",
        method: "POST",
        path: "/identitypools/{IdentityPoolId}/identities/{IdentityId}/datasets/{DatasetName}/subscriptions/{DeviceId}",
        doc: "Makes a device get a silent push message when a dataset changes.",
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
    },
    Operation {
        name: "UnsubscribeFromDataset",
        method: "DELETE",
        path: "/identitypools/{IdentityPoolId}/identities/{IdentityId}/datasets/{DatasetName}/subscriptions/{DeviceId}",
        doc: "Ends a device's silent push messages about a dataset.",
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
    },
    Operation {
        name: "UpdateRecords",
        method: "POST",
        path: "/identitypools/{IdentityPoolId}/identities/{IdentityId}/datasets/{DatasetName}",
        doc: "Adds, replaces and removes records of a dataset within a sync session; all or none.",
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
                        "Context of the calling application, handed to the event's function.",
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
    },
];

/// What both configuration operations reply with.
static CONFIGURATION: [Member; 3] = [
    body(
        "IdentityPoolId",
        &IDENTITY_POOL_ID,
        "Identity pool that is configured.",
    ),
    body(
        "PushSync",
        &PUSH_SYNC,
        "Silent push messages to other devices when a dataset changes.",
    ),
    body(
        "CognitoStreams",
        &COGNITO_STREAMS,
        "Stream that gets every update of the identity pool's data.",
    ),
];
