//! The subcommands, which the AWS CLI does not have: their table, where they are found in a command line, and
//! how clap parses what is typed for them. A new one is a file with its definition and an entry in the table.

use clap::error::ErrorKind;
use clap::{Arg, ArgMatches};

use super::canonical::{self, Class, Positional};
use super::completions::COMPLETIONS;
use super::global_args::GlobalArgs;
use super::help::{self, RenderOptions};
use super::man::MAN;
use super::options::{self, CliOption, GLOBALS, Takes};
use super::parser::{self, ParsedArgs};
use super::serve::SERVE;
use super::{Command, HELP, Program, SERVICE, subcommand_refusal, tree, version};
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::output::ErrorFormat;

/// A subcommand.
pub(super) struct Subcommand {
    /// Its name on the command line.
    pub name: &'static str,
    /// One sentence for people.
    pub doc: &'static str,
    /// What else is good to know.
    pub details: &'static [Detail],
    /// The global options that mean something to it, beside [`GLOBALS_OF_ALL`]. Others are refused.
    pub globals: &'static [CliOption],
    /// What may be typed behind it.
    pub args: fn() -> Vec<Arg>,
    /// Returns what was asked for.
    pub read: fn(&ArgMatches, &SubcommandContext<'_>) -> Result<Command>,
}

/// What a subcommand knows beside its own arguments.
pub(super) struct SubcommandContext<'a> {
    /// The global options, from before and behind the subcommand.
    pub globals: &'a GlobalArgs,
    pub environment: &'a Environment,
}

/// Something that is good to know.
pub(super) enum Detail {
    /// A paragraph, in which what is to be typed stands in backticks.
    Text(&'static str),
    /// A line to be copied.
    Line(&'static str),
}

/// All of them, in alphabetical order.
pub(super) static SUBCOMMANDS: [Subcommand; 3] = [COMPLETIONS, MAN, SERVE];

/// The global options that mean something to every subcommand: they are about help, messages and prompts.
static GLOBALS_OF_ALL: [CliOption; 6] = [
    options::VERSION,
    options::COLOR,
    options::NO_CLI_PAGER,
    options::NO_CLI_AUTO_PROMPT,
    options::CLI_ERROR_FORMAT,
    options::HELP,
];

impl Subcommand {
    /// The subcommand of this name.
    pub fn named(name: &str) -> Option<&'static Subcommand> {
        SUBCOMMANDS.iter().find(|known| known.name == name)
    }

    /// The global options that it takes.
    pub fn globals(&self) -> impl Iterator<Item = &CliOption> {
        self.globals.iter().chain(&GLOBALS_OF_ALL)
    }

    /// Refuses a global option that means nothing to it.
    pub fn check_global(&self, option: &CliOption) -> Result<()> {
        if self.globals().any(|known| known.name == option.name) {
            return Ok(());
        }
        let known: Vec<_> = self.globals().map(CliOption::typed).collect();
        Err(Error::parameter(format!(
            "{} means nothing to {}. Leave it out: of the global options, {} takes {}.",
            option.typed(),
            self.name,
            self.name,
            known.join(", ")
        )))
    }
}

/// A command line that names a subcommand.
pub(super) struct SubcommandLine<'a> {
    pub subcommand: &'static Subcommand,
    /// The arguments before it.
    before: &'a [String],
    /// The arguments behind it.
    pub behind: &'a [String],
}

/// Finds the subcommand that a command line names in the place of an operation. The user's alias of the same
/// name goes first, as it does in the AWS CLI, which has no such command.
pub(super) fn find<'a>(
    program: &Program,
    args: &'a [String],
    is_alias: impl FnOnce(&str) -> bool,
) -> Option<SubcommandLine<'a>> {
    let (subcommand, at) = position(program, args)?;
    if is_alias(subcommand.name) {
        return None;
    }
    Some(SubcommandLine {
        subcommand,
        before: &args[..at],
        behind: &args[at + 1..],
    })
}

/// The subcommand and its place, if it is what global options stand before. No more of the line is looked at.
fn position(program: &Program, args: &[String]) -> Option<(&'static Subcommand, usize)> {
    let mut awaits_service = *program == Program::Aws;
    let mut at = 0;
    while let Some(arg) = args.get(at).filter(|arg| *arg != "--") {
        match canonical::classify(&GLOBALS, arg).ok()? {
            Class::Option(option, attached) => {
                let ends = [options::HELP.name, options::VERSION.name].contains(&option.name);
                if ends {
                    return None;
                }
                let has_value = attached.is_none() && option.takes != Takes::Nothing;
                at += usize::from(has_value);
            }
            Class::Value if awaits_service && arg == SERVICE => awaits_service = false,
            Class::Value if awaits_service => return None,
            Class::Value => return Subcommand::named(arg).map(|found| (found, at)),
            Class::Unknown | Class::Separator => return None,
        }
        at += 1;
    }
    None
}

impl SubcommandLine<'_> {
    /// Parses the line.
    pub fn parse(
        &self,
        program: &Program,
        environment: &Environment,
        render_options: RenderOptions,
    ) -> Result<Command> {
        let (subcommand, prefix) = (self.subcommand, program.prefix());
        let before = parser::parse(&GLOBALS, Some(Positional::Optional), self.before)?;
        let page = || {
            Ok(Command::Text(help::of_subcommand(
                prefix,
                subcommand,
                render_options,
            )))
        };
        if self.behind.first().is_some_and(|arg| arg == HELP) {
            return page();
        }
        subcommand_refusal::check_separator(subcommand, self.behind)?;
        let args = [prefix, subcommand.name].into_iter();
        let args = args.chain(self.behind.iter().map(String::as_str));
        let matches = match tree::of_subcommand(prefix, subcommand).try_get_matches_from(args) {
            Ok(mut matches) => matches.remove_subcommand().map(|(_, matches)| matches),
            Err(error) => match error.kind() {
                ErrorKind::DisplayHelp => return page(),
                ErrorKind::DisplayVersion => return Ok(Command::Text(version(program))),
                _ => return Err(subcommand_refusal::worded(error, subcommand)),
            },
        };
        let behind = ParsedArgs::from(matches.unwrap_or_default());
        for option in GLOBALS.iter().filter(|option| before.has(option)) {
            subcommand.check_global(option)?;
        }
        let mut globals = GlobalArgs::from(&before);
        globals.override_with(GlobalArgs::from(&behind));
        let context = SubcommandContext {
            globals: &globals,
            environment,
        };
        (subcommand.read)(behind.matches(), &context)
    }

    /// The value of `--cli-error-format`, even in a line that is refused.
    pub fn error_format(&self) -> Option<ErrorFormat> {
        let option = [options::CLI_ERROR_FORMAT];
        let typed = |args: &[String]| {
            let parsed = parser::parse(&option, Some(Positional::Optional), args).ok()?;
            parsed.value(&option[0]).and_then(ErrorFormat::named)
        };
        typed(self.behind).or_else(|| typed(self.before))
    }
}
