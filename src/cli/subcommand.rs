//! The definition of a subcommand, from which clap's command, help and completions are derived.

use clap::Arg;

use super::options::{self, CliOption, GLOBALS};
use super::subcommand_usage_error;
use crate::error::{Error, Result};

/// A subcommand.
pub(super) struct Subcommand {
    /// Names the subcommand for the code that runs it.
    pub id: SubcommandId,
    /// Its name on the command line.
    pub name: &'static str,
    /// A description in one sentence.
    pub doc: &'static str,
    /// The description of its help page.
    pub details: &'static [Detail],
    /// The global options that it takes beside [`GLOBALS_OF_ALL`]. Others are rejected.
    pub globals: &'static [CliOption],
    /// Its own arguments.
    pub args: fn() -> Vec<Arg>,
}

/// Names a subcommand, for code that treats each of them in a way of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SubcommandId {
    Apply,
    Completions,
    Diff,
    Export,
    Import,
    Inventory,
    Man,
    Pull,
    Schema,
    Serve,
    Verify,
}

/// A part of the description.
pub(super) enum Detail {
    /// A paragraph, with literal text in backticks.
    Text(&'static str),
    /// A line to copy.
    Line(&'static str),
    /// Members of the output, with what they say.
    Members(&'static [(&'static str, &'static str)]),
}

/// The global options of every subcommand, which concern help, messages and prompts.
static GLOBALS_OF_ALL: [CliOption; 6] = [
    options::VERSION,
    options::COLOR,
    options::NO_CLI_PAGER,
    options::NO_CLI_AUTO_PROMPT,
    options::CLI_ERROR_FORMAT,
    options::HELP,
];

impl Subcommand {
    /// The global options that it takes.
    pub fn globals(&self) -> impl Iterator<Item = &CliOption> {
        self.globals.iter().chain(&GLOBALS_OF_ALL)
    }

    /// All global options, with any value for those that have other choices here than elsewhere;
    /// [`Subcommand::check_choice`] checks it.
    pub fn globals_before(&self) -> Vec<CliOption> {
        let mut globals = GLOBALS.to_vec();
        for option in &mut globals {
            let mut own = self.globals().filter(|own| own.name == option.name);
            if own.any(|own| own.choices != option.choices) {
                option.choices = &[];
            }
        }
        globals
    }

    /// Rejects a value that is none of the choices of an option.
    pub fn check_choice(&self, option: &CliOption, value: &str) -> Result<()> {
        let mut own = self.globals().filter(|own| own.name == option.name);
        match own.find(|own| !own.choices.is_empty() && !own.choices.contains(&value)) {
            Some(own) => {
                let choices = own.choices.iter().copied();
                let option = own.typed();
                Err(subcommand_usage_error::invalid_choice(
                    self, &option, value, choices,
                ))
            }
            None => Ok(()),
        }
    }

    /// Rejects a global option that has no meaning for it.
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
