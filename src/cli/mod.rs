//! The command line: what may be typed, and what was. What it asks for is done elsewhere.
//!
//! Words are read three times, as the AWS CLI reads them: for global options, for the operation,
//! and for the operation's options. Global options may stand before or after the operation.

mod aliases;
mod arguments;
mod close_matches;
mod completions;
mod globals;
mod help;
mod hints;
mod options;
mod own;
mod serve;
mod tree;

use std::path::{Path, PathBuf};

use crate::Terminal;
use crate::encoding;
use crate::environment::Environment;
use crate::error::{Error, Kind, Result};
use crate::local::options::Options;
use crate::model::{Member, OPERATIONS, Operation};
use crate::output::query::Query;
use crate::params::Typed;
use crate::params::skeleton::Skeleton;
use crate::settings::Asked;
use aliases::{Alias, Aliases, Expanded};
use arguments::{Arguments, Positional};
pub use globals::error_format;
use help::Look;
use own::OwnCommand;

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
    /// The program that the first word of a command line names.
    pub fn of(first_word: &str) -> Program {
        match Path::new(first_word)
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
pub enum Asks {
    /// To print this.
    Text(String),
    /// To write these files, each with its content, and to print their names.
    Files(Vec<(PathBuf, String)>),
    /// To run the local service.
    Service(Box<Options>),
    /// To have the shell run this command, which an alias stands for.
    Shell(String),
    /// To call an operation, or to print a sample for it.
    Call(Box<Call>),
}

/// An operation with everything that was typed for it.
pub struct Call {
    /// The operation.
    pub operation: &'static Operation,
    /// Its parameters.
    pub typed: Typed,
    /// A sample to print in place of a call.
    pub skeleton: Option<Skeleton>,
    /// What the options say about settings.
    pub asked: Asked,
    /// `--query`
    pub query: Option<Query>,
    /// `--color`
    pub colour: ColourChoice,
}

/// When output is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColourChoice {
    /// Always.
    On,
    /// Never.
    Off,
    /// Where standard output is a terminal.
    Auto,
}

/// Reads the words behind the program's name.
pub fn read(
    program: &Program,
    words: &[String],
    environment: &Environment,
    terminal: Terminal,
) -> Result<Asks> {
    let look = Look::of(terminal, words);
    if let Some((own, words)) = own_command(program, words, environment) {
        return own.read(program.prefix(), words, environment, look);
    }
    refuse_both_prompt_switches(words)?;
    let aliases = Aliases::load(environment)?;
    let mut typed = globals::read(program, words, &aliases)?;
    if typed.has("version") {
        return Ok(Asks::Text(version(program)));
    }
    if typed.has("help") {
        let mut topic = &typed.rest[..];
        if topic.is_empty() {
            let mut at_switch = words.split(|word| word == "--help" || word == "-h");
            topic = at_switch.nth(1).unwrap_or_default();
        }
        return help_on(program, topic, &aliases, look).map(Asks::Text);
    }
    globals::refuse_what_is_not_there(&typed)?;
    let values = globals::values(&typed)?;
    encoding::of_output(environment)?;
    let (operation, args) = match aliases::expand(&mut typed, &aliases)? {
        Expanded::Operation(operation, args) => (operation, args),
        Expanded::Shell(command) => return Ok(Asks::Shell(command)),
        Expanded::Help(topic) => return help_on(program, &topic, &aliases, look).map(Asks::Text),
        Expanded::Version => return Ok(Asks::Text(version(program))),
    };
    let values = match typed.is_overridden() {
        true => globals::values(&typed)?,
        false => values,
    };
    match read_operation(program, operation, &args, look)? {
        Read::Help(text) => Ok(Asks::Text(text)),
        Read::Operation { typed, skeleton } => Ok(Asks::Call(Box::new(Call {
            operation,
            typed,
            skeleton,
            asked: values.asked,
            query: values.query,
            colour: values.colour,
        }))),
    }
}

/// What the words behind an operation ask for.
enum Read {
    Help(String),
    Operation {
        typed: Typed,
        skeleton: Option<Skeleton>,
    },
}

fn read_operation(
    program: &Program,
    operation: &'static Operation,
    args: &[String],
    look: Look,
) -> Result<Read> {
    let help = || {
        Ok(Read::Help(help::of_operation(
            program.prefix(),
            operation,
            look,
        )))
    };
    if args == [HELP] {
        return help();
    }
    let mut options = options::of_operation(operation);
    if stands_for_the_input(args) {
        for option in &mut options {
            option.required = false;
        }
    }
    let mut found = arguments::read(&options, Positional::Optional, args)?;
    match found.positional.take() {
        Some(word) if word == HELP => return help(),
        // An empty word in this place vanishes, as for the AWS CLI: `"$UNSET"` is common in scripts.
        Some(stray) if stray.is_empty() => {}
        Some(stray) => found.rest.push(stray),
        None => {}
    }
    if !found.rest.is_empty() {
        let message = format!("Unknown options: {}", found.rest.join(", "));
        let error = Error::new(Kind::UnknownOptions, message);
        return Err(hints::about_unknown(error, args, &found.rest, &options));
    }
    let skeleton = found
        .value(&options::GENERATE_CLI_SKELETON.name)
        .and_then(Skeleton::named);
    Ok(Read::Operation {
        typed: typed(operation, &found),
        skeleton,
    })
}

/// Whether the words hold a document or ask for a sample, so that no option is required. Like the
/// AWS CLI, this looks for the full words, and a sample reply still needs a valid input.
fn stands_for_the_input(words: &[String]) -> bool {
    let at = |option: &options::CliOption| {
        let typed = option.typed();
        words.iter().position(|word| *word == typed)
    };
    let sample = at(&options::GENERATE_CLI_SKELETON)
        .is_some_and(|at| words.get(at + 1).is_none_or(|form| form != "output"));
    sample || at(&options::CLI_INPUT_JSON).is_some() || at(&options::CLI_INPUT_YAML).is_some()
}

fn typed(operation: &'static Operation, found: &Arguments) -> Typed {
    let words = |member: &'static Member| {
        found
            .values(&member.option())
            .map(|words| (member, words.to_vec()))
    };
    let text = |option: &options::CliOption| found.value(&option.name).map(str::to_string);
    Typed {
        members: operation
            .input
            .members_of_aws_cli()
            .filter_map(words)
            .collect(),
        cli_input_json: text(&options::CLI_INPUT_JSON),
        cli_input_yaml: text(&options::CLI_INPUT_YAML),
    }
}

fn refuse_both_prompt_switches(words: &[String]) -> Result<()> {
    let has = |switch: &str| words.iter().any(|word| word == switch);
    if has("--cli-auto-prompt") && has("--no-cli-auto-prompt") {
        return Err(Error::parameter(
            "Both --cli-auto-prompt and --no-cli-auto-prompt cannot be specified at the same time.",
        ));
    }
    Ok(())
}

/// The words that may stand where an operation is expected.
fn operation_words() -> Vec<String> {
    let help = std::iter::once(HELP.to_string());
    OPERATIONS.iter().map(|o| o.command()).chain(help).collect()
}

/// The command of our own that the words begin with, and the words from there on. The user's alias of the
/// same name goes first, as it does in the AWS CLI, which has no such command.
fn own_command<'a>(
    program: &Program,
    words: &'a [String],
    environment: &Environment,
) -> Option<(&'static OwnCommand, &'a [String])> {
    let words = match program {
        Program::CognitoSync => words,
        Program::Aws => words.strip_prefix(&[SERVICE.to_string()])?,
    };
    let own = OwnCommand::named(words.first()?)?;
    // A file of aliases that is broken is in nobody's way here.
    let aliases = Aliases::load(environment).unwrap_or_default();
    match aliases.behind(&[SERVICE], own.name) {
        None => Some((own, words)),
        Some(_) => None,
    }
}

/// The help on what words name: an operation, wherever it stands among them; a command of our own
/// in the first place; or else the program. Of an alias, it is that on its operation. A first word that
/// names nothing is refused, so that the likest operations are told.
fn help_on(program: &Program, words: &[String], aliases: &Aliases, look: Look) -> Result<String> {
    let prefix = program.prefix();
    let words = words.strip_prefix(&[SERVICE.to_string()]).unwrap_or(words);
    if let Some(operation) = words.iter().find_map(|word| Operation::by_command(word)) {
        return Ok(help::of_operation(prefix, operation, look));
    }
    if let Some(word) = words.first().filter(|word| !word.starts_with('-')) {
        if let Some(alias) = aliases.behind(&[SERVICE], word) {
            return Ok(help_on_alias(prefix, word, alias, look));
        }
        if let Some(own) = OwnCommand::named(word) {
            return Ok(help::of_own(prefix, own, look));
        }
        let operations = operation_words();
        arguments::check_choice("operation", operations.iter().map(String::as_str), word)?;
    }
    Ok(help::of_program(prefix, look))
}

/// The help on the operation that an alias stands for, or else what it stands for.
fn help_on_alias(prefix: &str, name: &str, alias: Alias<'_>, look: Look) -> String {
    let value = match alias {
        Alias::Shell(command) => {
            return format!("{name} is an alias of the shell command: {command}\n");
        }
        Alias::Arguments(value) => value,
    };
    let args = aliases::arguments(name, value).unwrap_or_default();
    match args.iter().find_map(|arg| Operation::by_command(arg)) {
        Some(operation) => help::of_operation(prefix, operation, look),
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
