//! The page on the program itself: all operations and commands, the global options, and what is
//! the same for every operation. `content` describes single operations.

use super::content::{examples_section, option_entry, section};
use super::examples;
use super::page::{Block, Entry, Manual, Page, PageReference, Style, Text};
use super::subcommand_page;
use super::topics::{self, TOPICS, Topic};
use crate::cli::options::GLOBALS;
use crate::cli::program::AWS_CLI_VERSION;
use crate::cli::subcommand::Subcommand;
use crate::cli::subcommands::SUBCOMMANDS;
use crate::model::{OPERATIONS, Operation, OperationGroup, REGIONS};

/// The groups of operations, with their titles.
const GROUPS: [(OperationGroup, &str); 6] = [
    (
        OperationGroup::Configuration,
        "Configuration of an identity pool:",
    ),
    (OperationGroup::Publishing, "Bulk publish:"),
    (OperationGroup::Events, "Events:"),
    (
        OperationGroup::Datasets,
        "Datasets and records of an identity:",
    ),
    (OperationGroup::Devices, "Devices and push sync:"),
    (OperationGroup::Usage, "Usage:"),
];

/// The page on the program that is called by `prefix`.
pub fn page(prefix: &str) -> Page {
    Page {
        name: prefix.split(' ').map(str::to_string).collect(),
        manual: Manual::Commands,
        summary: "call Amazon Cognito Sync".to_string(),
        sections: vec![
            section("SYNOPSIS", synopsis(prefix)),
            section("DESCRIPTION", description(prefix)),
            section("OPERATIONS", operations()),
            section("COMMANDS", subcommands(prefix)),
            section("ALIASES", aliases()),
            section("VALUES", values()),
            section("GLOBAL OPTIONS", global_options()),
            section("EXIT STATUS", vec![topics::exit_statuses()]),
            section("TOPICS", topics(prefix)),
            examples_section(prefix, examples::of("cognito-sync")),
        ],
        see_also: see_also(prefix),
    }
}

fn synopsis(prefix: &str) -> Vec<Block> {
    let lines = [
        format!("`{prefix}` [GLOBAL OPTIONS] OPERATION [OPTIONS]"),
        format!("`{prefix} help` [OPERATION|COMMAND|TOPIC]"),
    ];
    let lines = lines.into_iter().map(|line| Entry {
        term: Text::marked(line),
        body: Vec::new(),
    });
    let subcommands = SUBCOMMANDS
        .iter()
        .map(|subcommand| subcommand_page::synopsis(prefix, subcommand));
    vec![Block::tight(lines.chain(subcommands).collect())]
}

fn description(prefix: &str) -> Vec<Block> {
    let regions: Vec<_> = REGIONS.iter().map(|(region, _)| *region).collect();
    let paragraphs = [
        format!(
            "Calls the operations of Amazon Cognito Sync. Options, requests, output and exit \
             statuses are those of `aws cognito-sync` in AWS CLI {AWS_CLI_VERSION}. Called as \
             `aws`, the program expects `cognito-sync` before the operation."
        ),
        format!(
            "`{prefix} OPERATION help` describes an operation, as do `--help` and `-h` wherever \
             they stand."
        ),
        format!(
            "An identity pool exists in the region that its id begins with, and in no other. The \
             regions of the service are {}.",
            regions.join(", ")
        ),
        "Since July 30, 2026 the service takes no new customers; existing ones can go on using \
         it."
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

fn operations_of(group: OperationGroup) -> Vec<&'static Operation> {
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
            "The AWS CLI does not have these. Each accepts the global options that apply to it.",
        ),
        Block::tight(SUBCOMMANDS.iter().map(entry).collect()),
    ]
}

fn topics(prefix: &str) -> Vec<Block> {
    let entry = |topic: &Topic| Entry {
        term: Text::of(Style::Literal, topic.name),
        body: vec![Block::paragraph(topic.summary)],
    };
    vec![
        Block::paragraph(format!("`{prefix} help TOPIC` prints one of these pages:")),
        Block::tight(TOPICS.iter().map(entry).collect()),
    ]
}

/// Every other page.
fn see_also(prefix: &str) -> Vec<PageReference> {
    let operations = OPERATIONS.iter().map(|operation| operation.command());
    let subcommands = SUBCOMMANDS
        .iter()
        .map(|subcommand| subcommand.name.to_string());
    let commands = operations.chain(subcommands);
    let commands = commands.map(|command| PageReference::command(&format!("{prefix} {command}")));
    commands
        .chain(TOPICS.iter().map(|topic| topic.reference(prefix)))
        .collect()
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
         under the name `aws` all that lead to it; otherwise one of this name.",
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
        "`--cli-input-json` and `--cli-input-yaml` take the whole input as one document, \
         from standard input with `-`; options that are typed beside them replace its members. `--generate-cli-skeleton` \
         prints such a document to fill in, with `yaml-input` one with comments, and with \
         `example` one that is filled in.",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_shown_once() {
        let shown = GROUPS.iter().map(|(group, _)| operations_of(*group).len());
        assert_eq!(shown.sum::<usize>(), OPERATIONS.len());
    }
}
