//! The command line: what may be typed, and what was. What it asks for is done elsewhere.
//!
//! clap parses it. The AWS CLI reads a command line in three levels, for global options, for the operation,
//! and for the operation's options, each of which leaves what it does not know to the next; so each level is
//! brought into a form that clap takes (`canonical`), parsed with the part of the tree that it needs
//! (`parser`), and what clap refuses is worded as the AWS CLI does (`refusal`).

mod aliases;
mod canonical;
mod close_matches;
mod completions;
mod global_args;
mod help;
mod hints;
mod man;
mod operation_args;
mod options;
mod parser;
mod refusal;
mod serve;
mod subcommand;
mod subcommand_refusal;
mod tree;

use std::path::{Path, PathBuf};

use crate::Terminal;
use crate::encoding;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::local::options::ServeArgs;
use crate::model::{OPERATIONS, Operation};
use crate::output::ColorChoice;
use crate::output::query::Query;
use crate::params::ParsedInput;
use crate::params::skeleton::Skeleton;
use crate::settings::SettingsArgs;
use aliases::{Alias, Aliases, Expanded};
use global_args::GlobalArgs;
pub use global_args::error_format;
use help::{RenderOptions, Topic};
use operation_args::OperationArgs;
use options::CliOption;
use parser::Exit;
use subcommand::Subcommand;

/// Version of the AWS CLI whose behaviour this program mirrors.
pub const AWS_CLI_VERSION: &str = "2.36.7";

/// The word that stands for this program among the AWS CLI's commands.
const SERVICE: &str = "cognito-sync";

/// The word that asks for help in the place of a command, an operation or its options.
const HELP: &str = "help";

/// The name under which the program was called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Program {
    /// Its own.
    CognitoSync,
    /// `aws`, so that the word `cognito-sync` is expected before the operation.
    Aws,
}

impl Program {
    /// The program that the first argument of a command line names.
    pub fn of(first_arg: &str) -> Program {
        match Path::new(first_arg)
            .file_stem()
            .and_then(|name| name.to_str())
        {
            Some("aws") => Program::Aws,
            _ => Program::CognitoSync,
        }
    }

    /// The name that messages begin with.
    pub fn name(&self) -> &'static str {
        match self {
            Program::CognitoSync => "cognito-sync",
            Program::Aws => "aws",
        }
    }

    /// What is typed before an operation.
    fn prefix(&self) -> &'static str {
        match self {
            Program::CognitoSync => "cognito-sync",
            Program::Aws => "aws cognito-sync",
        }
    }

    /// The usage that goes with a command line that is not understood.
    pub fn usage(&self) -> String {
        let prefix = self.prefix();
        format!(
            "usage: {prefix} [options] <operation> [parameters]\n\
             To see help text, you can run:\n\n  {prefix} help\n  {prefix} <operation> help\n"
        )
    }
}

/// What a command line asks for.
pub enum Command {
    /// To print this.
    Text(String),
    /// To write these files, each with its content, and to print their names.
    Files(Vec<(PathBuf, String)>),
    /// To run the local service.
    Serve(Box<ServeArgs>),
    /// To have the shell run this command, which an alias stands for.
    Shell(String),
    /// To call an operation, or to print a skeleton for it.
    Operation(Box<OperationCommand>),
}

/// An operation with everything that was typed for it.
pub struct OperationCommand {
    /// The operation.
    pub operation: &'static Operation,
    /// Its parameters.
    pub input: ParsedInput,
    /// A skeleton to print in place of a call.
    pub skeleton: Option<Skeleton>,
    /// What the options say about settings.
    pub settings: SettingsArgs,
    /// `--query`
    pub query: Option<Query>,
    /// `--color`
    pub color: ColorChoice,
}

/// Parses the arguments behind the program's name.
pub fn parse(
    program: &Program,
    args: &[String],
    environment: &Environment,
    terminal: Terminal,
) -> Result<Command> {
    let render_options = RenderOptions::of(terminal, args);
    let is_alias = |name: &str| {
        // A file of aliases that is broken is in nobody's way here.
        let aliases = Aliases::load(environment).unwrap_or_default();
        aliases.behind(&[SERVICE], name).is_some()
    };
    if let Some(line) = subcommand::find(program, args, is_alias) {
        return line.parse(program, environment, render_options);
    }
    refuse_both_prompt_switches(args)?;
    let aliases = Aliases::load(environment)?;
    let parsed = global_args::parse(program, args, &aliases)?;
    match parsed.exit {
        Some(Exit::Version) => return Ok(Command::Text(version(program))),
        Some(Exit::Help) => {
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
    encoding::of_output(environment)?;
    let (operation, args) = match aliases::expand(parsed, &mut globals, &aliases)? {
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
        OperationArgs::Call { input, skeleton } => Command::Operation(Box::new(OperationCommand {
            operation,
            input,
            skeleton,
            settings: checked.settings,
            query: checked.query,
            color: globals.color.unwrap_or_default(),
        })),
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

/// What may stand where an operation is expected.
fn operation_choices() -> Vec<String> {
    let help = std::iter::once(HELP.to_string());
    OPERATIONS.iter().map(|o| o.command()).chain(help).collect()
}

/// Returns the help page that `args` name: that of an operation, wherever it stands among them; of an alias,
/// a topic or a subcommand in the first place; or else of the program. A first argument that names nothing is
/// refused with the operations that resemble it.
fn help_on(
    program: &Program,
    args: &[String],
    aliases: &Aliases,
    render_options: RenderOptions,
) -> Result<String> {
    let prefix = program.prefix();
    let args = args.strip_prefix(&[SERVICE.to_string()]).unwrap_or(args);
    if let Some(operation) = args.iter().find_map(|arg| Operation::by_command(arg)) {
        return Ok(help::of_operation(prefix, operation, render_options));
    }
    if let Some(arg) = args.first().filter(|arg| !arg.starts_with('-')) {
        if let Some(alias) = aliases.behind(&[SERVICE], arg) {
            return Ok(help_on_alias(prefix, arg, alias, render_options));
        }
        if let Some(topic) = Topic::named(arg) {
            return Ok(help::of_topic(prefix, topic, render_options));
        }
        if let Some(subcommand) = Subcommand::named(arg) {
            return Ok(help::of_subcommand(prefix, subcommand, render_options));
        }
        let operations = operation_choices();
        refusal::check_choice("operation", operations.iter().map(String::as_str), arg)?;
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
    match args.iter().find_map(|arg| Operation::by_command(arg)) {
        Some(operation) => help::of_operation(prefix, operation, render_options),
        None => format!("{name} is an alias of: {value}\n"),
    }
}

/// The line of `--version`. Under the name `aws` it begins as the AWS CLI's does, since scripts read
/// the version from there.
fn version(program: &Program) -> String {
    let own = concat!("cognito-sync/", env!("CARGO_PKG_VERSION"));
    let sdk = format!("aws-sdk-cognitosync/{}", crate::service::SDK_VERSION);
    match program {
        Program::CognitoSync => format!("{own} {sdk} as-aws-cli/{AWS_CLI_VERSION}\n"),
        Program::Aws => format!("aws-cli/{AWS_CLI_VERSION} {own} {sdk}\n"),
    }
}
