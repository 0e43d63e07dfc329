//! The options that may be typed: the AWS CLI's global ones, those that every operation has, and
//! one for each member of an operation's input, derived from the model.
//!
//! This is the one definition of every option; reading the command line, the clap tree and the
//! help all start here. Nothing here reads anything.

use std::borrow::Cow;

pub use super::added_options::{
    ALL_PAGES, CALL_OPTIONS, DRY_RUN, MAX_ITEMS, MERGE, PAGE_SIZE, POLL, SHOW_DIFF, SHOW_UNMODELED,
    STARTING_TOKEN, WAIT, WAIT_TIMEOUT,
};
use super::call_options;
use crate::configuration::SectionGroup;
use crate::model::{Operation, Shape, ShapeKind};
use crate::output::{ColorChoice, ErrorFormat, OutputFormat};
use crate::params::skeleton::Skeleton;

/// An option of the command line.
#[derive(Debug, Clone)]
pub struct CliOption {
    /// Name without its dashes.
    pub name: Cow<'static, str>,
    /// The letter that stands for the name, behind one dash.
    pub letter: Option<char>,
    /// What may follow it.
    pub takes: OptionArity,
    /// What its value is called in help; empty for a switch.
    pub value: &'static str,
    /// The only values it takes; empty where any will do.
    pub choices: &'static [&'static str],
    /// Further values that the AWS CLI does not have: its messages about wrong values leave them
    /// out.
    pub own_choices: &'static [&'static str],
    /// Whether the operation cannot go without it.
    pub required: bool,
    /// Whether it is ours and not the AWS CLI's; ours cannot be abbreviated, so that they never
    /// make an abbreviation of an option of the AWS CLI ambiguous.
    pub own: bool,
    /// One sentence for people.
    pub help: &'static str,
}

/// What follows an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptionArity {
    /// Nothing: it is a switch.
    Nothing,
    /// One value.
    Text,
    /// One value that must be a whole number.
    WholeNumber,
    /// One value, or none for this one.
    AtMostOne(&'static str),
    /// Any number of values.
    Several,
}

impl CliOption {
    /// The name as it is typed.
    pub fn typed(&self) -> String {
        format!("--{}", self.name)
    }

    /// All values that it takes; empty where any will do.
    pub fn all_choices(&self) -> impl Iterator<Item = &'static str> + Clone + use<> {
        self.choices.iter().chain(self.own_choices).copied()
    }

    /// Whether this is the option in full: `--name`, or `-x` for its letter.
    pub fn is_typed_as(&self, arg: &str) -> bool {
        match arg.strip_prefix("--") {
            Some(name) => name == self.name,
            None => self.letter.is_some() && arg.chars().skip(1).eq(self.letter),
        }
    }
}

/// An option of the AWS CLI.
const fn option(
    name: &'static str,
    takes: OptionArity,
    value: &'static str,
    choices: &'static [&'static str],
    help: &'static str,
) -> CliOption {
    CliOption {
        name: Cow::Borrowed(name),
        letter: None,
        takes,
        value,
        choices,
        own_choices: &[],
        required: false,
        own: false,
        help,
    }
}

/// A switch.
const fn switch(name: &'static str, help: &'static str) -> CliOption {
    option(name, OptionArity::Nothing, "", &[], help)
}

/// An option with one value.
const fn text(name: &'static str, value: &'static str, help: &'static str) -> CliOption {
    option(name, OptionArity::Text, value, &[], help)
}

/// An option with one of these values.
const fn one_of(
    name: &'static str,
    choices: &'static [&'static str],
    help: &'static str,
) -> CliOption {
    option(name, OptionArity::Text, "CHOICE", choices, help)
}

/// A switch that the AWS CLI does not have.
pub(super) const fn own_switch(
    name: &'static str,
    letter: Option<char>,
    help: &'static str,
) -> CliOption {
    let mut option = switch(name, help);
    option.letter = letter;
    option.own = true;
    option
}

/// An option with one value that the AWS CLI does not have.
pub(super) const fn own_option(
    name: &'static str,
    takes: OptionArity,
    value: &'static str,
    help: &'static str,
) -> CliOption {
    let mut option = option(name, takes, value, &[], help);
    option.own = true;
    option
}

/// An option of the AWS CLI that takes further values here.
const fn with_own_choices(
    mut option: CliOption,
    own_choices: &'static [&'static str],
) -> CliOption {
    option.own_choices = own_choices;
    option
}

/// The option with other choices, as a subcommand has it.
pub const fn with_choices(mut option: CliOption, choices: &'static [&'static str]) -> CliOption {
    option.choices = choices;
    option
}

/// Declares each option as a constant, and the table of all of them in this order.
macro_rules! global_options {
    ($($name:ident = $option:expr;)*) => {
        $(#[doc = concat!("`", stringify!($name), "` of the global options.")]
        pub const $name: CliOption = $option;)*

        /// The global options in the AWS CLI's order, then ours.
        pub static GLOBALS: [CliOption; [$(stringify!($name)),*].len()] = [$($name),*];
    };
}

global_options! {
    DEBUG = switch("debug", "Log settings, requests and responses to standard error, without secrets.");
    ENDPOINT_URL = text(
        "endpoint-url",
        "URL",
        "Sends requests to this URL instead of the service's.",
    );
    NO_VERIFY_SSL = switch("no-verify-ssl", "Accept any certificate of the service.");
    NO_PAGINATE = switch(
        "no-paginate",
        "Request one page only, as every operation here does anyway.",
    );
    OUTPUT = one_of("output", &OutputFormat::NAMES, "Output format.");
    QUERY = text(
        "query",
        "EXPRESSION",
        "JMESPath expression to filter the output with.",
    );
    PROFILE = text(
        "profile",
        "NAME",
        "Profile of the shared files to use.",
    );
    REGION = text("region", "NAME", "Region to send requests to.");
    VERSION = switch("version", "Print the version.");
    COLOR = one_of(
        "color",
        &ColorChoice::NAMES,
        "When to color the output; auto by default.",
    );
    NO_SIGN_REQUEST = switch(
        "no-sign-request",
        "Send unsigned requests; no credentials are needed.",
    );
    CA_BUNDLE = text(
        "ca-bundle",
        "FILE",
        "File of certificates to trust instead of the built-in and the system's ones.",
    );
    CLI_READ_TIMEOUT = text(
        "cli-read-timeout",
        "SECONDS",
        "Timeout of each read in seconds; 60 by default, 0 for none.",
    );
    CLI_CONNECT_TIMEOUT = text(
        "cli-connect-timeout",
        "SECONDS",
        "Timeout of connecting in seconds; 60 by default, 0 for none.",
    );
    CLI_BINARY_FORMAT = one_of(
        "cli-binary-format",
        &["base64", "raw-in-base64-out"],
        "Encoding of binary values; no operation here has any.",
    );
    NO_CLI_PAGER = switch("no-cli-pager", "Use no pager, as is always the case here.");
    CLI_AUTO_PROMPT = switch(
        "cli-auto-prompt",
        "Prompt for parameters; not supported, and refused.",
    );
    NO_CLI_AUTO_PROMPT = switch(
        "no-cli-auto-prompt",
        "Prompt for nothing, as is always the case here.",
    );
    CLI_ERROR_FORMAT = one_of(
        "cli-error-format",
        &ErrorFormat::NAMES,
        "Format of error messages; enhanced by default.",
    );
    LOCAL = own_switch(
        "local",
        None,
        "Have the local service within this program answer; no account is needed.",
    );
    HELP = own_switch("help", Some('h'), "Print help.");
}

/// Input document in JSON.
pub const CLI_INPUT_JSON: CliOption = text(
    "cli-input-json",
    "DOCUMENT",
    "Input as a JSON document, a file:// path or - for standard input; other options override its members.",
);
/// Input document in YAML.
pub const CLI_INPUT_YAML: CliOption = text(
    "cli-input-yaml",
    "DOCUMENT",
    "Input as a YAML document, a file:// path or - for standard input; other options override its members.",
);
/// Skeletons instead of a request.
pub const GENERATE_CLI_SKELETON: CliOption = with_own_choices(
    option(
        "generate-cli-skeleton",
        OptionArity::AtMostOne(Skeleton::DEFAULT),
        "CHOICE",
        &Skeleton::NAMES,
        "Print a skeleton of the input or of the output, or an example of the input, and send \
         nothing.",
    ),
    &Skeleton::OWN_NAMES,
);

/// The AWS CLI's options of an operation: its input's members in order, then what every operation
/// has.
pub fn of_operation(operation: &Operation) -> Vec<CliOption> {
    let members = operation.input.aws_cli_members().map(|member| CliOption {
        name: Cow::Owned(member.option()),
        letter: None,
        takes: match member.shape.kind {
            ShapeKind::List(_) => OptionArity::Several,
            ShapeKind::Long => OptionArity::WholeNumber,
            _ => OptionArity::Text,
        },
        value: placeholder(member.shape),
        choices: &[],
        own_choices: &[],
        required: operation.input.requires(member.name),
        own: false,
        help: member.doc,
    });
    members
        .chain([CLI_INPUT_JSON, CLI_INPUT_YAML, GENERATE_CLI_SKELETON])
        .collect()
}

/// The option for skeletons, with the choices that mean something to an operation.
pub fn skeleton_of_operation(operation: &Operation) -> CliOption {
    let mut option = GENERATE_CLI_SKELETON;
    if SectionGroup::written_by(operation).is_none() {
        option.own_choices = &Skeleton::OWN_NAMES_OF_ALL;
    }
    option
}

/// Everything that means something to an operation: the AWS CLI's options, then ours.
pub fn meaningful_to_operation(operation: &Operation) -> Vec<CliOption> {
    let mut options = of_operation(operation);
    for option in &mut options {
        if option.name == GENERATE_CLI_SKELETON.name {
            *option = skeleton_of_operation(operation);
        }
    }
    options.extend(own_of_operation(operation).cloned());
    options
}

/// The options of this program that mean something to an operation.
pub fn own_of_operation(operation: &Operation) -> impl Iterator<Item = &'static CliOption> {
    let options = CALL_OPTIONS.iter();
    options.filter(|option| call_options::is_meaningful(option, operation))
}

/// What stands for a value of this shape, or for an entry of a list, where the value itself is not
/// known.
pub fn placeholder(shape: &Shape) -> &'static str {
    match shape.kind {
        ShapeKind::String { .. } => "STRING",
        ShapeKind::Integer | ShapeKind::Long => "INTEGER",
        ShapeKind::Boolean => "BOOLEAN",
        ShapeKind::Timestamp => "TIMESTAMP",
        ShapeKind::List(item) => placeholder(item),
        ShapeKind::Map { .. } => "MAP",
        ShapeKind::Structure(_) => "STRUCTURE",
    }
}
