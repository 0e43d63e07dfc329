//! Worked examples for the help pages, a table: what they are for, what is typed and, where that
//! helps, what is printed. A test runs every one of them (`tests/help.rs`).

/// An example.
#[derive(Debug)]
pub struct Example {
    /// What it is for, in one sentence.
    pub caption: &'static str,
    /// What is typed into a shell, line by line; `{pool}` and `{identity}` stand for ids.
    typed: &'static [&'static str],
    /// What is printed then, line by line; empty where that is not shown.
    prints: &'static [&'static str],
}

const POOL: &str = "us-east-1:2f1c6e5e-0d3b-4a6f-9c52-1d2e3f4a5b6c";
const IDENTITY: &str = "us-east-1:8a3b1f0e-7c6d-4e5f-8a9b-0c1d2e3f4a5b";

/// How the program is called in the table.
const PROGRAM: &str = "cognito-sync ";

impl Example {
    /// What is typed, for a program that is called by `prefix`.
    pub fn typed(&self, prefix: &str) -> String {
        filled_in(self.typed).replace(PROGRAM, &format!("{prefix} "))
    }

    /// What is printed then, if that is shown.
    pub fn prints(&self) -> Option<String> {
        (!self.prints.is_empty()).then(|| filled_in(self.prints))
    }
}

fn filled_in(lines: &[&str]) -> String {
    lines
        .join("\n")
        .replace("{pool}", POOL)
        .replace("{identity}", IDENTITY)
}

/// The examples for a command, or for the program itself under the name `cognito-sync`.
pub fn of(command: &str) -> &'static [Example] {
    EXAMPLES
        .iter()
        .find(|(name, _)| *name == command)
        .map_or(&[], |(_, examples)| *examples)
}

static EXAMPLES: [(&str, &[Example]); 21] = [
    (
        "cognito-sync",
        &[
            Example {
                caption: "See which identity pools of a region store data, as a table:",
                typed: &[
                    "cognito-sync list-identity-pool-usage --region us-east-1 \\",
                    "    --query 'IdentityPoolUsages[].[IdentityPoolId, DataStorage]' \\",
                    "    --output table",
                ],
                prints: &[
                    "-------------------------------------------------------------",
                    "|                   ListIdentityPoolUsage                   |",
                    "+--------------------------------------------------+--------+",
                    "|  {pool}  |  48231 |",
                    "|  us-east-1:c0ffee00-1111-4222-8333-444455556666  |  0     |",
                    "+--------------------------------------------------+--------+",
                ],
            },
            Example {
                caption: "Write an input to fill in, with comments, to a file:",
                typed: &[
                    "cognito-sync set-identity-pool-configuration \\",
                    "    --generate-cli-skeleton yaml-input > input.yaml",
                ],
                prints: &[],
            },
        ],
    ),
    (
        "completions",
        &[Example {
            caption: "Have bash load the script when it is needed, where bash-completion is installed:",
            typed: &[
                "scripts=$HOME/.local/share/bash-completion/completions",
                "mkdir -p \"$scripts\"",
                "cognito-sync completions bash > \"$scripts/cognito-sync\"",
            ],
            prints: &[],
        }],
    ),
    (
        "man",
        &[Example {
            caption: "Install the man pages for yourself:",
            typed: &["cognito-sync man --out \"$HOME/.local/share/man/man1\""],
            prints: &[],
        }],
    ),
    (
        "serve",
        &[Example {
            caption: "Run it beside a script, on a free port and without keeping anything:",
            typed: &[
                "cognito-sync serve --listen 127.0.0.1:0 --store :memory: \\",
                "    > service.txt 2> service.log &",
                "until [ -s service.txt ]; do sleep 0.1; done",
                "export AWS_ENDPOINT_URL_COGNITO_SYNC=\"$(sed 's/.* on //' service.txt)\"",
                "cognito-sync list-identity-pool-usage --query Count",
                "kill $!",
            ],
            prints: &["0"],
        }],
    ),
    (
        "bulk-publish",
        &[
            Example {
                caption: "Send all datasets of an identity pool to its stream:",
                typed: &[
                    "cognito-sync bulk-publish \\",
                    "    --identity-pool-id {pool}",
                ],
                prints: &["{", "    \"IdentityPoolId\": \"{pool}\"", "}"],
            },
            Example {
                caption: "Do so in a script, wait until it has ended, and say how:",
                typed: &[
                    "pool={pool}",
                    "cognito-sync bulk-publish --identity-pool-id \"$pool\" --output off",
                    "status() {",
                    "    cognito-sync get-bulk-publish-details --identity-pool-id \"$pool\" \\",
                    "        --query BulkPublishStatus --output text",
                    "}",
                    "while [ \"$(status)\" = IN_PROGRESS ]; do sleep 60; done",
                    "status",
                ],
                prints: &["SUCCEEDED"],
            },
        ],
    ),
    (
        "delete-dataset",
        &[
            Example {
                caption: "Delete a dataset, and see what it was:",
                typed: &[
                    "cognito-sync delete-dataset \\",
                    "    --identity-pool-id {pool} \\",
                    "    --identity-id {identity} \\",
                    "    --dataset-name settings",
                ],
                prints: &DATASET,
            },
            Example {
                caption: "Delete a dataset only if it has no records:",
                typed: &[
                    "set -- \\",
                    "    --identity-pool-id {pool} \\",
                    "    --identity-id {identity} \\",
                    "    --dataset-name settings",
                    "records=$(cognito-sync describe-dataset \"$@\" --query Dataset.NumRecords)",
                    "[ \"$records\" -gt 0 ] || cognito-sync delete-dataset \"$@\"",
                ],
                prints: &[],
            },
        ],
    ),
    (
        "describe-dataset",
        &[
            Example {
                caption: "See how large a dataset is and when it changed:",
                typed: &[
                    "cognito-sync describe-dataset \\",
                    "    --identity-pool-id {pool} \\",
                    "    --identity-id {identity} \\",
                    "    --dataset-name settings",
                ],
                prints: &DATASET,
            },
            Example {
                caption: "Get the number of records alone, for a script:",
                typed: &[
                    "cognito-sync describe-dataset \\",
                    "    --identity-pool-id {pool} \\",
                    "    --identity-id {identity} \\",
                    "    --dataset-name settings --query Dataset.NumRecords",
                ],
                prints: &["2"],
            },
        ],
    ),
    (
        "describe-identity-pool-usage",
        &[
            Example {
                caption: "See what an identity pool stores:",
                typed: &[
                    "cognito-sync describe-identity-pool-usage \\",
                    "    --identity-pool-id {pool} \\",
                    "    --query IdentityPoolUsage",
                ],
                prints: &[
                    "{",
                    "    \"IdentityPoolId\": \"{pool}\",",
                    "    \"DataStorage\": 48231,",
                    "    \"LastModifiedDate\": \"2026-03-01T09:30:00+00:00\"",
                    "}",
                ],
            },
            Example {
                caption: "Get the size in bytes alone, from the region of the identity pool:",
                typed: &[
                    "cognito-sync describe-identity-pool-usage --region us-east-1 \\",
                    "    --identity-pool-id {pool} \\",
                    "    --query IdentityPoolUsage.DataStorage",
                ],
                prints: &["48231"],
            },
        ],
    ),
    (
        "describe-identity-usage",
        &[
            Example {
                caption: "See what an identity stores, as YAML:",
                typed: &[
                    "cognito-sync describe-identity-usage \\",
                    "    --identity-pool-id {pool} \\",
                    "    --identity-id {identity} \\",
                    "    --output yaml",
                ],
                prints: &[
                    "IdentityUsage:",
                    "  DataStorage: 310",
                    "  DatasetCount: 2",
                    "  IdentityId: {identity}",
                    "  IdentityPoolId: {pool}",
                    "  LastModifiedDate: '2026-03-01T09:30:00+00:00'",
                ],
            },
            Example {
                caption: "Get the number of datasets and their size on one line:",
                typed: &[
                    "cognito-sync describe-identity-usage \\",
                    "    --identity-pool-id {pool} \\",
                    "    --identity-id {identity} \\",
                    "    --query 'IdentityUsage.[DatasetCount, DataStorage]' --output text",
                ],
                prints: &["2\t310"],
            },
        ],
    ),
    (
        "get-bulk-publish-details",
        &[
            Example {
                caption: "See how the last bulk publish went:",
                typed: &[
                    "cognito-sync get-bulk-publish-details \\",
                    "    --identity-pool-id {pool}",
                ],
                prints: &[
                    "{",
                    "    \"IdentityPoolId\": \"{pool}\",",
                    "    \"BulkPublishStartTime\": \"2026-03-01T09:30:00+00:00\",",
                    "    \"BulkPublishCompleteTime\": \"2026-03-01T09:41:12.250000+00:00\",",
                    "    \"BulkPublishStatus\": \"SUCCEEDED\"",
                    "}",
                ],
            },
            Example {
                caption: "Get the status and, if there is one, the reason of a failure:",
                typed: &[
                    "cognito-sync get-bulk-publish-details \\",
                    "    --identity-pool-id {pool} \\",
                    "    --query '[BulkPublishStatus, FailureMessage]' --output text",
                ],
                prints: &["SUCCEEDED\tNone"],
            },
        ],
    ),
    (
        "get-cognito-events",
        &[
            Example {
                caption: "See which function is called on which event, as YAML:",
                typed: &[
                    "cognito-sync get-cognito-events \\",
                    "    --identity-pool-id {pool} \\",
                    "    --output yaml",
                ],
                prints: &[
                    "Events:",
                    "  SyncTrigger: arn:aws:lambda:us-east-1:123456789012:function:sync",
                ],
            },
            Example {
                caption: "Get the ARN of the function alone:",
                typed: &[
                    "cognito-sync get-cognito-events \\",
                    "    --identity-pool-id {pool} \\",
                    "    --query Events.SyncTrigger --output text",
                ],
                prints: &["arn:aws:lambda:us-east-1:123456789012:function:sync"],
            },
        ],
    ),
    (
        "get-identity-pool-configuration",
        &[
            Example {
                caption: "See both sections:",
                typed: &[
                    "cognito-sync get-identity-pool-configuration \\",
                    "    --identity-pool-id {pool}",
                ],
                prints: &CONFIGURATION,
            },
            Example {
                caption: "Save the settings to a file, and put them back later:",
                typed: &[
                    "cognito-sync get-identity-pool-configuration \\",
                    "    --identity-pool-id {pool} \\",
                    "    > pool.json",
                    "cognito-sync set-identity-pool-configuration \\",
                    "    --cli-input-json file://pool.json --output off",
                ],
                prints: &[],
            },
        ],
    ),
    (
        "list-datasets",
        &[
            Example {
                caption: "List names, numbers of records and sizes as a table:",
                typed: &[
                    "cognito-sync list-datasets \\",
                    "    --identity-pool-id {pool} \\",
                    "    --identity-id {identity} \\",
                    "    --query 'Datasets[].[DatasetName, NumRecords, DataStorage]' \\",
                    "    --output table",
                ],
                prints: &[
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
                typed: &[
                    "set -- \\",
                    "    --identity-pool-id {pool} \\",
                    "    --identity-id {identity} \\",
                    "    --max-results 10",
                    "token=$(cognito-sync list-datasets \"$@\" --query NextToken --output text)",
                    "cognito-sync list-datasets \"$@\" --next-token \"$token\"",
                ],
                prints: &[],
            },
        ],
    ),
    (
        "list-identity-pool-usage",
        &[
            Example {
                caption: "List the identity pools that store anything:",
                typed: &[
                    "cognito-sync list-identity-pool-usage \\",
                    "    --query 'IdentityPoolUsages[?DataStorage > `0`].IdentityPoolId' \\",
                    "    --output text",
                ],
                prints: &["{pool}"],
            },
            Example {
                caption: "Find the identity pool of a page that stores most:",
                typed: &[
                    "cognito-sync list-identity-pool-usage --max-results 50 \\",
                    "    --query 'max_by(IdentityPoolUsages, &DataStorage)'",
                ],
                prints: &[
                    "{",
                    "    \"IdentityPoolId\": \"{pool}\",",
                    "    \"DataStorage\": 48231,",
                    "    \"LastModifiedDate\": \"2026-03-01T09:30:00+00:00\"",
                    "}",
                ],
            },
        ],
    ),
    (
        "list-records",
        &[
            Example {
                caption: "List all records of a dataset with their sync counts; removed ones have no value:",
                typed: &[
                    "cognito-sync list-records \\",
                    "    --identity-pool-id {pool} \\",
                    "    --identity-id {identity} \\",
                    "    --dataset-name settings \\",
                    "    --query 'Records[].[Key, Value, SyncCount]' --output text",
                ],
                prints: &["font\tNone\t5", "theme\tdark\t5"],
            },
            Example {
                caption: "Ask whether anything changed after sync count 4:",
                typed: &[
                    "cognito-sync list-records \\",
                    "    --identity-pool-id {pool} \\",
                    "    --identity-id {identity} \\",
                    "    --dataset-name settings --last-sync-count 4 \\",
                    "    --query 'DatasetSyncCount > `4`'",
                ],
                prints: &["true"],
            },
            Example {
                caption: "Open a sync session for an update:",
                typed: &[
                    "token=$(cognito-sync list-records \\",
                    "    --identity-pool-id {pool} \\",
                    "    --identity-id {identity} \\",
                    "    --dataset-name settings --query SyncSessionToken --output text)",
                ],
                prints: &[],
            },
        ],
    ),
    (
        "register-device",
        &[
            Example {
                caption: "Register an Android device by the token that it got for push messages:",
                typed: &[
                    "cognito-sync register-device \\",
                    "    --identity-pool-id {pool} \\",
                    "    --identity-id {identity} \\",
                    "    --platform GCM --token token-of-the-push-service",
                ],
                prints: &[
                    "{",
                    "    \"DeviceId\": \"6a1d9c52-3e4f-4b5a-8c7d-9e0f1a2b3c4d\"",
                    "}",
                ],
            },
            Example {
                caption: "Register a device and subscribe it to a dataset:",
                typed: &[
                    "set -- \\",
                    "    --identity-pool-id {pool} \\",
                    "    --identity-id {identity}",
                    "device=$(cognito-sync register-device \"$@\" --platform APNS \\",
                    "    --token token-of-the-push-service --query DeviceId --output text)",
                    "cognito-sync subscribe-to-dataset \"$@\" --dataset-name settings \\",
                    "    --device-id \"$device\"",
                ],
                prints: &[],
            },
        ],
    ),
    (
        "set-cognito-events",
        &[
            Example {
                caption: "Have a function called before records change:",
                typed: &[
                    "cognito-sync set-cognito-events \\",
                    "    --identity-pool-id {pool} \\",
                    "    --events \\",
                    "        SyncTrigger=arn:aws:lambda:us-east-1:123456789012:function:sync",
                ],
                prints: &[],
            },
            Example {
                caption: "Have no function called any more:",
                typed: &[
                    "cognito-sync set-cognito-events \\",
                    "    --identity-pool-id {pool} \\",
                    "    --events SyncTrigger=",
                ],
                prints: &[],
            },
        ],
    ),
    (
        "set-identity-pool-configuration",
        &[
            Example {
                caption: "Set both sections, in shorthand:",
                typed: &[
                    "role=arn:aws:iam::123456789012:role",
                    "app=arn:aws:sns:us-east-1:123456789012:app/GCM/my-app",
                    "cognito-sync set-identity-pool-configuration \\",
                    "    --identity-pool-id {pool} \\",
                    "    --push-sync \"ApplicationArns=[$app],RoleArn=$role/push-sync\" \\",
                    "    --cognito-streams \\",
                    "        StreamName=updates,RoleArn=$role/streams,StreamingStatus=ENABLED",
                ],
                prints: &CONFIGURATION,
            },
            Example {
                caption: "Switch streaming off, with the stream's settings and push sync kept as they are:",
                typed: &[
                    "cognito-sync get-identity-pool-configuration \\",
                    "    --identity-pool-id {pool} |",
                    "    sed 's/\"ENABLED\"/\"DISABLED\"/' > pool.json",
                    "cognito-sync set-identity-pool-configuration \\",
                    "    --cli-input-json file://pool.json \\",
                    "    --query CognitoStreams.StreamingStatus",
                ],
                prints: &["\"DISABLED\""],
            },
            Example {
                caption: "End push sync, in JSON:",
                typed: &[
                    "cognito-sync set-identity-pool-configuration \\",
                    "    --identity-pool-id {pool} \\",
                    "    --push-sync '{}'",
                ],
                prints: &[],
            },
            Example {
                caption: "Write an input to fill in, then use it:",
                typed: &[
                    "cognito-sync set-identity-pool-configuration \\",
                    "    --generate-cli-skeleton yaml-input > input.yaml",
                    "${EDITOR:-vi} input.yaml",
                    "cognito-sync set-identity-pool-configuration \\",
                    "    --cli-input-yaml file://input.yaml",
                ],
                prints: &[],
            },
        ],
    ),
    (
        "subscribe-to-dataset",
        &[
            Example {
                caption: "Have a device told when a dataset changes:",
                typed: &[
                    "cognito-sync subscribe-to-dataset \\",
                    "    --identity-pool-id {pool} \\",
                    "    --identity-id {identity} \\",
                    "    --dataset-name settings \\",
                    "    --device-id 6a1d9c52-3e4f-4b5a-8c7d-9e0f1a2b3c4d",
                ],
                prints: &[],
            },
            Example {
                caption: "Subscribe a device to every dataset of its identity:",
                typed: &[
                    "set -- \\",
                    "    --identity-pool-id {pool} \\",
                    "    --identity-id {identity}",
                    "for name in $(cognito-sync list-datasets \"$@\" \\",
                    "    --query 'Datasets[].DatasetName' --output text)",
                    "do",
                    "    cognito-sync subscribe-to-dataset \"$@\" --dataset-name \"$name\" \\",
                    "        --device-id 6a1d9c52-3e4f-4b5a-8c7d-9e0f1a2b3c4d",
                    "done",
                ],
                prints: &[],
            },
        ],
    ),
    (
        "unsubscribe-from-dataset",
        &[
            Example {
                caption: "Have a device no longer told when a dataset changes:",
                typed: &[
                    "cognito-sync unsubscribe-from-dataset \\",
                    "    --identity-pool-id {pool} \\",
                    "    --identity-id {identity} \\",
                    "    --dataset-name settings \\",
                    "    --device-id 6a1d9c52-3e4f-4b5a-8c7d-9e0f1a2b3c4d",
                ],
                prints: &[],
            },
            Example {
                caption: "Give the same input as one JSON document:",
                typed: &[
                    "cognito-sync unsubscribe-from-dataset --cli-input-json '{",
                    "    \"IdentityPoolId\": \"{pool}\",",
                    "    \"IdentityId\": \"{identity}\",",
                    "    \"DatasetName\": \"settings\",",
                    "    \"DeviceId\": \"6a1d9c52-3e4f-4b5a-8c7d-9e0f1a2b3c4d\"",
                    "}'",
                ],
                prints: &[],
            },
        ],
    ),
    (
        "update-records",
        &[
            Example {
                caption: "Open a sync session, then add a record and remove another one:",
                typed: &[
                    "set -- \\",
                    "    --identity-pool-id {pool} \\",
                    "    --identity-id {identity} \\",
                    "    --dataset-name settings",
                    "token=$(cognito-sync list-records \"$@\" \\",
                    "    --query SyncSessionToken --output text)",
                    "cognito-sync update-records \"$@\" --sync-session-token \"$token\" \\",
                    "    --record-patches Op=replace,Key=theme,Value=dark,SyncCount=0 \\",
                    "        Op=remove,Key=font,SyncCount=3 \\",
                    "    --query 'Records[].[Key, SyncCount]' --output text",
                ],
                prints: &["font\t5", "theme\t5"],
            },
            Example {
                caption: "Write a value that has commas and quotes, in JSON, with a token of `list-records`:",
                typed: &[
                    "cognito-sync update-records \\",
                    "    --identity-pool-id {pool} \\",
                    "    --identity-id {identity} \\",
                    "    --dataset-name settings --sync-session-token \"$token\" \\",
                    "    --record-patches '[{\"Op\": \"replace\", \"Key\": \"recent\",",
                    "        \"Value\": \"[\\\"a\\\", \\\"b\\\"]\", \"SyncCount\": 5}]'",
                ],
                prints: &[],
            },
            Example {
                caption: "Take a value from a file, with a token of `list-records`:",
                typed: &[
                    "printf '%s' 'light, high contrast' > theme.txt",
                    "cognito-sync update-records \\",
                    "    --identity-pool-id {pool} \\",
                    "    --identity-id {identity} \\",
                    "    --dataset-name settings --sync-session-token \"$token\" \\",
                    "    --record-patches \\",
                    "        Op=replace,Key=theme,Value@=file://theme.txt,SyncCount=5",
                ],
                prints: &[],
            },
        ],
    ),
];

/// A dataset as both operations that give one print it.
static DATASET: [&str; 11] = [
    "{",
    "    \"Dataset\": {",
    "        \"IdentityId\": \"{identity}\",",
    "        \"DatasetName\": \"settings\",",
    "        \"CreationDate\": \"2026-01-15T18:00:00+00:00\",",
    "        \"LastModifiedDate\": \"2026-03-01T09:30:00+00:00\",",
    "        \"LastModifiedBy\": \"123456789012\",",
    "        \"DataStorage\": 24,",
    "        \"NumRecords\": 2",
    "    }",
    "}",
];

/// The settings of an identity pool as both operations that give them print them.
static CONFIGURATION: [&str; 14] = [
    "{",
    "    \"IdentityPoolId\": \"{pool}\",",
    "    \"PushSync\": {",
    "        \"ApplicationArns\": [",
    "            \"arn:aws:sns:us-east-1:123456789012:app/GCM/my-app\"",
    "        ],",
    "        \"RoleArn\": \"arn:aws:iam::123456789012:role/push-sync\"",
    "    },",
    "    \"CognitoStreams\": {",
    "        \"StreamName\": \"updates\",",
    "        \"RoleArn\": \"arn:aws:iam::123456789012:role/streams\",",
    "        \"StreamingStatus\": \"ENABLED\"",
    "    }",
    "}",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::own::{OWN_COMMANDS, OwnCommand};
    use crate::model::{OPERATIONS, Operation};

    #[test]
    fn every_operation_has_two_examples_and_they_fit() {
        let commands: Vec<_> = OPERATIONS.iter().map(Operation::command).collect();
        let named: Vec<_> = EXAMPLES.iter().map(|(name, _)| *name).collect();
        assert_eq!(named[1 + OWN_COMMANDS.len()..], commands);
        for (name, examples) in &EXAMPLES {
            let own = OwnCommand::named(name).is_some();
            assert!(examples.len() >= if own { 1 } else { 2 }, "{name}");
            for example in *examples {
                assert!(example.caption.ends_with(':'), "{}", example.caption);
                let typed = example.typed("cognito-sync");
                assert!(
                    typed.contains(&format!("cognito-sync {name} ")) || *name == "cognito-sync"
                );
                let prints = example.prints().unwrap_or_default();
                for line in typed.lines().chain(prints.lines()) {
                    assert!(line.len() <= 72, "{line}");
                }
            }
        }
    }

    #[test]
    fn the_prefix_is_the_callers() {
        let typed = of("man")[0].typed("aws cognito-sync");
        assert!(typed.starts_with("aws cognito-sync man "), "{typed}");
        assert!(
            of("update-records")[0]
                .typed("aws cognito-sync")
                .contains("$(aws cognito-sync ")
        );
        assert!(of("none").is_empty());
    }
}
