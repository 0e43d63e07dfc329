//! `ListIdentityPools` of Cognito Identity: its definition.

use super::structure;
use crate::model::shapes::{IDENTITY_POOLS_LIST, PAGINATION_KEY, QUERY_LIMIT, body};
use crate::model::{COGNITO_IDENTITY, RequiredCredentials, OperationGroup, Operation, OperationId};

pub(super) static OPERATION: Operation = Operation {
    id: OperationId::ListIdentityPools,
    service: &COGNITO_IDENTITY,
    group: OperationGroup::Identities,
    rank: 1,
    name: "ListIdentityPools",
    method: "POST",
    path: "/",
    doc: "Lists the identity pools of the account with their names, a page at a time.",
    details: &["Those of other regions are not listed."],
    credentials: RequiredCredentials::Developer,
    errors: &[
        "InternalErrorException",
        "InvalidParameterException",
        "NotAuthorizedException",
        "ResourceNotFoundException",
        "TooManyRequestsException",
    ],
    input: &structure(
        "ListIdentityPoolsInput",
        &["MaxResults"],
        &[
            body("MaxResults", &QUERY_LIMIT, "How many identity pools a page may hold."),
            body(
                "NextToken",
                &PAGINATION_KEY,
                "Where to go on: the NextToken that the page before ended with.",
            ),
        ],
    ),
    output: &structure(
        "ListIdentityPoolsResponse",
        &[],
        &[
            body("IdentityPools", &IDENTITY_POOLS_LIST, "Identity pools of this page."),
            body(
                "NextToken",
                &PAGINATION_KEY,
                "Where the next page begins; absent on the last one.",
            ),
        ],
    ),
    examples: &[],
};
