//! Parses the command line of a subcommand: clap does, against the subcommand's definition.

use clap::ArgMatches;
use clap::error::ErrorKind;

use super::canonical::Positional;
use super::command::Command;
use super::global_args::GlobalArgs;
use super::help::{self, RenderOptions};
use super::options::{self, GLOBALS};
use super::parser::{self, ParsedArgs};
use super::program::{HELP, Program, version};
use super::subcommand::SubcommandId;
use super::subcommands::completions::CompletionsArgs;
use super::subcommands::{
    SubcommandLine, apply, diff, export, import, inventory, man, pull, serve, verify,
};
use super::{clap_commands, completions, subcommand_usage_error};
use crate::configuration::state_file;
use crate::environment::Environment;
use crate::error::Result;
use crate::output::ErrorFormat;

/// Parses the line.
pub(super) fn parse(
    line: &SubcommandLine<'_>,
    program: &Program,
    environment: &Environment,
    render_options: RenderOptions,
) -> Result<Command> {
    let (subcommand, prefix) = (line.subcommand, program.prefix());
    let globals = subcommand.globals_before();
    let before = parser::parse(&globals, Some(Positional::Optional), line.before)?;
    if let Some(output) = before.value(&options::OUTPUT) {
        subcommand.check_choice(&options::OUTPUT, output)?;
    }
    let page = || {
        let page = help::of_subcommand(prefix, subcommand, render_options);
        Ok(Command::Text(page))
    };
    if line.behind.first().is_some_and(|arg| arg == HELP) {
        return page();
    }
    subcommand_usage_error::check_separator(subcommand, line.behind)?;
    let args = [prefix, subcommand.name].into_iter();
    let args = args.chain(line.behind.iter().map(String::as_str));
    let matches = match clap_commands::of_subcommand(prefix, subcommand).try_get_matches_from(args)
    {
        Ok(mut matches) => matches.remove_subcommand().map(|(_, matches)| matches),
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp => return page(),
            ErrorKind::DisplayVersion => return Ok(Command::Text(version(program))),
            _ => return Err(subcommand_usage_error::worded(&error, subcommand)),
        },
    };
    let behind = ParsedArgs::from(matches.unwrap_or_default());
    for option in GLOBALS.iter().filter(|option| before.has(option)) {
        subcommand.check_global(option)?;
    }
    let mut globals = GlobalArgs::from(&before);
    globals.override_with(GlobalArgs::from(&behind));
    let output = behind
        .value(&options::OUTPUT)
        .or(before.value(&options::OUTPUT));
    command(
        subcommand.id,
        behind.matches(),
        &globals,
        output,
        environment,
    )
}

/// The command that parsed arguments ask for. `output` is the value of `--output`, which need not be
/// a format of operations.
fn command(
    id: SubcommandId,
    matches: &ArgMatches,
    globals: &GlobalArgs,
    output: Option<&str>,
    environment: &Environment,
) -> Result<Command> {
    Ok(match id {
        SubcommandId::Apply => Command::Apply(Box::new(apply::parse(matches, globals, output)?)),
        SubcommandId::Diff => Command::Diff(Box::new(diff::parse(matches, globals, output)?)),
        SubcommandId::Export => export::parse(matches, globals)?,
        SubcommandId::Import => Command::Import(Box::new(import::parse(matches, globals)?)),
        SubcommandId::Pull => Command::Pull(Box::new(pull::parse(matches, globals, output)?)),
        SubcommandId::Inventory => {
            Command::Inventory(Box::new(inventory::parse(matches, globals)?))
        }
        SubcommandId::Completions => {
            let args = CompletionsArgs::from(matches);
            Command::Text(completions::answer(&args, environment)?)
        }
        SubcommandId::Man => {
            let folder = man::out_folder(matches);
            let pages = help::man_pages().into_iter();
            Command::Files(
                pages
                    .map(|(name, page)| (folder.join(name), page))
                    .collect(),
            )
        }
        SubcommandId::Schema => Command::Text(state_file::SCHEMA.to_string()),
        SubcommandId::Verify => Command::Verify(Box::new(verify::parse(matches, globals, output)?)),
        SubcommandId::Serve => Command::Serve(Box::new(serve::parse(matches, globals, output)?)),
    })
}

/// The value of `--cli-error-format`, even of a line that is rejected.
pub(super) fn error_format(line: &SubcommandLine<'_>) -> Option<ErrorFormat> {
    let option = [options::CLI_ERROR_FORMAT];
    let typed = |args: &[String]| {
        let parsed = parser::parse(&option, Some(Positional::Optional), args).ok()?;
        parsed.value(&option[0]).and_then(ErrorFormat::from_name)
    };
    typed(line.behind).or_else(|| typed(line.before))
}
