//! Expands the aliases of a command line to an operation, a help page or a shell command, by the
//! rules of `awscli/alias.py` of AWS CLI 2.36.7: an alias's own arguments stand before those behind
//! it, and its global options override those of the command line. It runs nothing.

use super::aliases::{self, Alias, Aliases};
use super::canonical::Positional;
use super::global_args::GlobalArgs;
use super::parser::{self, EarlyExitOption, ParsedArgs};
use super::program::{HELP, SERVICE, operation_choices};
use super::{global_parser, options};
use crate::error::{Error, Result};
use crate::model::Operation;
use crate::output::ColorChoice;

/// How many aliases may lead from one to the next; more of them are taken for a circle. The AWS CLI
/// ends at Python's limit of recursion.
const LONGEST_CHAIN: usize = 256;

/// What a command line leads to.
#[derive(Debug)]
pub(super) enum Expanded {
    /// An operation, and the arguments behind it.
    Operation(&'static Operation, Vec<String>),
    /// A command for the shell.
    Shell(String),
    /// Help on what the arguments name.
    Help(Vec<String>),
    /// The version, which the arguments of an alias ask for.
    Version,
}

/// Follows what a command line has beside its `globals`, which are overridden by those of aliases
/// on the way, also where an error ends it.
pub(super) fn expand(
    parsed: ParsedArgs,
    globals: &mut GlobalArgs,
    aliases: &Aliases,
) -> Result<Expanded> {
    let mut expansion = Expansion {
        aliases,
        globals,
        followed: 0,
    };
    expansion.follow(parsed)
}

struct Expansion<'a> {
    aliases: &'a Aliases,
    globals: &'a mut GlobalArgs,
    /// How many aliases were followed.
    followed: usize,
}

/// What one alias leads to.
enum ExpansionStep {
    /// The next command, if one was requested, and all arguments after it.
    Next(Option<String>, Vec<String>),
    End(Expanded),
}

impl Expansion<'_> {
    /// From the argument in the place of `cognito-sync`.
    fn follow(&mut self, parsed: ParsedArgs) -> Result<Expanded> {
        let mut command = parsed.positional.unwrap_or_default();
        let mut args = parsed.rest;
        let aliases = self.aliases;
        while let Some(alias) = aliases.toplevel(&command) {
            match self.step(&command, alias, &[], args)? {
                ExpansionStep::End(end) => return Ok(end),
                ExpansionStep::Next(next, remaining) => {
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
        let mut choices = operation_choices();
        let names = aliases.names_behind(&[SERVICE]);
        let names = names.filter(|name| Operation::find_by_command(name).is_none());
        choices.extend(names.map(str::to_string));
        loop {
            let positional = Positional::Required("operation", &choices);
            let read = parser::parse(&[], Some(positional), &args)?;
            let name = read.positional.unwrap_or_default();
            if name == HELP {
                return Ok(Expanded::Help(read.rest));
            }
            let operation = Operation::find_by_command(&name);
            let Some(alias) = aliases.behind(&[SERVICE], &name) else {
                let Some(operation) = operation else {
                    return Ok(Expanded::Help(read.rest));
                };
                return self.follow_operation(operation, &[SERVICE, &name], read.rest);
            };
            match self.step(&name, alias, &[SERVICE], read.rest)? {
                ExpansionStep::End(end) => return Ok(end),
                ExpansionStep::Next(_, remaining) => args = remaining,
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
        options.extend_from_slice(&options::CALL_OPTIONS);
        for option in &mut options {
            option.required = false;
        }
        while !choices.is_empty() && args != [HELP] {
            let positional = Positional::OptionalChoice("subcommand", &choices);
            let Some(name) = parser::parse(&options, Some(positional), &args)?.positional else {
                break;
            };
            let Some(alias) = aliases.behind(section, &name) else {
                break;
            };
            if let Some(at) = args.iter().position(|arg| *arg == name) {
                args.remove(at);
            }
            match self.step(&name, alias, &[SERVICE], args)? {
                ExpansionStep::End(end) => return Ok(end),
                ExpansionStep::Next(_, remaining) => args = remaining,
            }
        }
        Ok(Expanded::Operation(operation, args))
    }

    /// Follows one alias with the arguments behind it. Global options are read from its value,
    /// behind the words in `before`.
    fn step(
        &mut self,
        name: &str,
        alias: Alias<'_>,
        before: &[&str],
        args: Vec<String>,
    ) -> Result<ExpansionStep> {
        let value = match alias {
            Alias::Shell(command) => {
                return Ok(ExpansionStep::End(Expanded::Shell(shell(command, &args))));
            }
            Alias::Arguments(value) => value,
        };
        self.followed += 1;
        if self.followed > LONGEST_CHAIN {
            return Err(Error::general(format!(
                "The alias \"{name}\" leads back to itself. Mend it in {}.",
                aliases::FILE
            )));
        }
        let mut all: Vec<_> = before.iter().map(|word| (*word).to_string()).collect();
        all.extend(aliases::arguments(name, value)?);
        let parsed = global_parser::parse_behind_aws(&all, self.aliases)?;
        match parsed.exit {
            Some(EarlyExitOption::Version) => return Ok(ExpansionStep::End(Expanded::Version)),
            Some(EarlyExitOption::Help) => {
                return Ok(ExpansionStep::End(Expanded::Help(parsed.rest)));
            }
            None => {}
        }
        self.override_globals(name, &parsed)?;
        let mut remaining = parsed.rest;
        remaining.extend(args);
        Ok(ExpansionStep::Next(parsed.positional, remaining))
    }

    /// Takes over the global options of an alias. By the time it is looked at, some have taken
    /// effect.
    fn override_globals(&mut self, name: &str, parsed: &ParsedArgs) -> Result<()> {
        let too_late = [options::DEBUG, options::PROFILE];
        if let Some(option) = too_late.iter().find(|option| parsed.has(option)) {
            return Err(Error::general(format!(
                "Global parameter \"{}\" detected in alias \"{name}\" which is not supported in \
                 subcommand aliases.",
                option.typed()
            )));
        }
        let mut globals = GlobalArgs::from(parsed);
        globals.checked()?;
        // What is the default anyway overrides nothing; this is the only option with a default of
        // its own.
        globals.color = globals
            .color
            .filter(|color| *color != ColorChoice::default());
        self.globals.override_with(globals);
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
    use super::*;
    use crate::cli::program::Program;
    use crate::python::shlex;
    use proptest::prelude::*;

    /// What a command line leads to with these aliases of `[command cognito-sync]`.
    fn outcome(aliases: &Aliases, line: &[&str]) -> Result<Expanded> {
        let args: Vec<_> = line.iter().map(ToString::to_string).collect();
        let parsed = global_parser::parse(&Program::CognitoSync, &args, aliases)?;
        let mut globals = GlobalArgs::from(&parsed);
        expand(parsed, &mut globals, aliases)
    }

    fn aliases(pairs: &[(String, String)]) -> Aliases {
        Aliases::of_service(pairs.iter().cloned().collect())
    }

    #[test]
    fn follows_long_chains() {
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
                let _ = Alias::parse(value).first_line();
            }
        }
    }
}
