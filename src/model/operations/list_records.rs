//! `list-records`: its definition, help and examples.

use super::{POOL, IDENTITY, DATASET_NAMED, NEXT_TOKEN, MAX_RESULTS, query, structure};
use crate::model::shapes::{body, BOOLEAN, INTEGER, LONG, MERGED_DATASET_NAME_LIST, RECORD_LIST, STRING, SYNC_SESSION_TOKEN};
use crate::model::{COGNITO_SYNC, RequiredCredentials, Example, OperationGroup, Operation, OperationId};

pub(super) static OPERATION: Operation = Operation {
    id: OperationId::ListRecords,
    service: &COGNITO_SYNC,
    group: OperationGroup::Datasets,
    rank: 3,
    name: "ListRecords",
    method: "GET",
    path: "/identitypools/{IdentityPoolId}/identities/{IdentityId}/datasets/{DatasetName}/records",
    doc: "List the records of a dataset, or those that changed after a sync count, a page at a time.",
    details: &[
        "It also opens a sync session: the SyncSessionToken of the response is what `update-records` asks for. A token is good for this dataset of this identity, for a limited time, and for one successful update.",
        "Without `--last-sync-count` all records are listed, with it only those that changed later. Removed records are among them, without a Value, so that devices learn of the removal. A count that is higher than the dataset's own is rejected with a message that begins with `No such SyncCount`.",
        "A dataset that does not exist is no error: DatasetExists is false then, and the dataset is not created.",
        "A response holds one page. If it has a NextToken, there are more records: pass it to `--next-token` to get them, or have `--all-pages` request all pages. If the dataset changes meanwhile, `--all-pages` says so on standard error.",
    ],
    credentials: RequiredCredentials::Either,
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
                "Whether the dataset was deleted after the requested sync count.",
            ),
            body(
                "SyncSessionToken",
                &STRING,
                "Token of this sync session, which an update must bring.",
            ),
        ],
    ),
    examples: &[
        Example {
            caption: "List all records of a dataset with their sync counts; removed ones have no value:",
            commands: &[
                "cognito-sync list-records \\",
                "    --identity-pool-id {pool} \\",
                "    --identity-id {identity} \\",
                "    --dataset-name settings \\",
                "    --query 'Records[].[Key, Value, SyncCount]' --output text",
            ],
            output: &["font\tNone\t5", "theme\tdark\t5"],
        },
        Example {
            caption: "Ask whether anything changed after sync count 4:",
            commands: &[
                "cognito-sync list-records \\",
                "    --identity-pool-id {pool} \\",
                "    --identity-id {identity} \\",
                "    --dataset-name settings --last-sync-count 4 \\",
                "    --query 'DatasetSyncCount > `4`'",
            ],
            output: &["true"],
        },
        Example {
            caption: "Open a sync session for an update:",
            commands: &[
                "token=$(cognito-sync list-records \\",
                "    --identity-pool-id {pool} \\",
                "    --identity-id {identity} \\",
                "    --dataset-name settings --query SyncSessionToken --output text)",
            ],
            output: &[],
        },
    ],
};
