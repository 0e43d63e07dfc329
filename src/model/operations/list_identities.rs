//! `ListIdentities` of Cognito Identity: its definition.

use super::structure;
use crate::model::shapes::{
    HIDE_DISABLED, IDENTITIES_LIST, IDENTITY_POOL_ID, PAGINATION_KEY, QUERY_LIMIT, body,
};
use crate::model::{COGNITO_IDENTITY, RequiredCredentials, OperationGroup, Operation, OperationId};

pub(super) static OPERATION: Operation = Operation {
    id: OperationId::ListIdentities,
    service: &COGNITO_IDENTITY,
    group: OperationGroup::Identities,
    rank: 0,
    name: "ListIdentities",
    method: "POST",
    path: "/",
    doc: "Lists the identities of an identity pool, a page at a time.",
    details: &[
        "The service allows five requests a second.",
        "Only the response with a page says where the next one begins, so pages cannot be read in parallel.",
    ],
    credentials: RequiredCredentials::Developer,
    errors: &[
        "InternalErrorException",
        "InvalidParameterException",
        "NotAuthorizedException",
        "ResourceNotFoundException",
        "TooManyRequestsException",
    ],
    input: &structure(
        "ListIdentitiesInput",
        &["IdentityPoolId", "MaxResults"],
        &[
            body("IdentityPoolId", &IDENTITY_POOL_ID, "Identity pool to look in."),
            body("MaxResults", &QUERY_LIMIT, "How many identities a page may hold."),
            body(
                "NextToken",
                &PAGINATION_KEY,
                "Where to go on: the NextToken that the page before ended with.",
            ),
            body(
                "HideDisabled",
                &HIDE_DISABLED,
                "Whether identities that were merged into others are left out.",
            ),
        ],
    ),
    output: &structure(
        "ListIdentitiesResponse",
        &[],
        &[
            body("IdentityPoolId", &IDENTITY_POOL_ID, "Identity pool of the identities."),
            body("Identities", &IDENTITIES_LIST, "Identities of this page."),
            body(
                "NextToken",
                &PAGINATION_KEY,
                "Where the next page begins; absent on the last one.",
            ),
        ],
    ),
    examples: &[],
};
