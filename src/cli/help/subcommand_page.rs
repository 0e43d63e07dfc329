//! What a page says of a subcommand, taken from its definition and the table of examples.

use clap::Arg;

use super::content::{
    alternatives, bracketed, examples_section, name, option_entry, section, summary,
};
use super::examples;
use super::page::{Block, Entry, Manual, Page, PageReference, Style, Text};
use super::topics::Topic;
use crate::cli::options::{self, CliOption};
use crate::cli::subcommand::{Detail, Subcommand};

/// The page on a subcommand of a program that is called by `prefix`.
pub fn of_subcommand(prefix: &str, subcommand: &Subcommand) -> Page {
    let args = (subcommand.args)();
    let args = args.iter().filter(|arg| !arg.is_hide_set()).map(arg_entry);
    let args = args.chain([option_entry(&options::HELP)]);
    let mut description = vec![Block::paragraph(subcommand.doc)];
    description.extend(subcommand.details.iter().map(|detail| match detail {
        Detail::Text(text) => Block::paragraph(*text),
        Detail::Line(line) => Block::Code((*line).to_string()),
        Detail::Members(members) => Block::tight(members.iter().map(member_entry).collect()),
    }));
    let topics = Topic::of_command(subcommand.name).map(|topic| topic.reference(prefix));
    Page {
        name: name(prefix, subcommand.name),
        manual: Manual::Commands,
        summary: summary(subcommand.doc),
        sections: vec![
            section(
                "SYNOPSIS",
                vec![Block::tight(vec![synopsis(prefix, subcommand)])],
            ),
            section("DESCRIPTION", description),
            section(
                "OPTIONS",
                vec![Block::List {
                    entries: args.collect(),
                    spaced: true,
                }],
            ),
            section("GLOBAL OPTIONS", vec![globals(subcommand)]),
            examples_section(prefix, examples::of(subcommand.name)),
        ],
        see_also: [PageReference::command(prefix)]
            .into_iter()
            .chain(topics)
            .collect(),
    }
}

/// How a subcommand is typed: its name, and its arguments below.
pub fn synopsis(prefix: &str, subcommand: &Subcommand) -> Entry {
    let args = (subcommand.args)();
    let args = args.iter().filter(|arg| !arg.is_hide_set());
    let args = args.map(|arg| {
        let term = arg_term(arg).glued();
        if arg.is_required_set() {
            term
        } else {
            bracketed(term)
        }
    });
    let args = args.fold(Text::default(), Text::then);
    Entry {
        term: Text::of(Style::Literal, format!("{prefix} {}", subcommand.name)),
        body: match args.spans.is_empty() {
            true => Vec::new(),
            false => vec![Block::Paragraph(args)],
        },
    }
}

fn globals(subcommand: &Subcommand) -> Block {
    let names: Vec<_> = subcommand.globals().map(CliOption::typed).collect();
    Block::paragraph(format!(
        "Those that mean something to `{}` may stand before or behind it: `{}`.",
        subcommand.name,
        names.join("`, `")
    ))
}

/// An argument of a subcommand, as it is typed.
fn arg_term(arg: &Arg) -> Text {
    let choices = arg.get_possible_values();
    let choices: Vec<_> = choices
        .iter()
        .map(|choice| choice.get_name().to_string())
        .collect();
    let value = match &choices[..] {
        [] => {
            let names = arg.get_value_names().unwrap_or_default();
            let value = Text::of(Style::Placeholder, names.join(" "));
            match arg.get_num_args() {
                Some(count) if count.max_values() > 1 && !arg.is_last_set() => {
                    value.and(Style::Plain, "...")
                }
                _ => value,
            }
        }
        choices => alternatives(choices),
    };
    if arg.is_last_set() {
        return Text::of(Style::Option, "--").then(value.and(Style::Plain, " [ARG...]"));
    }
    let Some(long) = arg.get_long() else {
        return value;
    };
    let term = match arg.get_short() {
        Some(letter) => Text::of(Style::Option, format!("-{letter}")).and(Style::Plain, ", "),
        None => Text::default(),
    };
    let term = term.and(Style::Option, format!("--{long}"));
    match arg.get_action().takes_values() {
        true => term.then(value),
        false => term,
    }
}

fn member_entry((name, meaning): &(&'static str, &'static str)) -> Entry {
    Entry {
        term: Text::of(Style::Literal, *name),
        body: vec![Block::paragraph(*meaning)],
    }
}

fn arg_entry(arg: &Arg) -> Entry {
    let mut help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let defaults = arg.get_default_values().iter();
    if let Some(default) = defaults.map(|value| value.to_string_lossy()).next()
        && arg.get_action().takes_values()
    {
        help.push_str(&format!(" Default: `{default}`."));
    }
    Entry {
        term: arg_term(arg),
        body: vec![Block::paragraph(help)],
    }
}
