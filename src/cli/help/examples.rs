//! The examples of the program and its subcommands; those of operations stand in the `model`.

use crate::model::Example;

/// The examples for a command, or for the program itself under the name `cognito-sync`.
pub fn of(command: &str) -> &'static [Example] {
    EXAMPLES
        .iter()
        .find(|(name, _)| *name == command)
        .map_or(&[], |(_, examples)| *examples)
}

static EXAMPLES: &[(&str, &[Example])] = &[
    (
        "cognito-sync",
        &[
            Example {
                caption: "See which identity pools of a region store data, as a table:",
                commands: &[
                    "cognito-sync list-identity-pool-usage --region us-east-1 \\",
                    "    --query 'IdentityPoolUsages[].[IdentityPoolId, DataStorage]' \\",
                    "    --output table",
                ],
                output: &[
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
                commands: &[
                    "cognito-sync set-identity-pool-configuration \\",
                    "    --generate-cli-skeleton yaml-input > input.yaml",
                ],
                output: &[],
            },
        ],
    ),
    (
        "apply",
        &[Example {
            caption: "See what would be changed, and change it:",
            commands: &[
                "cognito-sync pull > pools.yaml \\",
                "    --identity-pool-id {pool}",
                "sed 's/Status: ENABLED/Status: DISABLED/' pools.yaml > new.yaml",
                "cognito-sync apply new.yaml --dry-run",
                "cognito-sync apply new.yaml --yes",
            ],
            output: &[
                "{pool} differs (new.yaml:3:5)",
                "  - CognitoStreams.StreamingStatus: ENABLED",
                "  + CognitoStreams.StreamingStatus: DISABLED",
                "1 pool: 1 differs",
                "{pool} changed (new.yaml:3:5)",
                "  - CognitoStreams.StreamingStatus: ENABLED",
                "  + CognitoStreams.StreamingStatus: DISABLED",
                "1 pool: 1 changed",
            ],
        }],
    ),
    (
        "completions",
        &[Example {
            caption: "Have bash load the script when it is needed, where bash-completion is installed:",
            commands: &[
                "scripts=$HOME/.local/share/bash-completion/completions",
                "mkdir -p \"$scripts\"",
                "cognito-sync completions bash > \"$scripts/cognito-sync\"",
            ],
            output: &[],
        }],
    ),
    (
        "diff",
        &[Example {
            caption: "Find out whether an identity pool is still as it was:",
            commands: &[
                "cognito-sync pull > pools.yaml \\",
                "    --identity-pool-id {pool}",
                "cognito-sync diff pools.yaml",
            ],
            output: &["1 pool: no differences"],
        }],
    ),
    (
        "export",
        &[Example {
            caption: "Write what a dataset of an identity has to a compressed file:",
            commands: &[
                "cognito-sync export --to records.ndjson.gz \\",
                "    --identity-pool-id us-east-1:2f1c6e5e-0d3b-4a6f-9c52-1d2e3f4a5b6c \\",
                "    --identity-id us-east-1:8a3b1f0e-7c6d-4e5f-8a9b-0c1d2e3f4a5b \\",
                "    --dataset settings",
            ],
            output: &[],
        }],
    ),
    (
        "import",
        &[Example {
            caption: "See what an import would do, without a file in between:",
            commands: &[
                "cognito-sync export --dataset settings \\",
                "    --identity-pool-id us-east-1:2f1c6e5e-0d3b-4a6f-9c52-1d2e3f4a5b6c \\",
                "    --identity-id us-east-1:8a3b1f0e-7c6d-4e5f-8a9b-0c1d2e3f4a5b |",
                "    cognito-sync import - --dry-run --on-conflict keep",
            ],
            output: &[],
        }],
    ),
    (
        "inventory",
        &[
            Example {
                caption: "Find the identity pools with data in all regions, the largest last:",
                commands: &[
                    "cognito-sync inventory --all-regions --output text \\",
                    "    --query 'sort_by(IdentityPools, &DataStorage)[?DataStorage > `0`].[",
                    "        DataStorage, LastModifiedDate, IdentityPoolId]'",
                ],
                output: &[],
            },
            Example {
                caption: "See which permissions are missing for a whole inventory:",
                commands: &["cognito-sync inventory --query 'Errors[].Permission'"],
                output: &["[]"],
            },
        ],
    ),
    (
        "man",
        &[Example {
            caption: "Install the man pages for yourself:",
            commands: &["cognito-sync man --out \"$HOME/.local/share/man\""],
            output: &[],
        }],
    ),
    (
        "pull",
        &[
            Example {
                caption: "Keep the configuration of all identity pools of a region in a file:",
                commands: &["cognito-sync pull --all --region us-east-1 > pools.yaml"],
                output: &[],
            },
            Example {
                caption: "Print that of an identity pool as properties for CloudFormation:",
                commands: &[
                    "cognito-sync pull --format cloudformation \\",
                    "    --identity-pool-id {pool}",
                ],
                output: &[],
            },
        ],
    ),
    (
        "schema",
        &[Example {
            caption: "Let editors check the state files of a folder:",
            commands: &["cognito-sync schema > cognito-sync.schema.json"],
            output: &[],
        }],
    ),
    (
        "verify",
        &[Example {
            caption: "Check a dataset against the export of it:",
            commands: &[
                "cognito-sync export --to records.ndjson --dataset settings \\",
                "    --identity-pool-id us-east-1:2f1c6e5e-0d3b-4a6f-9c52-1d2e3f4a5b6c \\",
                "    --identity-id us-east-1:8a3b1f0e-7c6d-4e5f-8a9b-0c1d2e3f4a5b \\",
                "    > summary.json",
                "cognito-sync verify records.ndjson",
            ],
            output: &["1 record: no differences"],
        }],
    ),
    (
        "serve",
        &[
            Example {
                caption: "Run a command, such as a test suite, with a service of its own:",
                commands: &[
                    "cognito-sync serve -- \\",
                    "    cognito-sync list-identity-pool-usage --query Count",
                ],
                output: &["0"],
            },
            Example {
                caption: "Run it beside a script, on a free port and without keeping anything:",
                commands: &[
                    "cognito-sync serve --listen 0 --store :memory: --ready-file url \\",
                    "    > service.txt 2> service.log &",
                    "while kill -0 $! && [ ! -e url ]; do sleep 0.1; done",
                    "export AWS_ENDPOINT_URL_COGNITO_SYNC=\"$(cat url)\"",
                    "export AWS_ENDPOINT_URL_COGNITO_IDENTITY=\"$(cat url)\"",
                    "cognito-sync list-identity-pool-usage --query Count",
                    "kill $!",
                ],
                output: &["0"],
            },
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::subcommands::{self, SUBCOMMANDS};
    use crate::model::OPERATIONS;

    fn assert_fit(name: &str, examples: &[Example]) {
        for example in examples {
            assert!(example.caption.ends_with(':'), "{}", example.caption);
            let typed = example.commands("cognito-sync");
            assert!(typed.contains(&format!("cognito-sync {name} ")) || name == "cognito-sync");
            let prints = example.output().unwrap_or_default();
            for line in typed.lines().chain(prints.lines()) {
                assert!(line.len() <= 72, "{line}");
            }
        }
    }

    #[test]
    fn every_operation_has_two_examples_that_fit() {
        for operation in &OPERATIONS {
            assert!(operation.examples.len() >= 2, "{}", operation.name);
            assert_fit(&operation.command(), operation.examples);
        }
    }

    #[test]
    fn every_subcommand_has_an_example_that_fits() {
        let named: Vec<_> = EXAMPLES.iter().map(|(name, _)| *name).collect();
        let commands = SUBCOMMANDS.iter().map(|subcommand| subcommand.name);
        assert_eq!(named[0], "cognito-sync");
        assert!(commands.clone().all(|command| named.contains(&command)));
        for (name, examples) in EXAMPLES {
            assert!(*name == "cognito-sync" || subcommands::named(name).is_some());
            assert_fit(name, examples);
        }
    }

    #[test]
    fn the_prefix_is_the_callers() {
        let typed = of("man")[0].commands("aws cognito-sync");
        assert!(typed.starts_with("aws cognito-sync man "), "{typed}");
        let update = OPERATIONS.iter().find(|o| o.name == "UpdateRecords");
        let update = update.expect("an operation").examples[0].commands("aws cognito-sync");
        assert!(update.contains("$(aws cognito-sync "), "{update}");
        assert!(of("none").is_empty());
    }
}
