//! The page on the program itself: all operations and commands, the global options, and what is
//! the same for every operation. What single operations do is told elsewhere (`content`).

use super::content::{examples_section, option_entry, section};
use super::examples;
use super::page::{Block, Entry, Page, Style, Text};
use super::subcommand_page;
use crate::cli::AWS_CLI_VERSION;
use crate::cli::options::GLOBALS;
use crate::cli::subcommand::{SUBCOMMANDS, Subcommand};
use crate::model::{Group, OPERATIONS, Operation, REGIONS};

/// The groups of operations, with their titles.
const GROUPS: [(Group, &str); 6] = [
    (Group::Configuration, "Settings of an identity pool:"),
    (Group::Publishing, "Publishing to a stream:"),
    (Group::Events, "Events and the functions that they call:"),
    (Group::Datasets, "Datasets and records of an identity:"),
    (Group::Devices, "Devices and their push messages:"),
    (Group::Usage, "Usage:"),
];

/// Exit statuses with their meanings.
const STATUSES: [(&str, &str); 6] = [
    ("0", "Done."),
    ("130", "Interrupted, as by Ctrl-C."),
    (
        "252",
        "The command line or the input is wrong; nothing was sent.",
    ),
    (
        "253",
        "There is no region, or there are no credentials; nothing was sent.",
    ),
    ("254", "The service refused."),
    (
        "255",
        "Anything else: no connection, settings that cannot be read, text where a number belongs.",
    ),
];

/// Environment variables with what they say.
const VARIABLES: [(&[&str], &str); 20] = [
    (
        &[
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
            "AWS_SECURITY_TOKEN",
        ],
        "Credentials, unless `--profile` is given.",
    ),
    (
        &[
            "AWS_WEB_IDENTITY_TOKEN_FILE",
            "AWS_ROLE_ARN",
            "AWS_ROLE_SESSION_NAME",
        ],
        "File with a web identity's token, the role that it is exchanged for, and the session's name.",
    ),
    (
        &[
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        ],
        "Where a container gets its credentials.",
    ),
    (
        &[
            "AWS_METADATA_SERVICE_TIMEOUT",
            "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
        ],
        "How long, in seconds, and how often an EC2 instance is asked for its credentials.",
    ),
    (
        &["AWS_PROFILE", "AWS_DEFAULT_PROFILE"],
        "Profile; `--profile` comes first.",
    ),
    (
        &["AWS_REGION", "AWS_DEFAULT_REGION"],
        "Region; `--region` comes first.",
    ),
    (
        &["AWS_ENDPOINT_URL_COGNITO_SYNC", "AWS_ENDPOINT_URL"],
        "Where requests are sent; `--endpoint-url` comes first.",
    ),
    (
        &["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"],
        "With `true`, only `--endpoint-url` says where requests are sent.",
    ),
    (
        &["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"],
        "With `true`, the service's own endpoint of that kind is used.",
    ),
    (
        &["AWS_DEFAULT_OUTPUT"],
        "Form of what is printed; `--output` comes first.",
    ),
    (
        &["AWS_CLI_ERROR_FORMAT"],
        "Form of error messages; `--cli-error-format` comes first.",
    ),
    (
        &["AWS_MAX_ATTEMPTS", "AWS_RETRY_MODE"],
        "How often a request is tried, 3 times by default, and how: `standard` or `adaptive`.",
    ),
    (
        &["AWS_NEW_RETRIES_2026"],
        "With `true`, retries follow the rules that AWS announced in 2026: shorter delays, except after \
         throttling, and longer ones where the service asks for them.",
    ),
    (
        &["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"],
        "The shared files; by default `~/.aws/config` and `~/.aws/credentials`.",
    ),
    (
        &["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"],
        "File of the authorities to trust instead of the usual ones; `--ca-bundle` comes first.",
    ),
    (
        &["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"],
        "Proxies by the scheme of the endpoint, and hosts that need none; lower case does, too, and \
         comes first.",
    ),
    (
        &["COGNITO_SYNC_STORE"],
        "The store of `--local` and `serve`; by default a file in the folder for users' data.",
    ),
    (
        &["COGNITO_SYNC_HINTS"],
        "Whether hints and warnings are printed on standard error: `always`, `never`, or `auto`, which is \
         where it is a terminal.",
    ),
    (&["TZ"], "Time zone that moments are printed in."),
    (
        &["NO_COLOR"],
        "With any value, nothing is coloured unless `--color on` asks for it.",
    ),
];

/// The page on the program that is called by `prefix`.
pub fn page(prefix: &str) -> Page {
    Page {
        name: prefix.split(' ').map(str::to_string).collect(),
        summary: "call Amazon Cognito Sync".to_string(),
        sections: vec![
            section("SYNOPSIS", synopsis(prefix)),
            section("DESCRIPTION", description(prefix)),
            section("OPERATIONS", operations()),
            section("OTHER COMMANDS", subcommands(prefix)),
            section("ALIASES", aliases()),
            section("VALUES", values()),
            section("GLOBAL OPTIONS", global_options()),
            section("EXIT STATUS", exit_statuses()),
            section("ENVIRONMENT", environment()),
            examples_section(prefix, examples::of("cognito-sync")),
        ],
        see_also: OPERATIONS
            .iter()
            .map(|operation| format!("{prefix} {}", operation.command()).replace(' ', "-"))
            .collect(),
    }
}

fn synopsis(prefix: &str) -> Vec<Block> {
    let lines = [
        format!("`{prefix}` [GLOBAL OPTIONS] OPERATION [OPTIONS]"),
        format!("`{prefix} help` [OPERATION]"),
    ];
    let lines = lines.into_iter().map(Text::marked);
    let subcommands = SUBCOMMANDS
        .iter()
        .map(|subcommand| subcommand_page::synopsis(prefix, subcommand));
    let entry = |term| Entry {
        term,
        body: Vec::new(),
    };
    vec![Block::tight(lines.chain(subcommands).map(entry).collect())]
}

fn description(prefix: &str) -> Vec<Block> {
    let regions: Vec<_> = REGIONS.iter().map(|(region, _)| *region).collect();
    let paragraphs = [
        format!(
            "Calls the operations of Amazon Cognito Sync. Options, requests, what is printed and \
             exit statuses are those of `aws cognito-sync` in AWS CLI {AWS_CLI_VERSION}. Called \
             under the name `aws`, the program expects the word `cognito-sync` before the \
             operation."
        ),
        format!(
            "`{prefix} OPERATION help` tells more about an operation. `--help` and `-h` do so, \
             too, wherever they stand."
        ),
        format!(
            "An identity pool lives in the region that its id begins with, and is not found in \
             any other. The AWS CLI knows the service in {}.",
            regions.join(", ")
        ),
        "Since July 30, 2026 the service takes no new customers; those that it has can go on \
         using it."
            .to_string(),
    ];
    paragraphs.map(Block::paragraph).into()
}

fn operations() -> Vec<Block> {
    let entry = |operation: &&Operation| Entry {
        term: Text::of(Style::Literal, operation.command()),
        body: vec![Block::paragraph(operation.doc)],
    };
    let groups = GROUPS.iter().map(|(group, title)| Entry {
        term: Text::of(Style::Plain, *title),
        body: vec![Block::tight(
            operations_of(*group).iter().map(entry).collect(),
        )],
    });
    vec![Block::List {
        entries: groups.collect(),
        spaced: true,
    }]
}

fn operations_of(group: Group) -> Vec<&'static Operation> {
    let mut operations = OPERATIONS.to_vec();
    operations.retain(|operation| operation.group == group);
    operations.sort_by_key(|operation| operation.rank);
    operations
}

fn subcommands(prefix: &str) -> Vec<Block> {
    let entry = |subcommand: &Subcommand| Entry {
        term: Text::of(Style::Literal, subcommand.name),
        body: vec![Block::paragraph(format!(
            "{} See `{prefix} {} help`.",
            subcommand.doc, subcommand.name
        ))],
    };
    vec![
        Block::paragraph(
            "The AWS CLI does not have these. Each takes the global options that mean something to it.",
        ),
        Block::tight(SUBCOMMANDS.iter().map(entry).collect()),
    ]
}

fn aliases() -> Vec<Block> {
    [
        "`~/.aws/cli/alias` holds the user's aliases, as for the AWS CLI. Those of the section \
         `[command cognito-sync]` stand in the place of an operation: `NAME = ARGUMENTS` for an \
         operation with options, or for either of them; `NAME = !COMMAND` for a shell command, \
         which gets the arguments behind the alias. Global options of an alias override those of \
         the command line; `--profile` and `--debug` cannot be among them.",
        "An alias goes before an operation or command of the same name. In the alias of an \
         operation's own name, the operation is meant: `bulk-publish = bulk-publish --output text`. \
         A section such as `[command cognito-sync bulk-publish]` holds aliases that stand behind \
         that operation. The section `[toplevel]` holds those in the place of `cognito-sync`: \
         under the name `aws` all that lead to it, and otherwise one of this name.",
    ]
    .map(Block::paragraph)
    .into()
}

fn values() -> Vec<Block> {
    [
        "A value that begins with `file://` is read from the file of that path, and with \
         `fileb://` likewise as bytes.",
        "Structures, maps and lists of such can be typed in shorthand, \
         `Key=value,Other=[one,two]`, or as JSON. In shorthand, quotes around a value keep \
         commas in it, and `Key@=file://PATH` takes the value from a file. Either should stand \
         in quotes where it has characters that mean something to the shell.",
        "`--cli-input-json` and `--cli-input-yaml` take the whole input as one document; \
         options that are typed beside them replace its members. `--generate-cli-skeleton` \
         prints such a document to fill in, and with `yaml-input` one with comments.",
    ]
    .map(Block::paragraph)
    .into()
}

fn global_options() -> Vec<Block> {
    vec![
        Block::paragraph("They may stand before or after the operation."),
        Block::tight(GLOBALS.iter().map(option_entry).collect()),
    ]
}

fn exit_statuses() -> Vec<Block> {
    let entry = |(status, meaning): &(&'static str, &'static str)| Entry {
        term: Text::of(Style::Literal, *status),
        body: vec![Block::paragraph(*meaning)],
    };
    vec![Block::tight(STATUSES.iter().map(entry).collect())]
}

fn environment() -> Vec<Block> {
    let entry = |(names, meaning): &(&[&str], &'static str)| Entry {
        term: Text::marked(format!("`{}`", names.join("`, `"))),
        body: vec![Block::paragraph(*meaning)],
    };
    vec![Block::tight(VARIABLES.iter().map(entry).collect())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_shown_once() {
        let shown = GROUPS.iter().map(|(group, _)| operations_of(*group).len());
        assert_eq!(shown.sum::<usize>(), OPERATIONS.len());
    }
}
