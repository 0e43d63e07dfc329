//! What a page says of an operation, taken from the model and the options. How it looks is decided
//! elsewhere (`terminal`, `roff`).

use std::borrow::Cow;

use super::page::{Block, Entry, Manual, Page, PageReference, PageSection, Style, Text};
use super::syntax;
use super::topics::Topic;
use crate::cli::options::{self, CliOption, OptionArity};
use crate::model::{Example, Member, Operation, RequiredCredentials, Shape, ShapeKind, Structure};

/// The page on an operation of a program that is called by `prefix`.
pub fn of_operation(prefix: &str, operation: &Operation) -> Page {
    let command = operation.command();
    let mut sections = vec![
        section("SYNOPSIS", vec![synopsis(prefix, operation)]),
        section("DESCRIPTION", description(operation)),
        section("OPTIONS", options(operation)),
    ];
    let added: Vec<_> = options::own_of_operation(operation).collect();
    if !added.is_empty() {
        sections.push(section("ADDED OPTIONS", added_options(&added)));
    }
    sections.extend([
        section("GLOBAL OPTIONS", vec![global_options(prefix)]),
        section("OUTPUT", output(operation)),
        section("ERRORS", errors(operation)),
        examples_section(prefix, operation.examples),
    ]);
    let topics = Topic::of_command(&command).map(|topic| topic.reference(prefix));
    Page {
        name: name(prefix, &command),
        manual: Manual::Commands,
        summary: summary(operation.doc),
        sections,
        see_also: [PageReference::command(prefix)]
            .into_iter()
            .chain(topics)
            .collect(),
    }
}

/// A section of a page.
pub fn section(title: &'static str, blocks: Vec<Block>) -> PageSection {
    PageSection { title, blocks }
}

/// The section of examples of a command.
pub fn examples_section(prefix: &str, of_command: &[Example]) -> PageSection {
    section("EXAMPLES", examples(prefix, of_command))
}

/// Examples, each with a caption and what it prints.
pub fn examples(prefix: &str, examples: &[Example]) -> Vec<Block> {
    let mut blocks = Vec::new();
    for example in examples {
        blocks.push(Block::paragraph(example.caption));
        blocks.push(Block::Code(example.commands(prefix)));
        if let Some(prints) = example.output() {
            blocks.push(Block::paragraph("It prints:"));
            blocks.push(Block::Code(prints));
        }
    }
    blocks
}

/// An option with its value, as it is typed.
pub fn option_term(option: &CliOption) -> Text {
    let letter = match option.letter {
        Some(letter) => Text::of(Style::Option, format!("-{letter}")).and(Style::Plain, ", "),
        None => Text::default(),
    };
    let name = letter.and(Style::Option, option.typed());
    let value = match option.choices {
        [] => Text::of(Style::Placeholder, option.value),
        _ => alternatives(&option.all_choices().collect::<Vec<_>>()),
    };
    match option.takes {
        OptionArity::Nothing => name,
        OptionArity::Text | OptionArity::WholeNumber => name.then(value),
        OptionArity::AtMostOne(_) => name.then(bracketed(value)),
        OptionArity::Several => name.then(value.and(Style::Plain, "...")),
    }
}

/// An option with what there is to say of it in one sentence.
pub fn option_entry(option: &CliOption) -> Entry {
    Entry {
        term: option_term(option),
        body: vec![Block::paragraph(option.help)],
    }
}

/// Words to choose from.
pub(super) fn alternatives(choices: &[impl Into<Cow<'static, str>> + Clone]) -> Text {
    let mut text = Text::default();
    for (index, choice) in choices.iter().enumerate() {
        if index > 0 {
            text = text.and(Style::Plain, "|");
        }
        text = text.and(Style::Literal, choice.clone());
    }
    text
}

pub(super) fn bracketed(text: Text) -> Text {
    let mut bracketed = Text::of(Style::Plain, "[");
    bracketed.spans.extend(text.spans);
    bracketed.and(Style::Plain, "]")
}

pub(super) fn name(prefix: &str, command: &str) -> Vec<String> {
    let words = prefix.split(' ').chain([command]);
    words.map(str::to_string).collect()
}

/// A sentence as the short words behind a name.
pub(super) fn summary(sentence: &str) -> String {
    let mut rest = sentence.trim_end_matches('.').chars();
    let first = rest.next().map(|c| c.to_ascii_lowercase());
    first.into_iter().chain(rest).collect()
}

fn synopsis(prefix: &str, operation: &Operation) -> Block {
    let members = operation.input.aws_cli_members().map(|member| {
        let term = member_term(member).glued();
        match operation.input.requires(member.name) {
            true => term,
            false => bracketed(term),
        }
    });
    let documents = option_term(&options::CLI_INPUT_JSON)
        .and(Style::Plain, " | ")
        .spans
        .into_iter()
        .chain(option_term(&options::CLI_INPUT_YAML).spans);
    let documents = Text {
        spans: documents.collect(),
    };
    let skeleton = option_term(&options::skeleton_of_operation(operation));
    let added = options::own_of_operation(operation).map(option_term);
    let globals = Text::of(Style::Placeholder, "GLOBAL OPTIONS");
    let common = [documents, skeleton]
        .into_iter()
        .chain(added)
        .chain([globals]);
    let typed = members.chain(common.map(|text| bracketed(text.glued())));
    Block::tight(vec![Entry {
        term: Text::of(Style::Literal, format!("{prefix} {}", operation.command())),
        body: vec![Block::Paragraph(typed.fold(Text::default(), Text::then))],
    }])
}

fn description(operation: &Operation) -> Vec<Block> {
    let caller = match operation.credentials {
        RequiredCredentials::Developer => {
            "It requires developer credentials: those of an IAM user or role of the account, not \
             those of an identity."
        }
        RequiredCredentials::Identity => {
            "It requires the temporary credentials that Cognito Identity gives to an identity, \
             not those of an IAM user or role of the account."
        }
        RequiredCredentials::Either => {
            "It accepts developer credentials, those of an IAM user or role of the account, and \
             the temporary ones that Cognito Identity gives to an identity, which reach that \
             identity's data only."
        }
    };
    let action = format!(
        "The action in IAM policies is `cognito-sync:{}`.",
        operation.name
    );
    let mut blocks = vec![Block::paragraph(operation.doc)];
    blocks.extend(operation.details.iter().map(|text| Block::paragraph(*text)));
    blocks.push(Block::paragraph(format!("{caller} {action}")));
    blocks
}

fn options(operation: &Operation) -> Vec<Block> {
    let members = operation.input.aws_cli_members().map(|member| Entry {
        term: member_term(member),
        body: member_body(member, operation.input),
    });
    let documents = [
        options::CLI_INPUT_JSON,
        options::CLI_INPUT_YAML,
        options::skeleton_of_operation(operation),
    ];
    let documents = documents.iter().map(option_entry);
    vec![
        Block::paragraph(
            "Any value may be `file://PATH`, which reads it from that file. Required members, \
             types and minimum lengths are checked before anything is sent; maximum lengths, \
             patterns and enumerations are left to the service.",
        ),
        Block::List {
            entries: members.chain(documents).collect(),
            spaced: true,
        },
    ]
}

/// The options that the AWS CLI does not have.
fn added_options(added: &[&CliOption]) -> Vec<Block> {
    vec![
        Block::paragraph("The AWS CLI does not have these options. They cannot be abbreviated."),
        Block::List {
            entries: added.iter().map(|option| option_entry(option)).collect(),
            spaced: true,
        },
    ]
}

fn member_term(member: &Member) -> Text {
    let name = Text::of(Style::Option, format!("--{}", member.option()));
    let value = match syntax::choices(member.shape) {
        [] => Text::of(Style::Placeholder, options::placeholder(member.shape)),
        choices => alternatives(choices),
    };
    let term = name.then(value);
    match member.shape.kind {
        ShapeKind::List(_) => term.and(Style::Plain, "..."),
        _ => term,
    }
}

/// What there is to say of a member of an input: its meaning, its type and limits, its members and
/// how it is written.
fn member_body(member: &Member, within: &Structure) -> Vec<Block> {
    let mut body = facts(member, within);
    let several = matches!(member.shape.kind, ShapeKind::List(_));
    if !member.shape.is_complex() {
        return body;
    }
    if let Some(structure) = structure_of(member.shape) {
        body.push(Block::tight(input_members(structure)));
    }
    body.push(Block::paragraph(match several {
        true => "Shorthand, one argument for each entry:",
        false => "Shorthand:",
    }));
    body.push(Block::Code(syntax::broken(&syntax::shorthand(
        member.shape,
    ))));
    body.push(Block::paragraph("JSON:"));
    body.push(Block::Code(syntax::json(member.shape)));
    body
}

fn input_members(structure: &Structure) -> Vec<Entry> {
    let entry = |member: &Member| Entry {
        term: Text::of(Style::Literal, member.name),
        body: facts(member, structure),
    };
    structure.aws_cli_members().map(entry).collect()
}

/// A member's meaning, and its type and limits.
fn facts(member: &Member, within: &Structure) -> Vec<Block> {
    let need = match within.requires(member.name) {
        true => "Required",
        false => "Optional",
    };
    let mut facts = vec![format!("{need} {}", type_of(member.shape))];
    facts.extend(limits(member.shape));
    let end = match (&member.shape.kind, structure_of(member.shape)) {
        (ShapeKind::List(_), Some(_)) => ", each with:",
        (_, Some(_)) => " with:",
        // No period, which would look like a part of a pattern.
        _ => "",
    };
    vec![
        Block::paragraph(member.doc),
        Block::paragraph(format!("{}{end}", facts.join("; "))),
    ]
}

fn type_of(shape: &Shape) -> String {
    match &shape.kind {
        ShapeKind::List(item) => format!("list of {}s", item.kind.type_name()),
        ShapeKind::Map { key, value } => {
            let (key, value) = (key.kind.type_name(), value.kind.type_name());
            format!("map of {key} to {value}")
        }
        kind => kind.type_name().to_string(),
    }
}

/// What limits a value, apart from its type.
fn limits(shape: &Shape) -> Vec<String> {
    let unit = |count: usize| match (&shape.kind, count) {
        (ShapeKind::Map { .. }, 1) => "entry",
        (ShapeKind::Map { .. }, _) => "entries",
        (_, 1) => "character",
        _ => "characters",
    };
    let length = match (shape.min, shape.max) {
        (Some(min), Some(max)) => Some(format!("{min} to {max} {}", unit(max))),
        (Some(min), None) => Some(format!("at least {min} {}", unit(min))),
        (None, Some(max)) => Some(format!("at most {max} {}", unit(max))),
        (None, None) => None,
    };
    let pattern = shape.pattern.map(|pattern| format!("pattern `{pattern}`"));
    let choices = syntax::choices(shape);
    let choices = (!choices.is_empty()).then(|| format!("one of `{}`", choices.join("`, `")));
    let form = match shape.kind {
        ShapeKind::Timestamp => Some("in ISO 8601 or as seconds since 1970".to_string()),
        _ => None,
    };
    let of_items = match shape.kind {
        ShapeKind::List(item) => limits(item),
        _ => Vec::new(),
    };
    let of_items = of_items
        .into_iter()
        .map(|limit| format!("for each {limit}"));
    let own = [length, pattern, choices, form].into_iter().flatten();
    own.chain(of_items).collect()
}

/// The structure that a value is or that its entries are.
fn structure_of(shape: &Shape) -> Option<&'static Structure> {
    match shape.kind {
        ShapeKind::Structure(structure) => Some(structure),
        ShapeKind::List(item) => structure_of(item),
        _ => None,
    }
}

fn global_options(prefix: &str) -> Block {
    Block::paragraph(format!(
        "`--region`, `--profile`, `--output`, `--query` and others may stand before or after the \
         operation. `{prefix} help` describes them all."
    ))
}

fn output(operation: &Operation) -> Vec<Block> {
    if operation.output.members.is_empty() {
        return vec![Block::paragraph("Nothing is printed on success.")];
    }
    let mut blocks = vec![Block::tight(output_members(operation.output))];
    if has_timestamps(operation.output) {
        blocks.push(Block::paragraph(
            "Timestamps are printed in ISO 8601 and local time, or as the service sends them if \
             the profile has `cli_timestamp_format = wire`.",
        ));
    }
    blocks
}

fn output_members(structure: &Structure) -> Vec<Entry> {
    let entry = |member: &Member| {
        let choices = match syntax::choices(member.shape) {
            [] => String::new(),
            choices => format!(" One of `{}`.", choices.join("`, `")),
        };
        let kind = type_of(member.shape);
        let mut body = vec![Block::paragraph(format!("{}{choices}", member.doc))];
        if let Some(structure) = structure_of(member.shape) {
            body.push(Block::tight(output_members(structure)));
        }
        Entry {
            term: Text::of(Style::Literal, member.name).and(Style::Plain, format!(" ({kind})")),
            body,
        }
    };
    structure.aws_cli_members().map(entry).collect()
}

fn has_timestamps(structure: &Structure) -> bool {
    structure.aws_cli_members().any(|member| {
        matches!(member.shape.kind, ShapeKind::Timestamp)
            || structure_of(member.shape).is_some_and(has_timestamps)
    })
}

fn errors(operation: &Operation) -> Vec<Block> {
    let entries = operation.service_errors().map(|error| Entry {
        term: Text::of(Style::Literal, error.code)
            .and(Style::Plain, format!(" (HTTP {})", error.status)),
        body: vec![Block::paragraph(error.doc)],
    });
    vec![
        Block::tight(entries.collect()),
        Block::paragraph(
            "A request that IAM denies has the code `AccessDeniedException`. Every error of the \
             service ends with exit status 254.",
        ),
    ]
}
