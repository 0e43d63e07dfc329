//! The options that may be typed: the AWS CLI's global ones, those that every operation has, and
//! one for each member of an operation's input, derived from the model.
//!
//! This is the one definition of every option; reading the command line, the clap tree and the
//! help all start here. Nothing here reads anything.

use std::borrow::Cow;

use crate::model::{Kind, Operation, Shape};

/// An option of the command line.
#[derive(Debug, Clone)]
pub struct CliOption {
    /// Name without its dashes.
    pub name: Cow<'static, str>,
    /// What may follow it.
    pub takes: Takes,
    /// What its value is called in help; empty for a switch.
    pub value: &'static str,
    /// The only values it takes; empty where any will do.
    pub choices: &'static [&'static str],
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
pub enum Takes {
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
}

/// An option of the AWS CLI.
const fn option(
    name: &'static str,
    takes: Takes,
    value: &'static str,
    choices: &'static [&'static str],
    help: &'static str,
) -> CliOption {
    CliOption {
        name: Cow::Borrowed(name),
        takes,
        value,
        choices,
        required: false,
        own: false,
        help,
    }
}

/// A switch.
const fn switch(name: &'static str, help: &'static str) -> CliOption {
    option(name, Takes::Nothing, "", &[], help)
}

/// An option with one value.
const fn text(name: &'static str, value: &'static str, help: &'static str) -> CliOption {
    option(name, Takes::Text, value, &[], help)
}

/// An option with one of these values.
const fn one_of(
    name: &'static str,
    choices: &'static [&'static str],
    help: &'static str,
) -> CliOption {
    option(name, Takes::Text, "CHOICE", choices, help)
}

/// A switch that the AWS CLI does not have.
const fn own_switch(name: &'static str, help: &'static str) -> CliOption {
    CliOption {
        name: Cow::Borrowed(name),
        takes: Takes::Nothing,
        value: "",
        choices: &[],
        required: false,
        own: true,
        help,
    }
}

/// The global options in the AWS CLI's order, then ours.
pub static GLOBALS: [CliOption; 22] = [
    switch("debug", "Traces on standard error what is done."),
    text(
        "endpoint-url",
        "URL",
        "Sends requests to this URL instead of the service's.",
    ),
    switch("no-verify-ssl", "Accepts any certificate of the server."),
    switch(
        "no-paginate",
        "Asks for one page only, as every operation here does anyway.",
    ),
    one_of(
        "output",
        &["json", "text", "table", "yaml", "yaml-stream", "off"],
        "Form of what is printed.",
    ),
    text(
        "query",
        "EXPRESSION",
        "JMESPath expression that picks what is printed.",
    ),
    text(
        "profile",
        "NAME",
        "Profile of the shared files to take settings and credentials from.",
    ),
    text("region", "NAME", "Region to send requests to."),
    switch("version", "Prints the version."),
    one_of(
        "color",
        &["on", "off", "auto"],
        "Whether output is coloured; auto by default.",
    ),
    switch(
        "no-sign-request",
        "Sends requests without a signature and looks for no credentials.",
    ),
    text(
        "ca-bundle",
        "FILE",
        "File of certificates to trust, in place of the usual ones.",
    ),
    text(
        "cli-read-timeout",
        "SECONDS",
        "Seconds that a read may take; 60 by default, 0 for no limit.",
    ),
    text(
        "cli-connect-timeout",
        "SECONDS",
        "Seconds that connecting may take; 60 by default, 0 for no limit.",
    ),
    one_of(
        "cli-binary-format",
        &["base64", "raw-in-base64-out"],
        "How binary values are given; no operation here has any.",
    ),
    switch("no-cli-pager", "Uses no pager, as is always the case here."),
    switch(
        "cli-auto-prompt",
        "Asks for parameters; refused, since this program never prompts.",
    ),
    switch(
        "no-cli-auto-prompt",
        "Asks for nothing, as is always the case here.",
    ),
    one_of(
        "cli-error-format",
        &["legacy", "json", "yaml", "text", "table", "enhanced"],
        "Form of error messages; enhanced by default.",
    ),
    own_switch(
        "local",
        "Asks a Cognito Sync on this machine, within this program; no account is needed.",
    ),
    own_switch("help", "Prints help."),
    own_switch("h", "Prints help."),
];

/// Input document in JSON.
pub const CLI_INPUT_JSON: CliOption = text(
    "cli-input-json",
    "DOCUMENT",
    "Takes the input from this JSON document or file:// path; options typed beside it win.",
);
/// Input document in YAML.
pub const CLI_INPUT_YAML: CliOption = text(
    "cli-input-yaml",
    "DOCUMENT",
    "Takes the input from this YAML document or file:// path; options typed beside it win.",
);
/// Sample documents instead of a request.
pub const GENERATE_CLI_SKELETON: CliOption = option(
    "generate-cli-skeleton",
    Takes::AtMostOne("input"),
    "CHOICE",
    &["input", "output", "yaml-input"],
    "Sends nothing, and prints a sample of the input or of the reply instead.",
);

/// The options of an operation: its input's members in order, then what every operation has.
pub fn of_operation(operation: &Operation) -> Vec<CliOption> {
    let members = operation
        .input
        .members_of_aws_cli()
        .map(|member| CliOption {
            name: Cow::Owned(member.option()),
            takes: match member.shape.kind {
                Kind::List(_) => Takes::Several,
                Kind::Long => Takes::WholeNumber,
                _ => Takes::Text,
            },
            value: placeholder(member.shape),
            choices: &[],
            required: operation.input.requires(member.name),
            own: false,
            help: member.doc,
        });
    members
        .chain([CLI_INPUT_JSON, CLI_INPUT_YAML, GENERATE_CLI_SKELETON])
        .collect()
}

/// What stands for a value of this shape, or for an entry of a list, where the value itself is not
/// known.
pub fn placeholder(shape: &Shape) -> &'static str {
    match shape.kind {
        Kind::String { .. } => "TEXT",
        Kind::Integer | Kind::Long => "NUMBER",
        Kind::Boolean => "BOOLEAN",
        Kind::Timestamp => "MOMENT",
        Kind::List(item) => placeholder(item),
        Kind::Map { .. } => "MAP",
        Kind::Structure(_) => "STRUCTURE",
    }
}
