//! The topic `examples`: common tasks, each a few commands that work offline as they stand.

use super::Topic;
use crate::cli::help::content::examples;
use crate::cli::help::content::section;
use crate::cli::help::page::Block;
use crate::model::Example;

pub(super) const EXAMPLES: Topic = Topic {
    name: "examples",
    summary: "common tasks, step by step",
    commands: &[],
    sections: |prefix| {
        vec![
            section(
                "DESCRIPTION",
                vec![Block::paragraph(
                    "With `--local` the commands need no account and change nothing outside this \
                     machine. Without it they are for the account whose credentials are found.",
                )],
            ),
            section("EXAMPLES", examples(prefix, &TASKS)),
        ]
    },
};

static TASKS: [Example; 7] = [
    Example {
        caption: "Configure streams of an identity pool, and look at the result:",
        commands: &[
            "pool=us-east-1:23ec4050-6aea-7089-a2dd-08002e7a1b2c",
            "cognito-sync set-identity-pool-configuration --local \\",
            "    --identity-pool-id \"$pool\" \\",
            "    --cognito-streams StreamName=updates,StreamingStatus=DISABLED \\",
            "    --output off",
            "cognito-sync get-identity-pool-configuration --local \\",
            "    --identity-pool-id \"$pool\" --output yaml",
        ],
        output: &[
            "CognitoStreams:",
            "  StreamName: updates",
            "  StreamingStatus: DISABLED",
            "IdentityPoolId: us-east-1:23ec4050-6aea-7089-a2dd-08002e7a1b2c",
        ],
    },
    Example {
        caption: "Get a configuration, edit it as a file, and set it:",
        commands: &[
            "pool=us-east-1:23ec4050-6aea-7089-a2dd-08002e7a1b2c",
            "cognito-sync get-identity-pool-configuration --local \\",
            "    --identity-pool-id \"$pool\" > pool.json",
            "sed -i.orig 's/updates/changes/' pool.json",
            "cognito-sync set-identity-pool-configuration --local \\",
            "    --cli-input-json file://pool.json \\",
            "    --query CognitoStreams.StreamName",
        ],
        output: &["\"changes\""],
    },
    Example {
        caption: "Change one member of a configuration, and see what changes:",
        commands: &[
            "pool=us-east-1:23ec4050-6aea-7089-a2dd-08002e7a1b2c",
            "cognito-sync set-identity-pool-configuration --local --merge \\",
            "    --identity-pool-id \"$pool\" --show-diff --output off \\",
            "    --cognito-streams StreamName=moved 2> changes.txt",
            "cat changes.txt",
        ],
        output: &[
            "- CognitoStreams.StreamName: changes",
            "+ CognitoStreams.StreamName: moved",
        ],
    },
    Example {
        caption: "Write a record, and read it back:",
        commands: &[
            "pool=us-east-1:23ec4050-6aea-7089-a2dd-08002e7a1b2c",
            "set -- --local --identity-pool-id \"$pool\" \\",
            "    --identity-id us-east-1:8a3b1f0e-7c6d-4e5f-8a9b-0c1d2e3f4a5b \\",
            "    --dataset-name settings",
            "token=$(cognito-sync list-records \"$@\" \\",
            "    --query SyncSessionToken --output text)",
            "cognito-sync update-records \"$@\" --sync-session-token \"$token\" \\",
            "    --record-patches Op=replace,Key=theme,Value=dark,SyncCount=0 \\",
            "    --output off",
            "cognito-sync list-records \"$@\" \\",
            "    --query 'Records[].[Key, Value]' --output text",
        ],
        output: &["theme\tdark"],
    },
    Example {
        caption: "Export all records of an identity pool, and look at them:",
        commands: &[
            "pool=us-east-1:23ec4050-6aea-7089-a2dd-08002e7a1b2c",
            "cognito-sync export --local --identity-pool-id \"$pool\" \\",
            "    --to records.ndjson > summary.json",
            "grep Complete summary.json",
            "grep -o '\"Key\":.*\"Value\":\"[^\"]*\"' records.ndjson",
        ],
        output: &[
            "    \"Complete\": true,",
            "\"Key\":\"theme\",\"Value\":\"dark\"",
        ],
    },
    Example {
        caption: "Run a test suite against a service of its own:",
        commands: &[
            "cognito-sync serve -- \\",
            "    sh -c 'cognito-sync list-identity-pool-usage --query Count'",
        ],
        output: &["0"],
    },
    Example {
        caption: "Have an error as JSON, for a script:",
        commands: &[
            "cognito-sync describe-dataset --local --cli-error-format json \\",
            "    --identity-pool-id us-east-1:23ec4050-6aea-7089-a2dd-08002e7a1b2c \\",
            "    --identity-id us-east-1:8a3b1f0e-7c6d-4e5f-8a9b-0c1d2e3f4a5b \\",
            "    --dataset-name none 2> error.json ||",
            "    grep -o '\"Code\": .*' error.json",
        ],
        output: &["\"Code\": \"ResourceNotFoundException\","],
    },
];
