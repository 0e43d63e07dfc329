//! The user's aliases: parses `~/.aws/cli/alias` as `awscli/alias.py` of AWS CLI 2.36.7 does.
//! `alias_expansion` applies them to a command line.

use indexmap::IndexMap;

use super::SERVICE;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::python::configparser::IniSection;
use crate::python::{shlex, strip};
use crate::settings::config_file::read_plain_config_file;
use crate::shell::IN_ALIAS_VARIABLE;

/// The file. AWS_CONFIG_FILE does not move it.
pub(super) const FILE: &str = "~/.aws/cli/alias";

/// The section of aliases that stand in the place of `cognito-sync`.
const TOPLEVEL: &str = "toplevel";

/// What the titles of all other sections begin with.
const COMMAND: &str = "command ";

/// The aliases by the command that they stand behind.
#[derive(Debug, Default)]
pub(super) struct Aliases {
    toplevel: IniSection,
    /// Those of a command and its subcommands, such as `["cognito-sync", "bulk-publish"]`.
    commands: IndexMap<Vec<String>, IniSection>,
}

/// The value of an alias.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alias<'a> {
    /// Arguments that stand in the alias's place.
    Arguments(&'a str),
    /// A command for the shell, which stands behind `!`.
    Shell(&'a str),
}

impl Aliases {
    /// Reads the file; without one there are no aliases.
    pub(super) fn load(environment: &Environment) -> Result<Aliases> {
        let path = environment.expand_home(FILE);
        if !std::path::Path::new(&path).exists() {
            return Ok(Aliases::default());
        }
        // Looked for as it is and opened with variables replaced, as in the AWS CLI.
        let path = environment.expand_path(&path);
        let sections = read_plain_config_file(&path)?.ok_or_else(|| {
            Error::general(format!(
                "The specified config file ({path}) could not be found."
            ))
            .hint("the file of aliases must be a regular file")
        })?;
        let mut aliases = Aliases::default();
        for (title, section) in sections {
            if title == TOPLEVEL {
                aliases.toplevel = section;
            } else if title.starts_with(COMMAND) {
                let command = title.split_whitespace().skip(1).map(str::to_string);
                // Of two spellings of one title the last counts.
                aliases.commands.insert(command.collect(), section);
            }
        }
        aliases.drop_endless_alias(environment);
        Ok(aliases)
    }

    /// Drops the alias `[toplevel] cognito-sync = !COMMAND` within a shell command of an alias.
    /// With it `aws` is made to call this program, which would otherwise call itself without end.
    fn drop_endless_alias(&mut self, environment: &Environment) {
        if let (Some(_), Some(Alias::Shell(_))) =
            (environment.get(IN_ALIAS_VARIABLE), self.toplevel(SERVICE))
        {
            self.toplevel.shift_remove(SERVICE);
        }
    }

    /// The alias of this name in the place of `cognito-sync`.
    pub(super) fn toplevel(&self, name: &str) -> Option<Alias<'_>> {
        self.toplevel.get(name).map(|value| Alias::parse(value))
    }

    /// The names of those.
    pub(super) fn toplevel_names(&self) -> impl Iterator<Item = &str> {
        self.toplevel.keys().map(String::as_str)
    }

    /// The alias of this name behind the command.
    pub(super) fn behind(&self, command: &[&str], name: &str) -> Option<Alias<'_>> {
        self.section(command)?
            .get(name)
            .map(|value| Alias::parse(value))
    }

    /// The names of the aliases behind the command.
    pub(super) fn names_behind(&self, command: &[&str]) -> impl Iterator<Item = &str> {
        let names = self.section(command).into_iter().flat_map(IniSection::keys);
        names.map(String::as_str)
    }

    fn section(&self, command: &[&str]) -> Option<&IniSection> {
        let mut sections = self.commands.iter();
        let found = sections.find(|(key, _)| key.iter().eq(command));
        found.map(|(_, section)| section)
    }
}

impl<'a> Alias<'a> {
    /// Parses the value of an alias.
    pub(super) fn parse(value: &'a str) -> Alias<'a> {
        let value = strip(value);
        match value.strip_prefix('!') {
            Some(command) => Alias::Shell(command),
            None => Alias::Arguments(value),
        }
    }

    /// The first line of the value that says something, for a list.
    pub(super) fn first_line(self) -> &'a str {
        let (Alias::Arguments(value) | Alias::Shell(value)) = self;
        strip(value.trim_start().lines().next().unwrap_or_default())
    }
}

/// The arguments that the value of the alias `name` stands for.
pub(super) fn arguments(name: &str, value: &str) -> Result<Vec<String>> {
    let args = shlex::split(value).map_err(|why| {
        Error::general(format!(
            "Value of alias \"{name}\" could not be parsed. Received error: {why} when \
             parsing:\n{value}"
        ))
    })?;
    let without_line_ends = |arg: &String| arg.trim_matches('\n').to_string();
    Ok(args.iter().map(without_line_ends).collect())
}

#[cfg(test)]
impl Aliases {
    /// Aliases of `[command cognito-sync]`.
    pub(super) fn of_service(section: IniSection) -> Aliases {
        let commands = [(vec![super::program::SERVICE.to_string()], section)];
        Aliases {
            commands: IndexMap::from(commands),
            ..Aliases::default()
        }
    }
}
