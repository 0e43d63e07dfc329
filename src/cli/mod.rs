//! The command line: parses the arguments of the program to a command.
//!
//! clap parses them. The AWS CLI parses a command line in three levels, for global options, for the
//! operation, and for the operation's options; each level leaves what it does not know to the next.
//! So each level is brought into a form that clap accepts (`canonical`), parsed with the part of
//! the tree that it needs (`parser`), and clap's errors are worded as the AWS CLI does (`usage_error`).

mod added_options;
mod alias_expansion;
mod aliases;
mod call_options;
mod canonical;
mod clap_commands;
mod command;
mod completions;
mod error_format;
mod global_args;
mod global_parser;
mod help;
mod hints;
mod operation_args;
mod options;
mod page_options;
mod parser;
mod program;
mod subcommand;
mod subcommand_parser;
mod subcommand_usage_error;
mod subcommands;
mod unknown_page;
mod usage_error;
mod wait_options;

use crate::encoding;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::model::Operation;
use crate::settings::SettingsArgs;
use crate::terminal::Terminal;
use alias_expansion::Expanded;
use aliases::{Alias, Aliases};
pub use command::{Command, OperationCommand};
pub use error_format::error_format;
use global_args::GlobalArgs;
use help::{RenderOptions, Topic};
use operation_args::OperationArgs;
use options::CliOption;
pub use page_options::{PageOptions, refuse_single_page};
use parser::EarlyExitOption;
pub use program::Program;
use program::{HELP, SERVICE, version};
use unknown_page::unknown_page;
pub use wait_options::WaitOptions;

/// Parses the arguments behind the program's name.
pub fn parse(
    program: &Program,
    args: &[String],
    environment: &Environment,
    terminal: Terminal,
) -> Result<Command> {
    let render_options = RenderOptions::of(terminal, args);
    let is_alias = |name: &str| {
        // An error in the file is reported below, if the line needs an alias.
        let aliases = Aliases::load(environment).unwrap_or_default();
        aliases.behind(&[SERVICE], name).is_some()
    };
    if let Some(line) = subcommands::find(program, args, is_alias) {
        return subcommand_parser::parse(&line, program, environment, render_options);
    }
    refuse_both_prompt_switches(args)?;
    let aliases = Aliases::load(environment)?;
    let parsed = global_parser::parse(program, args, &aliases)?;
    match parsed.exit {
        Some(EarlyExitOption::Version) => return Ok(Command::Text(version(program))),
        Some(EarlyExitOption::Help) => {
            let mut topic = &parsed.rest[..];
            if topic.is_empty() {
                let mut at_switch = args.split(|arg| options::HELP.is_typed_as(arg));
                topic = at_switch.nth(1).unwrap_or_default();
            }
            return help_on(program, topic, &aliases, render_options).map(Command::Text);
        }
        None => {}
    }
    let mut globals = GlobalArgs::from(&parsed);
    globals.refuse_unsupported()?;
    let checked = globals.checked()?;
    encoding::output_encoding(environment)?;
    let (operation, args) = match alias_expansion::expand(parsed, &mut globals, &aliases)? {
        Expanded::Operation(operation, args) => (operation, args),
        Expanded::Shell(command) => return Ok(Command::Shell(command)),
        Expanded::Help(topic) => {
            return help_on(program, &topic, &aliases, render_options).map(Command::Text);
        }
        Expanded::Version => return Ok(Command::Text(version(program))),
    };
    let checked = match globals.is_overridden {
        true => globals.checked()?,
        false => checked,
    };
    Ok(match operation_args::parse(operation, &args)? {
        OperationArgs::Help => Command::Text(help::of_operation(
            program.prefix(),
            operation,
            render_options,
        )),
        OperationArgs::Call {
            input,
            skeleton,
            mut options,
        } => {
            options.no_paginate = globals.no_paginate;
            options.refuse_contradiction()?;
            Command::Operation(Box::new(OperationCommand {
                operation,
                input,
                skeleton,
                settings: SettingsArgs {
                    sends_nothing: options.sends_nothing(),
                    ..checked.settings
                },
                options,
                query: checked.query,
                color: globals.color.unwrap_or_default(),
            }))
        }
    })
}

fn refuse_both_prompt_switches(args: &[String]) -> Result<()> {
    let has = |option: CliOption| args.iter().any(|arg| option.is_typed_as(arg));
    if has(options::CLI_AUTO_PROMPT) && has(options::NO_CLI_AUTO_PROMPT) {
        return Err(Error::parameter(
            "Both --cli-auto-prompt and --no-cli-auto-prompt cannot be specified at the same time.",
        ));
    }
    Ok(())
}

/// Returns the help page that `args` name: that of an operation, wherever it stands among them; of
/// an alias, a topic or a subcommand in the first place; or else of the program. A first argument
/// that names nothing is refused with the pages that resemble it.
fn help_on(
    program: &Program,
    args: &[String],
    aliases: &Aliases,
    render_options: RenderOptions,
) -> Result<String> {
    let prefix = program.prefix();
    let args = args.strip_prefix(&[SERVICE.to_string()]).unwrap_or(args);
    if let Some(operation) = args.iter().find_map(|arg| Operation::find_by_command(arg)) {
        return Ok(help::of_operation(prefix, operation, render_options));
    }
    if let Some(arg) = args.first().filter(|arg| !arg.starts_with('-')) {
        if let Some(alias) = aliases.behind(&[SERVICE], arg) {
            return Ok(help_on_alias(prefix, arg, alias, render_options));
        }
        if let Some(topic) = Topic::named(arg) {
            return Ok(help::of_topic(prefix, topic, render_options));
        }
        if let Some(subcommand) = subcommands::named(arg) {
            return Ok(help::of_subcommand(prefix, subcommand, render_options));
        }
        if arg != HELP {
            return Err(unknown_page(prefix, arg, aliases));
        }
    }
    Ok(help::of_program(prefix, render_options))
}

/// The help on the operation that an alias stands for, or else what it stands for.
fn help_on_alias(
    prefix: &str,
    name: &str,
    alias: Alias<'_>,
    render_options: RenderOptions,
) -> String {
    let value = match alias {
        Alias::Shell(command) => {
            return format!("{name} is an alias of the shell command: {command}\n");
        }
        Alias::Arguments(value) => value,
    };
    let args = aliases::arguments(name, value).unwrap_or_default();
    match args.iter().find_map(|arg| Operation::find_by_command(arg)) {
        Some(operation) => help::of_operation(prefix, operation, render_options),
        None => format!("{name} is an alias of: {value}\n"),
    }
}
