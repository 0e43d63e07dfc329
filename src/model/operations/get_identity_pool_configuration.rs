//! `get-identity-pool-configuration`: its definition, help and examples.

use super::{CONFIGURATION, CONFIGURATION_OUTPUT, POOL, structure};
use crate::model::{COGNITO_SYNC, RequiredCredentials, Example, OperationGroup, Operation, OperationId};

pub(super) static OPERATION: Operation = Operation {
    id: OperationId::GetIdentityPoolConfiguration,
    service: &COGNITO_SYNC,
    group: OperationGroup::Configuration,
    rank: 0,
    name: "GetIdentityPoolConfiguration",
    method: "GET",
    path: "/identitypools/{IdentityPoolId}/configuration",
    doc: "Show the push sync and streams configuration of an identity pool.",
    details: &[
        "What it prints as JSON is a valid input of `set-identity-pool-configuration`. A section that was never set may be absent.",
        "Where the service has switched streaming off by itself, its response has a `DisabledReason`. The AWS CLI leaves it out, and so does this program unless `--show-unmodeled` is given; on a terminal, a hint names it.",
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
        "GetIdentityPoolConfigurationRequest",
        &["IdentityPoolId"],
        &[POOL],
    ),
    output: &structure("GetIdentityPoolConfigurationResponse", &[], &CONFIGURATION),
    examples: &[
        Example {
            caption: "See both sections:",
            commands: &[
                "cognito-sync get-identity-pool-configuration \\",
                "    --identity-pool-id {pool}",
            ],
            output: &CONFIGURATION_OUTPUT,
        },
        Example {
            caption: "See why the service has switched streaming off, if it did:",
            commands: &[
                "cognito-sync get-identity-pool-configuration --show-unmodeled \\",
                "    --identity-pool-id {pool} \\",
                "    --query CognitoStreams.DisabledReason",
            ],
            output: &["null"],
        },
        Example {
            caption: "Save the settings to a file, and put them back later:",
            commands: &[
                "cognito-sync get-identity-pool-configuration \\",
                "    --identity-pool-id {pool} \\",
                "    > pool.json",
                "cognito-sync set-identity-pool-configuration \\",
                "    --cli-input-json file://pool.json --output off",
            ],
            output: &[],
        },
    ],
};
