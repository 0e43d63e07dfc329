//! `list-identity-pool-usage`: its definition, help and examples.

use super::{NEXT_TOKEN, MAX_RESULTS, structure};
use crate::model::shapes::{body, IDENTITY_POOL_USAGE_LIST, INTEGER, STRING};
use crate::model::{COGNITO_SYNC, RequiredCredentials, Example, OperationGroup, Operation, OperationId};

pub(super) static OPERATION: Operation = Operation {
    id: OperationId::ListIdentityPoolUsage,
    service: &COGNITO_SYNC,
    group: OperationGroup::Usage,
    rank: 0,
    name: "ListIdentityPoolUsage",
    method: "GET",
    path: "/identitypools",
    doc: "List the identity pools of the account with their stored data and sync sessions, a page at a time.",
    details: &[
        "Identity pools that store nothing are listed, too. Those of other regions are not.",
        "A response holds one page. If it has a NextToken, there are more identity pools: pass it to `--next-token` to get them, or have `--all-pages` request all pages.",
    ],
    credentials: RequiredCredentials::Developer,
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
    examples: &[
        Example {
            caption: "List the identity pools that store anything:",
            commands: &[
                "cognito-sync list-identity-pool-usage \\",
                "    --query 'IdentityPoolUsages[?DataStorage > `0`].IdentityPoolId' \\",
                "    --output text",
            ],
            output: &["{pool}"],
        },
        Example {
            caption: "Find the identity pool that stores most:",
            commands: &[
                "cognito-sync list-identity-pool-usage --all-pages \\",
                "    --query 'max_by(IdentityPoolUsages, &DataStorage)'",
            ],
            output: &[
                "{",
                "    \"IdentityPoolId\": \"{pool}\",",
                "    \"DataStorage\": 48231,",
                "    \"LastModifiedDate\": \"2026-03-01T09:30:00+00:00\"",
                "}",
            ],
        },
    ],
};
