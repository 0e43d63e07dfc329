//! The options of an operation: where they are parsed, and what was typed for its input.

use super::call_options::{self, CallOptions};
use super::canonical::Positional;
use super::hints;
use super::options::{self, CliOption};
use super::page_options;
use super::parser::{self, ParsedArgs};
use super::program::HELP;
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Member, Operation};
use crate::params::ParsedInput;
use crate::params::skeleton::Skeleton;

/// What the arguments behind an operation ask for.
pub(super) enum OperationArgs {
    /// `help`
    Help,
    /// A call, or a skeleton in place of one.
    Call {
        input: ParsedInput,
        skeleton: Option<Skeleton>,
        options: CallOptions,
    },
}

/// Parses the arguments behind an operation.
pub(super) fn parse(operation: &'static Operation, args: &[String]) -> Result<OperationArgs> {
    if args == [HELP] {
        return Ok(OperationArgs::Help);
    }
    let mut options = options::of_operation(operation);
    let added = options::CALL_OPTIONS.iter();
    options.extend(added.filter(|o| page_options::is_known(o, args)).cloned());
    if stands_for_the_input(args) {
        for option in &mut options {
            option.required = false;
        }
    }
    let mut parsed = parser::parse(&options, Some(Positional::Optional), args)?;
    match parsed.positional.take() {
        Some(arg) if arg == HELP => return Ok(OperationArgs::Help),
        // An empty argument in this place vanishes, as for the AWS CLI: `"$UNSET"` is common in
        // scripts.
        Some(stray) if stray.is_empty() => {}
        Some(stray) => parsed.rest.push(stray),
        None => {}
    }
    refuse_unknown(args, &parsed.rest, &options)
        .map_err(|error| page_options::explain(error, &parsed.rest))?;
    let skeleton = parsed.value(&options::GENERATE_CLI_SKELETON);
    let skeleton = skeleton.and_then(Skeleton::from_name);
    let call_options = CallOptions::parse(operation, &parsed)?;
    if skeleton.is_some() {
        call_options::refuse_beside_skeleton(&parsed)?;
    }
    Ok(OperationArgs::Call {
        skeleton,
        options: call_options,
        input: parsed_input(operation, &parsed),
    })
}

/// Refuses `args` of which some are `unknown` where `options` may stand.
pub(super) fn refuse_unknown(
    args: &[String],
    unknown: &[String],
    options: &[CliOption],
) -> Result<()> {
    if unknown.is_empty() {
        return Ok(());
    }
    let message = format!("Unknown options: {}", unknown.join(", "));
    let error = Error::new(ErrorKind::UnknownOptions, message);
    Err(hints::about_unknown(error, args, unknown, options))
}

/// Whether the arguments hold a document or ask for a skeleton, so that no option is required. Like
/// the AWS CLI, this looks for the full names, and a skeleton of the output still needs a valid
/// input.
fn stands_for_the_input(args: &[String]) -> bool {
    let position = |option: &CliOption| args.iter().position(|arg| option.is_typed_as(arg));
    let skeleton = position(&options::GENERATE_CLI_SKELETON)
        .is_some_and(|at| args.get(at + 1).is_none_or(|form| form != "output"));
    skeleton
        || position(&options::CLI_INPUT_JSON).is_some()
        || position(&options::CLI_INPUT_YAML).is_some()
}

fn parsed_input(operation: &'static Operation, parsed: &ParsedArgs) -> ParsedInput {
    let values = |member: &'static Member| {
        let values = parsed.values(&member.option())?;
        Some((member, values))
    };
    let text = |option: &CliOption| parsed.value(option).map(str::to_string);
    ParsedInput {
        members: operation
            .input
            .aws_cli_members()
            .filter_map(values)
            .collect(),
        cli_input_json: text(&options::CLI_INPUT_JSON),
        cli_input_yaml: text(&options::CLI_INPUT_YAML),
    }
}
