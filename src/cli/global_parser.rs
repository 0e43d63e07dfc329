//! Parses the global options of a command line.

use super::aliases::Aliases;
use super::canonical::Positional;
use super::global_args::GlobalArgs;
use super::options::{self, CliOption, GLOBALS};
use super::parser::{self, ParsedArgs};
use super::program::{HELP, Program, SERVICE};
use crate::error::Result;
use crate::output::{ColorChoice, ErrorFormat, OutputFormat};

impl From<&ParsedArgs> for GlobalArgs {
    fn from(parsed: &ParsedArgs) -> GlobalArgs {
        let text = |option: &CliOption| parsed.value(option).map(str::to_string);
        GlobalArgs {
            debug: parsed.has(&options::DEBUG),
            endpoint_url: text(&options::ENDPOINT_URL),
            no_verify_ssl: parsed.has(&options::NO_VERIFY_SSL),
            output: parsed
                .value(&options::OUTPUT)
                .and_then(OutputFormat::from_name),
            query: text(&options::QUERY),
            profile: text(&options::PROFILE),
            region: text(&options::REGION),
            color: parsed
                .value(&options::COLOR)
                .and_then(ColorChoice::from_name),
            no_sign_request: parsed.has(&options::NO_SIGN_REQUEST),
            ca_bundle: text(&options::CA_BUNDLE),
            cli_read_timeout: text(&options::CLI_READ_TIMEOUT),
            cli_connect_timeout: text(&options::CLI_CONNECT_TIMEOUT),
            has_binary_format: parsed.value(&options::CLI_BINARY_FORMAT).is_some(),
            cli_auto_prompt: parsed.has(&options::CLI_AUTO_PROMPT),
            cli_error_format: parsed
                .value(&options::CLI_ERROR_FORMAT)
                .and_then(ErrorFormat::from_name),
            local: parsed.has(&options::LOCAL),
            no_paginate: parsed.has(&options::NO_PAGINATE),
            is_overridden: false,
        }
    }
}

/// Parses the global options of a command line. The name of this program stands for the command
/// that the AWS CLI expects.
pub(super) fn parse(program: &Program, args: &[String], aliases: &Aliases) -> Result<ParsedArgs> {
    match program {
        Program::Aws => parse_behind_aws(args, aliases),
        Program::CognitoSync => {
            let mut all = Vec::with_capacity(args.len() + 1);
            all.push(SERVICE.to_string());
            all.extend_from_slice(args);
            parse_behind_aws(&all, aliases)
        }
    }
}

/// Parses the global options of the arguments behind `aws`, and the command.
pub(super) fn parse_behind_aws(args: &[String], aliases: &Aliases) -> Result<ParsedArgs> {
    let commands = [SERVICE, HELP].into_iter().chain(aliases.toplevel_names());
    let commands: Vec<_> = commands.map(str::to_string).collect();
    let positional = Positional::Required("command", &commands);
    parser::parse(&GLOBALS, Some(positional), args)
}
