//! The 17 operations in the service model's order, each with its input and output.

use super::shapes::*;
use super::{Caller, Location, Member, Operation, Shape, Structure};

const POOL: Member = path(
    "IdentityPoolId",
    &IDENTITY_POOL_ID,
    "Identity pool, such as us-east-1:2f1c6e5e-0d3b-4a6f-9c52-1d2e3f4a5b6c.",
);
const IDENTITY: Member = path(
    "IdentityId",
    &IDENTITY_ID,
    "Identity within the identity pool, such as us-east-1:8a3b1f0e-7c6d-4e5f-8a9b-0c1d2e3f4a5b.",
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
        details: &[
            "The call returns at once, and the work goes on at the service: `get-bulk-publish-details` shows how far it has come.",
            "An identity pool has one bulk publish at a time, and after one that succeeded the next is refused for 24 hours.",
            "The identity pool must have a stream that is switched on; with StreamingStatus DISABLED a bulk publish fails. A record may reach the stream both in bulk and as an ordinary update, so whoever reads the stream has to expect duplicates.",
        ],
        caller: Caller::Developer,
        errors: &[
            "AlreadyStreamedException",
            "DuplicateRequestException",
            "InternalErrorException",
            "InvalidParameterException",
            "NotAuthorizedException",
            "ResourceNotFoundException",
        ],
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
        details: &[
            "It cannot be undone. It prints the dataset's figures as they were.",
            "The name stays free to use: `update-records` creates the dataset anew. Devices learn of the deletion from `list-records`, whose reply then says DatasetDeletedAfterRequestedSyncCount.",
            "A dataset that came out of a merge of identities is deleted in the same way; other datasets then no longer report that merge in MergedDatasetNames.",
        ],
        caller: Caller::Either,
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
    },
    Operation {
        name: "DescribeDataset",
        method: "GET",
        path: "/identitypools/{IdentityPoolId}/identities/{IdentityId}/datasets/{DatasetName}",
        doc: "Shows a dataset's dates, size and number of records.",
        details: &[
            "The records themselves are shown by `list-records`. A dataset that does not exist (any more) is an error here, whereas `list-records` says that DatasetExists is false.",
        ],
        caller: Caller::Either,
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
    },
    Operation {
        name: "DescribeIdentityPoolUsage",
        method: "GET",
        path: "/identitypools/{IdentityPoolId}",
        doc: "Shows how much an identity pool stores and syncs.",
        details: &[
            "DataStorage is the size of all records of all identities. SyncSessionsCount is not always there.",
            "An identity pool is known in one region only, the one that its id begins with. Asked in another, the service says that it does not exist.",
        ],
        caller: Caller::Developer,
        errors: &[
            "InternalErrorException",
            "InvalidParameterException",
            "NotAuthorizedException",
            "ResourceNotFoundException",
            "TooManyRequestsException",
        ],
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
        details: &["`list-datasets` shows figures dataset by dataset."],
        caller: Caller::Either,
        errors: &[
            "InternalErrorException",
            "InvalidParameterException",
            "NotAuthorizedException",
            "ResourceNotFoundException",
            "TooManyRequestsException",
        ],
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
        details: &[
            "NOT_STARTED means that no bulk publish was ever asked for, SUCCEEDED that all data has reached the stream, and FAILED that some of it has not, for the reason in FailureMessage.",
            "It changes nothing, although the request is a POST.",
        ],
        caller: Caller::Developer,
        errors: &[
            "InternalErrorException",
            "InvalidParameterException",
            "NotAuthorizedException",
            "ResourceNotFoundException",
        ],
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
        details: &[
            "The service knows one event, SyncTrigger: its function is called whenever records are about to be changed with identity credentials.",
        ],
        caller: Caller::Developer,
        errors: &[
            "InternalErrorException",
            "InvalidParameterException",
            "NotAuthorizedException",
            "ResourceNotFoundException",
            "TooManyRequestsException",
        ],
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
        details: &[
            "What it prints as JSON is a valid input of `set-identity-pool-configuration`. A section that was never set may be absent.",
        ],
        caller: Caller::Developer,
        errors: &[
            "InternalErrorException",
            "InvalidParameterException",
            "NotAuthorizedException",
            "ResourceNotFoundException",
            "TooManyRequestsException",
        ],
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
        details: &[
            "A reply holds one page. Where it has a NextToken, there are more datasets: give that text to `--next-token` to get them.",
            "An identity can have 20 datasets, unless AWS has raised this limit for the account. Deleted ones are not listed.",
        ],
        caller: Caller::Either,
        errors: &[
            "InternalErrorException",
            "InvalidParameterException",
            "NotAuthorizedException",
            "TooManyRequestsException",
        ],
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
        details: &[
            "Identity pools that store nothing are listed, too. Those of other regions are not.",
            "A reply holds one page. Where it has a NextToken, there are more identity pools: give that text to `--next-token` to get them.",
        ],
        caller: Caller::Developer,
        errors: &[
            "InternalErrorException",
            "InvalidParameterException",
            "NotAuthorizedException",
            "TooManyRequestsException",
        ],
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
        details: &[
            "It also opens a sync session: the SyncSessionToken of the reply is what `update-records` asks for. A token is good for this dataset of this identity, for a limited time, and for one successful update.",
            "Without `--last-sync-count` all records are listed, with it only those that changed later. Removed records are among them, without a Value, so that devices learn of the removal. A count that is higher than the dataset's own is refused with a message that begins with `No such SyncCount`.",
            "A dataset that does not exist is no error: DatasetExists is false then, and the dataset is not created.",
            "A reply holds one page. Where it has a NextToken, there are more records: give that text to `--next-token` to get them.",
        ],
        caller: Caller::Either,
        errors: &[
            "InternalErrorException",
            "InvalidParameterException",
            "NotAuthorizedException",
            "TooManyRequestsException",
        ],
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
                    "Device, identity or account that made the last change.",
                ),
                body(
                    "MergedDatasetNames",
                    &MERGED_DATASET_NAME_LIST,
                    "Datasets that came from merged identities and wait to be merged into this one.",
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
        details: &[
            "Push sync has to be set up first: `set-identity-pool-configuration --push-sync` with an SNS platform application for the platform of the device.",
            "Keep the DeviceId of the reply; `subscribe-to-dataset` and `unsubscribe-from-dataset` need it.",
        ],
        caller: Caller::Identity,
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
    },
    Operation {
        name: "SetCognitoEvents",
        method: "POST",
        path: "/identitypools/{IdentityPoolId}/events",
        doc: "Sets which Lambda function an identity pool calls on which event; an empty ARN removes it.",
        details: &[
            "The service knows one event, SyncTrigger. Its function is called while `update-records` runs, may change or remove records, and has five seconds. Calls with developer credentials do not trigger it.",
            "Only events that are named are changed. The function's own policy must allow the principal cognito-sync.amazonaws.com to invoke it.",
        ],
        caller: Caller::Developer,
        errors: &[
            "InternalErrorException",
            "InvalidParameterException",
            "NotAuthorizedException",
            "ResourceNotFoundException",
            "TooManyRequestsException",
        ],
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
        details: &[
            "Both sections are optional. AWS does not say what becomes of a section that is left out; where that matters, read the settings with `get-identity-pool-configuration` first and send both sections. An empty section, `--push-sync '{}'`, ends push sync.",
            "Typed beside `--cli-input-json` or `--cli-input-yaml`, an option replaces the whole section of the document and not only the members that it names.",
            "The sample of `--generate-cli-skeleton` says StreamingStatus ENABLED. Take CognitoStreams out of it unless streaming is to be switched on.",
            "The roles must trust Cognito, and whoever calls needs the permission iam:PassRole for them.",
        ],
        caller: Caller::Developer,
        errors: &[
            "ConcurrentModificationException",
            "InternalErrorException",
            "InvalidParameterException",
            "NotAuthorizedException",
            "ResourceNotFoundException",
            "TooManyRequestsException",
        ],
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
        details: &[
            "The dataset must exist at the service, so sync it at least once before. A device gets no message about a change of its own.",
        ],
        caller: Caller::Identity,
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
    },
    Operation {
        name: "UnsubscribeFromDataset",
        method: "DELETE",
        path: "/identitypools/{IdentityPoolId}/identities/{IdentityId}/datasets/{DatasetName}/subscriptions/{DeviceId}",
        doc: "Ends a device's silent push messages about a dataset.",
        details: &["It is an error if the device is not subscribed to the dataset."],
        caller: Caller::Identity,
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
    },
    Operation {
        name: "UpdateRecords",
        method: "POST",
        path: "/identitypools/{IdentityPoolId}/identities/{IdentityId}/datasets/{DatasetName}",
        doc: "Adds, replaces and removes records of a dataset within a sync session; all or none.",
        details: &[
            "First call `list-records` for the same dataset and identity: the SyncSessionToken of its reply is required here, and a successful update uses it up. A dataset that does not exist is created.",
            "The SyncCount of a patch is the last one that is known of this record, and 0 for a new record. If the record has changed since, the service refuses with ResourceConflictException and a message such as `Current SyncCount for: theme is: 5 not: 4`; nothing at all is changed then. A successful update raises the dataset's sync count by one, and all records that it changed get that count.",
            "Unless AWS has raised the limits for the account, a dataset holds 1,024 records and 1 MB, and an identity 20 datasets.",
            "Where the identity pool has a Lambda function for SyncTrigger, it is called before anything is stored, though not for developer credentials. The reply then also has what the function changed.",
        ],
        caller: Caller::Either,
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
