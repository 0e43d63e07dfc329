//! The command line: what may be typed, and what was. What it asks for is done elsewhere.
//!
//! Words are read three times, as the AWS CLI reads them: for global options, for the operation,
//! and for the operation's options. Global options may stand before or after the operation.

mod arguments;
mod close_matches;
mod completions;
mod help;
mod options;
mod own;
mod serve;
mod tree;

use std::path::{Path, PathBuf};

use crate::Terminal;
use crate::environment::Environment;
use crate::error::{Error, Kind, Result};
use crate::local::options::Options;
use crate::model::{Member, OPERATIONS, Operation};
use crate::output::query::Query;
use crate::params::Typed;
use crate::params::skeleton::Skeleton;
use crate::python;
use crate::settings::Asked;
use arguments::{Arguments, Positional};
use help::Look;
use own::OwnCommand;

/// Version of the AWS CLI whose behaviour this program mirrors.
pub const AWS_CLI_VERSION: &str = "2.36.7";

/// The word that stands for this program among the AWS CLI's commands.
const SERVICE: &str = "cognito-sync";

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
    if let Some((own, words)) = own_command(program, words) {
        return own.read(program.prefix(), words, environment, look);
    }
    refuse_both_prompt_switches(words)?;
    let globals = read_globals(program, words)?;
    if globals.has("version") {
        return Ok(Asks::Text(version(program)));
    }
    if globals.has("help") {
        let mut topic = &globals.rest[..];
        if topic.is_empty() {
            let mut at_switch = words.split(|word| word == "--help" || word == "-h");
            topic = at_switch.nth(1).unwrap_or_default();
        }
        return help_on(program, topic, look).map(Asks::Text);
    }
    if globals.positional.as_deref() == Some("help") {
        return help_on(program, &globals.rest, look).map(Asks::Text);
    }
    refuse_what_is_not_there(&globals)?;
    let query = globals.value("query").map(compiled).transpose()?;
    let asked = asked(&globals)?;
    let colour = match globals.value("color") {
        Some("on") => ColourChoice::On,
        Some("off") => ColourChoice::Off,
        _ => ColourChoice::Auto,
    };
    match read_operation(program, &globals.rest, look)? {
        Read::Text(text) => Ok(Asks::Text(text)),
        Read::Operation {
            operation,
            typed,
            skeleton,
        } => Ok(Asks::Call(Box::new(Call {
            operation,
            typed,
            skeleton,
            asked,
            query,
            colour,
        }))),
    }
}

/// What `--cli-error-format` and `--profile` say, even on a command line that is not understood.
pub fn error_format(program: &Program, words: &[String]) -> (Option<String>, Option<String>) {
    let globals = match read_globals(program, words) {
        Ok(globals) => globals,
        Err(_) => return (None, None),
    };
    let text = |name: &str| globals.value(name).map(str::to_string);
    (text("cli-error-format"), text("profile"))
}

fn compiled(text: &str) -> Result<Query> {
    Query::compile(text).map_err(|why| {
        Error::parameter(format!("Bad value for --query {text}: {why}")).caused_by(why)
    })
}

/// What the words behind the global options ask for.
enum Read {
    Text(String),
    Operation {
        operation: &'static Operation,
        typed: Typed,
        skeleton: Option<Skeleton>,
    },
}

/// Reads the global options; our own name stands for the word that the AWS CLI expects.
fn read_globals(program: &Program, words: &[String]) -> Result<Arguments> {
    let mut all = Vec::with_capacity(words.len() + 1);
    if *program == Program::CognitoSync {
        all.push(SERVICE.to_string());
    }
    all.extend_from_slice(words);
    let commands = [SERVICE.to_string(), "help".to_string()];
    arguments::read(
        &options::GLOBALS,
        Positional::Required("command", &commands),
        &all,
    )
}

fn read_operation(program: &Program, words: &[String], look: Look) -> Result<Read> {
    let operations = operation_words();
    let read = arguments::read(&[], Positional::Required("operation", &operations), words)?;
    let Some(operation) = read.positional.as_deref().and_then(Operation::by_command) else {
        return help_on(program, &read.rest, look).map(Read::Text);
    };
    let help = || {
        Ok(Read::Text(help::of_operation(
            program.prefix(),
            operation,
            look,
        )))
    };
    if read.rest == ["help"] {
        return help();
    }
    let mut options = options::of_operation(operation);
    if stands_for_the_input(&read.rest) {
        for option in &mut options {
            option.required = false;
        }
    }
    let mut found = arguments::read(&options, Positional::Optional, &read.rest)?;
    match found.positional.take() {
        Some(word) if word == "help" => return help(),
        // An empty word in this place vanishes, as for the AWS CLI: `"$UNSET"` is common in scripts.
        Some(stray) if stray.is_empty() => {}
        Some(stray) => found.rest.push(stray),
        None => {}
    }
    if !found.rest.is_empty() {
        return Err(unknown(&found.rest, &options));
    }
    let skeleton = found
        .value(&options::GENERATE_CLI_SKELETON.name)
        .and_then(Skeleton::named);
    Ok(Read::Operation {
        operation,
        typed: typed(operation, &found),
        skeleton,
    })
}

/// Refuses words that no option takes, with what they have likely meant.
fn unknown(words: &[String], options: &[options::CliOption]) -> Error {
    let mut error = Error::new(
        Kind::UnknownOptions,
        format!("Unknown options: {}", words.join(", ")),
    );
    for word in words {
        let name = word.split('=').next().unwrap_or(word);
        if let Some(name) = name.strip_prefix("--") {
            let known = options.iter().chain(&options::GLOBALS).map(|o| &*o.name);
            if let Some(meant) = close_matches::likeliest(name, known) {
                error = error.hint(format!("--{name} is not known, but --{meant} is"));
            }
        } else if word.contains('=') && !word.starts_with('-') {
            error = error.hint(format!(
                "{word} stands alone: the members of one value are separated by commas, without \
                 spaces"
            ));
        }
    }
    error
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

/// What the global options say, with their values checked.
fn asked(globals: &Arguments) -> Result<Asked> {
    let text = |name: &str| globals.value(name).map(str::to_string);
    if let Some(url) = globals.value("endpoint-url")
        && !has_scheme(url)
    {
        return Err(Error::parameter(format!(
            "Bad value for --endpoint-url \"{url}\": scheme is missing.  Must be of the form \
             http://<hostname>/ or https://<hostname>/"
        )));
    }
    if globals.has("local") && globals.has("endpoint-url") {
        return Err(Error::parameter(
            "--local and --endpoint-url cannot be used together: one asks a Cognito Sync within this \
             program, the other one that listens there. Leave one of them out.",
        ));
    }
    Ok(Asked {
        profile: text("profile").filter(|profile| !profile.is_empty()),
        region: text("region"),
        endpoint_url: text("endpoint-url"),
        output: text("output"),
        local: globals.has("local"),
        unsigned: globals.has("no-sign-request"),
        ca_bundle: text("ca-bundle"),
        no_verify_ssl: globals.has("no-verify-ssl"),
        debug: globals.has("debug"),
        read_timeout: seconds(globals, "cli-read-timeout")?,
        connect_timeout: seconds(globals, "cli-connect-timeout")?,
    })
}

/// Options that are known, but not available.
fn refuse_what_is_not_there(globals: &Arguments) -> Result<()> {
    if globals.has("cli-auto-prompt") {
        return Err(Error::parameter(
            "--cli-auto-prompt is not supported: this program never asks for parameters. Give \
             them as options, or begin with --generate-cli-skeleton.",
        ));
    }
    Ok(())
}

/// Python's `urlparse` finds a scheme in letters, digits and `+-.` before a colon.
fn has_scheme(url: &str) -> bool {
    let Some((scheme, _)) = url.split_once(':') else {
        return false;
    };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

fn seconds(globals: &Arguments, name: &str) -> Result<Option<u64>> {
    let Some(text) = globals.value(name) else {
        return Ok(None);
    };
    let digits = python::integer(text).ok_or_else(|| {
        Error::general(python::no_integer(&python::quoted(text)))
            .hint(format!("--{name} takes a number of seconds"))
    })?;
    if digits.starts_with('-') {
        let what = name.trim_start_matches("cli-").replace('-', " ");
        return Err(Error::general(format!(
            "Attempted to set {what} to {digits}, but the timeout cannot be set to a value less \
             than or equal to 0."
        )));
    }
    Ok(Some(digits.parse().unwrap_or(u64::MAX >> 1)))
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
    let help = std::iter::once("help".to_string());
    OPERATIONS
        .iter()
        .map(Operation::command)
        .chain(help)
        .collect()
}

/// The command of our own that the words begin with, and the words from there on.
fn own_command<'a>(
    program: &Program,
    words: &'a [String],
) -> Option<(&'static OwnCommand, &'a [String])> {
    let words = match program {
        Program::CognitoSync => words,
        Program::Aws => words.strip_prefix(&[SERVICE.to_string()])?,
    };
    let own = OwnCommand::named(words.first()?)?;
    Some((own, words))
}

/// The help on what words name: an operation, wherever it stands among them; a command of our own
/// in the first place; or else the program. A first word that names nothing is refused, so that the
/// likest operations are told.
fn help_on(program: &Program, words: &[String], look: Look) -> Result<String> {
    let prefix = program.prefix();
    let words = words.strip_prefix(&[SERVICE.to_string()]).unwrap_or(words);
    if let Some(operation) = words.iter().find_map(|word| Operation::by_command(word)) {
        return Ok(help::of_operation(prefix, operation, look));
    }
    if let Some(word) = words.first().filter(|word| !word.starts_with('-')) {
        if let Some(own) = OwnCommand::named(word) {
            return Ok(help::of_own(prefix, own, look));
        }
        let operations = operation_words();
        arguments::check_choice("operation", operations.iter().map(String::as_str), word)?;
    }
    Ok(help::of_program(prefix, look))
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
