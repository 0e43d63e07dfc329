//! The topic `state-files`: what a state file holds, and how editors and CI use it.

use super::{Topic, list, paragraphs};
use crate::cli::help::content::section;
use crate::cli::help::page::Block;

pub(super) const STATE_FILES: Topic = Topic {
    name: "state-files",
    summary: "the configuration of identity pools as files",
    commands: &["apply", "diff", "pull", "schema"],
    sections: |_| {
        vec![
            paragraphs("DESCRIPTION", &DESCRIPTION),
            section("EXAMPLE", vec![Block::Code(EXAMPLE.join("\n"))]),
            list("KEYS", &KEYS),
            paragraphs("RULES", &RULES),
            paragraphs("VARIABLES", &VARIABLES),
            section("EDITORS", editors()),
            section("GITHUB AND GITLAB", continuous_integration()),
        ]
    },
};

const DESCRIPTION: [&str; 2] = [
    "A state file describes the configuration of any number of identity pools: push synchronization, \
     streams and Lambda functions. `pull` writes it from the service, `diff` compares it with the service, \
     and `apply` changes what differs.",
    "It is YAML or JSON, or a stream of several documents (in YAML between lines of `---`). Several files \
     may be given; `-` is standard input. A file is JSON if its name ends in `.json`, or if it begins with \
     `{` or `[` and its name does not end in `.yaml` or `.yml`.",
];

const EXAMPLE: [&str; 15] = [
    "# yaml-language-server: $schema=cognito-sync.schema.json",
    "pools:",
    "  - IdentityPoolId: us-east-1:2f1c6e5e-0d3b-4a6f-9c52-1d2e3f4a5b6c",
    "    PushSync:",
    "      ApplicationArns:",
    "        - arn:aws:sns:us-east-1:123456789012:app/GCM/my-app",
    "      RoleArn: arn:aws:iam::123456789012:role/push-sync",
    "    CognitoStreams:",
    "      StreamName: updates",
    "      RoleArn: arn:aws:iam::123456789012:role/streams",
    "      StreamingStatus: ENABLED",
    "    Events:",
    "      SyncTrigger: arn:aws:lambda:us-east-1:123456789012:function:sync",
    "  - IdentityPoolId: us-east-1:8a3b1f0e-7c6d-4e5f-8a9b-0c1d2e3f4a5b",
    "    PushSync: {}",
];

const KEYS: [(&str, &str); 7] = [
    ("`pools`", "List of identity pools. `pools: []` is allowed."),
    (
        "`$schema`",
        "The schema, beside `pools`. Only editors read it.",
    ),
    (
        "`IdentityPoolId`",
        "Id of the identity pool; the only key that each pool must have.",
    ),
    (
        "`Region`",
        "Region of the identity pool. Without it, the prefix of the id counts.",
    ),
    (
        "`PushSync`",
        "`ApplicationArns`, a list whose order means nothing, and `RoleArn`.",
    ),
    (
        "`CognitoStreams`",
        "`StreamName`, `RoleArn` and `StreamingStatus`, ENABLED or DISABLED. A `DisabledReason` is \
         accepted and left out.",
    ),
    (
        "`Events`",
        "ARN of a Lambda function for each event. The service knows SyncTrigger only; others get a \
         warning on a terminal.",
    ),
];

const RULES: [&str; 5] = [
    "A section that is absent is left as it is. One that is there is set as a whole: members that it \
     lacks are removed, and an empty one, `{}`, is cleared. null is an error, since it does not say which.",
    "Each identity pool may be described once in all files together.",
    "Unknown and duplicate keys, and values of other types, are errors. Numbers, dates, `true` and \
     `false` must be quoted to be strings. Anchors, aliases and merge keys (`<<`) may be used in YAML.",
    "All mistakes in all files are reported together, each as `FILE:LINE:COLUMN` with the line and a \
     remedy; of more than ten, the first ten and the number of others. The status is 252, and nothing is \
     sent.",
    "Files are UTF-8, with or without byte order mark, of at most 128 MiB.",
];

const VARIABLES: [&str; 3] = [
    "With `--expand`, `${VAR}` in a string is replaced by the environment variable VAR, and \
     `${VAR:-default}` by the default where VAR is unset or empty. A variable without default must be \
     set. `$$` is a `$`. A default may hold variables.",
    "Values are replaced after the file has been parsed, so that none of them can add keys. Keys are not \
     expanded. Errors do not show the values of variables.",
    "Without `--expand`, `${VAR}` is taken as it stands, with a warning on a terminal.",
];

fn editors() -> Vec<Block> {
    vec![
        Block::paragraph(
            "`schema` prints a JSON Schema, from which editors complete, explain and check state files. \
             It has no public address. The first line of a file that `pull` writes, and `$schema` in JSON, \
             name a file beside it, which this command makes:",
        ),
        Block::Code("cognito-sync schema > cognito-sync.schema.json".to_string()),
        Block::paragraph(
            "In Visual Studio Code, the extension YAML of Red Hat reads that line. For all files of a \
             name, `.vscode/settings.json` may say:",
        ),
        Block::Code(
            "\"yaml.schemas\": {\"./cognito-sync.schema.json\": \"*.cognito-sync.yaml\"}"
                .to_string(),
        ),
    ]
}

fn continuous_integration() -> Vec<Block> {
    vec![
        Block::paragraph(
            "In GitHub Actions, differences and failures become annotations of the lines, with a summary. \
             Differences end the step with status 1:",
        ),
        Block::Code("- run: cognito-sync diff pools.yaml".to_string()),
        Block::paragraph("In GitLab, the report of code quality shows them in merge requests:"),
        Block::Code(
            "script: cognito-sync diff --output gitlab pools.yaml > report.json\n\
             artifacts: {when: always, reports: {codequality: report.json}}"
                .to_string(),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::configuration::state_file::{LoadOptions, load};
    use crate::diagnostics::{Diagnostics, Stderr};
    use crate::environment::Environment;

    #[test]
    fn example_is_a_state_file() {
        let options = LoadOptions {
            expand: false,
            environment: &Environment::default(),
            diagnostics: &Diagnostics::new(Stderr::new(std::io::sink()), false),
        };
        let text = EXAMPLE.join("\n");
        let pools = load(&["-".to_string()], &options, &mut text.as_bytes());
        assert_eq!(pools.map(|pools| pools.len()).ok(), Some(2));
    }
}
