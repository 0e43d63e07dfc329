//! `list-datasets`: its definition, help and examples.

use super::{POOL, IDENTITY, NEXT_TOKEN, MAX_RESULTS, structure};
use crate::model::shapes::{body, DATASET_LIST, INTEGER, STRING};
use crate::model::{COGNITO_SYNC, RequiredCredentials, Example, OperationGroup, Operation, OperationId};

pub(super) static OPERATION: Operation = Operation {
    id: OperationId::ListDatasets,
    service: &COGNITO_SYNC,
    group: OperationGroup::Datasets,
    rank: 0,
    name: "ListDatasets",
    method: "GET",
    path: "/identitypools/{IdentityPoolId}/identities/{IdentityId}/datasets",
    doc: "List the datasets of an identity, a page at a time.",
    details: &[
        "A response holds one page. If it has a NextToken, there are more datasets: pass it to `--next-token` to get them, or have `--all-pages` request all pages.",
        "An identity can have 20 datasets, unless AWS has raised this limit for the account. Deleted ones are not listed.",
    ],
    credentials: RequiredCredentials::Either,
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
    examples: &[
        Example {
            caption: "List names, numbers of records and sizes as a table:",
            commands: &[
                "cognito-sync list-datasets \\",
                "    --identity-pool-id {pool} \\",
                "    --identity-id {identity} \\",
                "    --query 'Datasets[].[DatasetName, NumRecords, DataStorage]' \\",
                "    --output table",
            ],
            output: &[
                "--------------------------",
                "|      ListDatasets      |",
                "+-----------+----+-------+",
                "|  settings |  2 |  24   |",
                "|  state    |  9 |  286  |",
                "+-----------+----+-------+",
            ],
        },
        Example {
            caption: "Get the second page of ten datasets:",
            commands: &[
                "set -- \\",
                "    --identity-pool-id {pool} \\",
                "    --identity-id {identity} \\",
                "    --max-results 10",
                "token=$(cognito-sync list-datasets \"$@\" --query NextToken --output text)",
                "cognito-sync list-datasets \"$@\" --next-token \"$token\"",
            ],
            output: &[],
        },
    ],
};
