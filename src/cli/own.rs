//! The commands of our own, which the AWS CLI does not have: a table. Each is known only as the
//! first word behind the program's name. What they do is done elsewhere.

use std::path::PathBuf;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches, value_parser};

use super::help::{self, Look};
use super::serve::SERVE;
use super::{Command, completions, tree};
use crate::environment::Environment;
use crate::error::{Error, Result};

/// A command of our own.
pub(super) struct OwnCommand {
    /// Its word on the command line.
    pub name: &'static str,
    /// One sentence for people.
    pub doc: &'static str,
    /// What else is good to know.
    pub details: &'static [Detail],
    /// What may be typed behind it.
    pub args: fn() -> Vec<Arg>,
    /// Who reads that.
    pub reader: Reader,
}

/// Something that is good to know.
pub(super) enum Detail {
    /// A paragraph, in which what is to be typed stands in backticks.
    Text(&'static str),
    /// A line to be copied.
    Line(&'static str),
}

/// Who reads what is typed behind a command, and tells what it asks for.
pub(super) enum Reader {
    /// clap, by the command's arguments.
    Clap(fn(&ArgMatches) -> Result<Command>),
    /// The command itself.
    Itself(fn(&[String], &Environment) -> Result<Command>),
}

/// All of them, in alphabetical order.
pub(super) static OWN_COMMANDS: [OwnCommand; 3] = [COMPLETIONS, MAN, SERVE];

const COMPLETIONS: OwnCommand = OwnCommand {
    name: completions::COMMAND,
    doc: "Prints a script that completes in a shell.",
    details: &[
        Detail::Text(
            "It completes operations, options, their values, the keys within shorthand, profiles, \
             regions and files. To have it in every session, add the shell's line to its start-up \
             file.",
        ),
        Detail::Text("bash, in `~/.bashrc`:"),
        Detail::Line(r#"eval "$(cognito-sync completions bash)""#),
        Detail::Text("zsh, in `~/.zshrc`, behind compinit:"),
        Detail::Line("source <(cognito-sync completions zsh)"),
        Detail::Text("fish, in `~/.config/fish/config.fish`:"),
        Detail::Line("cognito-sync completions fish | source"),
        Detail::Text("PowerShell, in `$PROFILE`:"),
        Detail::Line("cognito-sync completions powershell | Out-String | Invoke-Expression"),
    ],
    args: || {
        vec![
            Arg::new("shell")
                .required(true)
                .value_parser(completions::names())
                .help("Shell that the script is for."),
        ]
    },
    // The scripts ask their questions through this command, too, with words that may be anything.
    reader: Reader::Itself(|words, environment| {
        completions::ask(words, environment).map(Command::Text)
    }),
};

const MAN: OwnCommand = OwnCommand {
    name: "man",
    doc: "Writes the man pages of the program and of its operations.",
    details: &[Detail::Text(
        "It prints the name of each file that it has written. Files of the same names are \
         overwritten.",
    )],
    args: || {
        vec![
            Arg::new("out")
                .long("out")
                .value_name("DIR")
                .value_parser(value_parser!(PathBuf))
                .required(true)
                .help("Folder to write to; it is made if it is not there."),
        ]
    },
    reader: Reader::Clap(|typed| {
        let folder = typed.get_one::<PathBuf>("out").cloned().unwrap_or_default();
        let pages = help::man_pages().into_iter();
        Ok(Command::Files(
            pages
                .map(|(name, page)| (folder.join(name), page))
                .collect(),
        ))
    }),
};

impl OwnCommand {
    /// The command of this name.
    pub fn named(word: &str) -> Option<&'static OwnCommand> {
        OWN_COMMANDS.iter().find(|own| own.name == word)
    }

    /// The command as clap sees it.
    pub fn clap(&self) -> clap::Command {
        let help = Arg::new("help").short('h').long("help");
        let help = help.action(ArgAction::Help).help("Prints help.");
        clap::Command::new(self.name)
            .about(self.doc)
            // As with the AWS CLI's options, the last one counts.
            .args_override_self(true)
            .args((self.args)())
            .arg(help)
    }

    /// Whether the words end where a command to run is to follow.
    fn lacks_its_command(&self, words: &[String]) -> bool {
        words.last().is_some_and(|word| word == "--") && (self.args)().iter().any(Arg::is_last_set)
    }

    /// Reads the words from the command's own on; `prefix` is what is typed before it.
    pub fn read(
        &self,
        prefix: &str,
        words: &[String],
        environment: &Environment,
        look: Look,
    ) -> Result<Command> {
        let page = || Ok(Command::Text(help::of_own(prefix, self, look)));
        let behind = words.get(1..).unwrap_or_default();
        match (&self.reader, behind.first().map(String::as_str)) {
            (_, Some("help" | "--help" | "-h")) => page(),
            (Reader::Itself(ask), _) => ask(behind, environment),
            (Reader::Clap(_), _) if self.lacks_its_command(behind) => Err(Error::parameter(
                "-- is to be followed by a COMMAND to run, such as -- pytest",
            )),
            (Reader::Clap(ask), _) => {
                let typed = std::iter::once(prefix).chain(words.iter().map(String::as_str));
                match tree::tree(prefix).try_get_matches_from(typed) {
                    Ok(matches) => matches
                        .subcommand()
                        .map_or_else(page, |(_, typed)| ask(typed)),
                    Err(error) if error.kind() == ErrorKind::DisplayHelp => page(),
                    Err(error) => Err(refusal(&suggesting(error))),
                }
            }
        }
    }
}

/// Names that others give to the option `--listen`.
const LISTEN_ELSEWHERE: [&str; 5] = ["--port", "--address", "--addr", "--host", "--bind"];

/// The error with suggestions that help: an option under another name, and the place of a command to run.
/// clap's own, to put an unknown option behind `--`, would run it.
fn suggesting(mut error: clap::Error) -> clap::Error {
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidArg) else {
        return error;
    };
    if error.kind() != ErrorKind::UnknownArgument {
        return error;
    }
    let word = word.clone();
    let usage = error.get(ContextKind::Usage).map(ToString::to_string);
    let takes_a_command = usage.is_some_and(|usage| usage.contains("[-- <COMMAND>"));
    let tip = match takes_a_command && !word.starts_with('-') {
        true => {
            let tip = format!("a command to run stands behind '--': '-- {word}'");
            ContextValue::StyledStrs(vec![StyledStr::from(tip)])
        }
        false => ContextValue::None,
    };
    error.insert(ContextKind::Suggested, tip);
    if takes_a_command && LISTEN_ELSEWHERE.contains(&word.as_str()) {
        let listen = ContextValue::String("--listen".into());
        error.insert(ContextKind::SuggestedArg, listen);
    }
    error
}

/// What clap has to say, without its own mark and its way to help.
fn refusal(error: &clap::Error) -> Error {
    let text = error.render().to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let message = text.split("\n\nFor more information").next();
    Error::parameter(message.unwrap_or(text))
}
