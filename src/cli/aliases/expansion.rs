//! From a command line with aliases to the operation, the help page or the shell command that it leads to,
//! by the rules of `awscli/alias.py` of AWS CLI 2.36.7: an alias's own arguments stand before those behind
//! it, and its global options override those of the command line. Nothing is run here.

use super::{Alias, Aliases, arguments as alias_arguments};
use crate::cli::arguments::{self, Arguments, Positional};
use crate::cli::{HELP, SERVICE, globals, operation_words, options};
use crate::error::{Error, Result};
use crate::model::Operation;

/// How many aliases may lead from one to the next; more of them are taken for a circle. The AWS CLI ends
/// at Python's limit of recursion.
const LONGEST_CHAIN: usize = 256;

/// Global options that an alias may not have: by the time it is looked at, they have taken effect.
const TOO_LATE: [&str; 2] = ["debug", "profile"];

/// What a command line leads to.
#[derive(Debug)]
pub(in crate::cli) enum Expanded {
    /// An operation, and the arguments behind it.
    Operation(&'static Operation, Vec<String>),
    /// A command for the shell.
    Shell(String),
    /// Help on what the arguments name.
    Help(Vec<String>),
    /// The version, which the arguments of an alias ask for.
    Version,
}

/// Follows the command line behind its `globals`, which are overridden by those of aliases on the way, also
/// where an error ends it.
pub(in crate::cli) fn expand(globals: &mut Arguments, aliases: &Aliases) -> Result<Expanded> {
    let mut expansion = Expansion {
        aliases,
        globals,
        followed: 0,
    };
    expansion.follow()
}

struct Expansion<'a> {
    aliases: &'a Aliases,
    globals: &'a mut Arguments,
    /// How many aliases were followed.
    followed: usize,
}

/// What one alias leads to.
enum Step {
    /// The next command where one was asked for, and all arguments behind it.
    Next(Option<String>, Vec<String>),
    End(Expanded),
}

impl Expansion<'_> {
    /// From the word in the place of `cognito-sync`.
    fn follow(&mut self) -> Result<Expanded> {
        let mut command = self.globals.positional.take().unwrap_or_default();
        let mut args = std::mem::take(&mut self.globals.rest);
        let aliases = self.aliases;
        while let Some(alias) = aliases.toplevel(&command) {
            match self.step(&command, alias, &[], args)? {
                Step::End(end) => return Ok(end),
                Step::Next(next, remaining) => {
                    args = remaining;
                    let next = next.unwrap_or_default();
                    // An alias of the name of a command leads to the command itself.
                    let is_own = next == command && [SERVICE, HELP].contains(&&*next);
                    command = next;
                    if is_own {
                        break;
                    }
                }
            }
        }
        match &*command {
            HELP => Ok(Expanded::Help(args)),
            _ => self.follow_service(args),
        }
    }

    /// From the operation on.
    fn follow_service(&mut self, mut args: Vec<String>) -> Result<Expanded> {
        let aliases = self.aliases;
        let mut choices = operation_words();
        let names = aliases.names_behind(&[SERVICE]);
        let names = names.filter(|name| Operation::by_command(name).is_none());
        choices.extend(names.map(str::to_string));
        loop {
            let read = arguments::read(&[], Positional::Required("operation", &choices), &args)?;
            let name = read.positional.unwrap_or_default();
            if name == HELP {
                return Ok(Expanded::Help(read.rest));
            }
            let operation = Operation::by_command(&name);
            let Some(alias) = aliases.behind(&[SERVICE], &name) else {
                let Some(operation) = operation else {
                    return Ok(Expanded::Help(read.rest));
                };
                return self.follow_operation(operation, &[SERVICE, &name], read.rest);
            };
            match self.step(&name, alias, &[SERVICE], read.rest)? {
                Step::End(end) => return Ok(end),
                Step::Next(_, remaining) => args = remaining,
            }
            if let Some(operation) = operation {
                // The first argument is taken to be the operation's name, whatever it is; and the
                // AWS CLI has lost the service's name for the aliases that follow.
                let behind = args.into_iter().skip(1).collect();
                return self.follow_operation(operation, &[&name], behind);
            }
        }
    }

    /// From behind an operation, which may have aliases of its own.
    fn follow_operation(
        &mut self,
        operation: &'static Operation,
        section: &[&str],
        mut args: Vec<String>,
    ) -> Result<Expanded> {
        let aliases = self.aliases;
        let choices: Vec<_> = aliases.names_behind(section).map(str::to_string).collect();
        let mut options = options::of_operation(operation);
        for option in &mut options {
            option.required = false;
        }
        while !choices.is_empty() && args != [HELP] {
            let positional = Positional::OptionalChoice("subcommand", &choices);
            let Some(name) = arguments::read(&options, positional, &args)?.positional else {
                break;
            };
            let Some(alias) = aliases.behind(section, &name) else {
                break;
            };
            if let Some(at) = args.iter().position(|arg| *arg == name) {
                args.remove(at);
            }
            match self.step(&name, alias, &[SERVICE], args)? {
                Step::End(end) => return Ok(end),
                Step::Next(_, remaining) => args = remaining,
            }
        }
        Ok(Expanded::Operation(operation, args))
    }

    /// Follows one alias with the arguments behind it. Global options are read from its value, behind the
    /// words in `before`.
    fn step(
        &mut self,
        name: &str,
        alias: Alias<'_>,
        before: &[&str],
        args: Vec<String>,
    ) -> Result<Step> {
        let value = match alias {
            Alias::Shell(command) => return Ok(Step::End(Expanded::Shell(shell(command, &args)))),
            Alias::Arguments(value) => value,
        };
        self.followed += 1;
        if self.followed > LONGEST_CHAIN {
            return Err(Error::general(format!(
                "The alias \"{name}\" leads back to itself. Mend it in {}.",
                super::FILE
            )));
        }
        let mut all: Vec<_> = before.iter().map(|word| (*word).to_string()).collect();
        all.extend(alias_arguments(name, value)?);
        let read = globals::read_behind_aws(&all, self.aliases)?;
        if read.has("version") {
            return Ok(Step::End(Expanded::Version));
        }
        if read.has("help") {
            return Ok(Step::End(Expanded::Help(read.rest)));
        }
        self.override_globals(name, &read)?;
        let mut remaining = read.rest;
        remaining.extend(args);
        Ok(Step::Next(read.positional, remaining))
    }

    fn override_globals(&mut self, name: &str, read: &Arguments) -> Result<()> {
        if let Some(option) = TOO_LATE.iter().find(|option| read.has(option)) {
            return Err(Error::general(format!(
                "Global parameter \"--{option}\" detected in alias \"{name}\" which is not supported \
                 in subcommand aliases."
            )));
        }
        globals::values(read)?;
        self.globals.override_with(read);
        Ok(())
    }
}

/// The shell command of an alias, with the arguments behind it.
fn shell(command: &str, args: &[String]) -> String {
    let quoted = args.iter().map(|arg| quoted(arg));
    std::iter::once(command.to_string())
        .chain(quoted)
        .collect::<Vec<_>>()
        .join(" ")
}

/// An argument as a shell's word, by the rules of Python's `shlex.quote`.
fn quoted(arg: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    match !arg.is_empty() && arg.chars().all(is_plain) {
        true => arg.to_string(),
        false => format!("'{}'", arg.replace('\'', r#"'"'"'"#)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Alias;
    use super::*;
    use crate::environment::Environment;
    use crate::python::shlex;
    use proptest::prelude::*;

    /// What a command line leads to with these aliases of `[command cognito-sync]`.
    fn outcome(aliases: &Aliases, line: &[&str]) -> Result<Expanded> {
        let args: Vec<_> = line.iter().map(ToString::to_string).collect();
        let mut globals = globals::read(&crate::cli::Program::CognitoSync, &args, aliases)?;
        expand(&mut globals, aliases)
    }

    fn aliases(pairs: &[(String, String)]) -> Aliases {
        let mut aliases = Aliases::load(&Environment::default()).expect("no file is there");
        let section = pairs.iter().cloned().collect();
        aliases.commands.insert(vec![SERVICE.to_string()], section);
        aliases
    }

    #[test]
    fn chains_of_any_sensible_length_are_followed() {
        let links: Vec<_> = (0..200)
            .map(|n| (format!("a{n}"), format!("a{} x{n}", n + 1)))
            .chain([("a200".to_string(), "bulk-publish".to_string())])
            .collect();
        let expanded = outcome(&aliases(&links), &["a0"]).expect("it leads somewhere");
        let Expanded::Operation(operation, args) = expanded else {
            panic!("{expanded:?}");
        };
        assert_eq!(operation.name, "BulkPublish");
        assert_eq!(args.len(), 200);
        assert_eq!(args[0], "x199");
    }

    proptest! {
        /// The shell reads every argument back as it was typed.
        #[test]
        fn quoted_arguments_are_read_back(args in proptest::collection::vec("[ -~é\n]{0,8}", 0..4)) {
            let line = shell("echo", &args);
            let want: Vec<_> = std::iter::once("echo".to_string()).chain(args).collect();
            prop_assert_eq!(shlex::split(&line), Ok(want));
        }

        /// Whatever aliases say, they lead somewhere or are refused, and soon.
        #[test]
        fn expansion_ends(
            pairs in proptest::collection::vec(
                ("(a|b|bulk-publish|help)", "(a|b|bulk-publish|--output text|--|x|!|'| ){0,6}"),
                0..4,
            ),
            line in proptest::collection::vec("(a|b|bulk-publish|--output=text|--|x)", 0..4),
        ) {
            let line: Vec<_> = line.iter().map(String::as_str).collect();
            let _ = outcome(&aliases(&pairs), &line);
            for (_, value) in &pairs {
                let _ = Alias::of(value).first_line();
            }
        }
    }
}
