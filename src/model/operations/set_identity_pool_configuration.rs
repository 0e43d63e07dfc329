//! `set-identity-pool-configuration`: its definition, help and examples.

use super::{CONFIGURATION, CONFIGURATION_OUTPUT, POOL, structure};
use crate::model::shapes::{body, COGNITO_STREAMS, PUSH_SYNC};
use crate::model::{COGNITO_SYNC, RequiredCredentials, Example, OperationGroup, Operation, OperationId};

pub(super) static OPERATION: Operation = Operation {
    id: OperationId::SetIdentityPoolConfiguration,
    service: &COGNITO_SYNC,
    group: OperationGroup::Configuration,
    rank: 1,
    name: "SetIdentityPoolConfiguration",
    method: "POST",
    path: "/identitypools/{IdentityPoolId}/configuration",
    doc: "Set the push sync and streams configuration of an identity pool.",
    details: &[
        "Both sections are optional. AWS does not document what happens to a section that is left out; where that matters, read the configuration with `get-identity-pool-configuration` first and send both sections. An empty section, `--push-sync '{}'`, turns push sync off.",
        "Given beside `--cli-input-json` or `--cli-input-yaml`, an option replaces the whole section of the document and not only the members that it names.",
        "The skeleton has StreamingStatus ENABLED. Remove CognitoStreams from it unless streaming is to be turned on; `--generate-cli-skeleton example` has DISABLED.",
        "With `--merge`, the live configuration is read, the given members are replaced in it, lists as a whole, and both sections are sent, so that nothing is lost. An empty section gives nothing and changes nothing; to clear a section, use `--push-sync '{}'` without `--merge`. If nothing changes, nothing is sent, and the live configuration is printed. Where another writer changes it in between, it is read again and the change is tried again, five times at most. The permission cognito-sync:GetIdentityPoolConfiguration is needed, too.",
        "With `--show-diff`, what changes in the given sections is printed to standard error before it is sent. A section that is left out is not compared.",
        "With `--dry-run`, the document that is printed has Operation, Method, Url, Headers (if the input has any), Body, Region, Credentials (their source) and DryRun. With `--merge`, it also has Changes, and if there are none, Method, Url and Body are null; the live configuration is read, which needs credentials.",
        "`--generate-cli-skeleton live` reads the configuration of an identity pool and prints it as an input to edit and give back, in YAML with `--output yaml`.",
        "The roles must trust Cognito, and the caller needs the permission iam:PassRole for them.",
    ],
    credentials: RequiredCredentials::Developer,
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
    examples: &[
        Example {
            caption: "Set both sections, in shorthand:",
            commands: &[
                "role=arn:aws:iam::123456789012:role",
                "app=arn:aws:sns:us-east-1:123456789012:app/GCM/my-app",
                "cognito-sync set-identity-pool-configuration \\",
                "    --identity-pool-id {pool} \\",
                "    --push-sync \"ApplicationArns=[$app],RoleArn=$role/push-sync\" \\",
                "    --cognito-streams \\",
                "        StreamName=updates,RoleArn=$role/streams,StreamingStatus=ENABLED",
            ],
            output: &CONFIGURATION_OUTPUT,
        },
        Example {
            caption: "Switch streaming off, with the stream's settings and push sync kept as they are:",
            commands: &[
                "cognito-sync get-identity-pool-configuration \\",
                "    --identity-pool-id {pool} |",
                "    sed 's/\"ENABLED\"/\"DISABLED\"/' > pool.json",
                "cognito-sync set-identity-pool-configuration \\",
                "    --cli-input-json file://pool.json \\",
                "    --query CognitoStreams.StreamingStatus",
            ],
            output: &["\"DISABLED\""],
        },
        Example {
            caption: "The same in one step, which sends nothing if streaming is off already:",
            commands: &[
                "cognito-sync set-identity-pool-configuration --merge \\",
                "    --identity-pool-id {pool} \\",
                "    --cognito-streams StreamingStatus=DISABLED \\",
                "    --query CognitoStreams.StreamName",
            ],
            output: &["\"updates\""],
        },
        Example {
            caption: "See what would be sent, without credentials:",
            commands: &[
                "cognito-sync set-identity-pool-configuration --dry-run \\",
                "    --identity-pool-id {pool} \\",
                "    --cognito-streams StreamName=updates,StreamingStatus=DISABLED \\",
                "    --query Body",
            ],
            output: &[
                "{",
                "    \"CognitoStreams\": {",
                "        \"StreamName\": \"updates\",",
                "        \"StreamingStatus\": \"DISABLED\"",
                "    }",
                "}",
            ],
        },
        Example {
            caption: "Edit the live configuration, and set it:",
            commands: &[
                "cognito-sync set-identity-pool-configuration --output yaml \\",
                "    --identity-pool-id {pool} \\",
                "    --generate-cli-skeleton live > pool.yaml",
                "${EDITOR:-vi} pool.yaml",
                "cognito-sync set-identity-pool-configuration \\",
                "    --cli-input-yaml file://pool.yaml",
            ],
            output: &[],
        },
        Example {
            caption: "End push sync, in JSON:",
            commands: &[
                "cognito-sync set-identity-pool-configuration \\",
                "    --identity-pool-id {pool} \\",
                "    --push-sync '{}'",
            ],
            output: &[],
        },
        Example {
            caption: "Write an input to fill in, then use it:",
            commands: &[
                "cognito-sync set-identity-pool-configuration \\",
                "    --generate-cli-skeleton yaml-input > input.yaml",
                "${EDITOR:-vi} input.yaml",
                "cognito-sync set-identity-pool-configuration \\",
                "    --cli-input-yaml file://input.yaml",
            ],
            output: &[],
        },
    ],
};
