//! The commands of our own, which the AWS CLI does not have: a table. Each is known only as the
//! first word behind the program's name. What they do is done elsewhere.

use std::path::PathBuf;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use super::help::{self, Look};
use super::{Asks, completions, tree};
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::local::options::{self, Options};

/// A command of our own.
pub(super) struct OwnCommand {
    /// Its word on the command line.
    pub name: &'static str,
    /// One sentence for people.
    pub doc: &'static str,
    /// What else is good to know.
    pub details: &'static [Detail],
    /// What may be typed behind it.
    args: fn() -> Vec<Arg>,
    /// Who reads that.
    reader: Reader,
}

/// Something that is good to know.
pub(super) enum Detail {
    /// A paragraph, in which what is to be typed stands in backticks.
    Text(&'static str),
    /// A line to be copied.
    Line(&'static str),
}

/// Who reads what is typed behind a command, and tells what it asks for.
enum Reader {
    /// clap, by the command's arguments.
    Clap(fn(&ArgMatches) -> Result<Asks>),
    /// The command itself.
    Itself(fn(&[String], &Environment) -> Result<Asks>),
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
        completions::ask(words, environment).map(Asks::Text)
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
        Ok(Asks::Files(
            pages
                .map(|(name, page)| (folder.join(name), page))
                .collect(),
        ))
    }),
};

const SERVE: OwnCommand = OwnCommand {
    name: "serve",
    doc: "Runs a Cognito Sync on this machine, for any AWS SDK.",
    details: &[
        Detail::Text(
            "It answers all 17 operations as the real service does, as far as that is known, and \
             prints where it listens. Point an SDK there with AWS_ENDPOINT_URL_COGNITO_SYNC. \
             SIGTERM and SIGINT end it once the requests under way are finished. It tells of every \
             request on standard error: short and coloured on a terminal, else in JSON.",
        ),
        Detail::Text(
            "The store is a database of SQLite. `--local`, which has any operation answered \
             without a server, uses the same one, and both may do so at once.",
        ),
        Detail::Text(
            "Without `--credentials`, requests may be signed with anything or not at all; one with a \
             session token counts as an identity's.",
        ),
    ],
    args: serve_args,
    reader: Reader::Clap(|typed| Ok(Asks::Service(Box::new(options_of(typed)?)))),
};

fn serve_args() -> Vec<Arg> {
    let text = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    vec![
        text("listen", "ADDRESS:PORT", "Where to listen; port 0 is any that is free.")
            .default_value(options::LISTEN),
        text("store", "FILE", "File of the store, or `:memory:`; by default, the one that `--local` uses."),
        text("outbox", "FILE", "File that gets a line of JSON for each stream record, push message and call of a function that would be sent.")
            .value_parser(value_parser!(PathBuf)),
        text("sync-trigger", "COMMAND", "Shell command that takes the place of the Lambda functions for SyncTrigger: event on standard input, answer on standard output."),
        text("credentials", "KEY:SECRET", "Key that requests may be signed with, which turns on signature checks; with `:IDENTITY` behind it, that identity's. May be given repeatedly.")
            .action(ArgAction::Append),
        text("pool", "ID", "Identity pool that there is; others are then refused. May be given repeatedly. Without it, identity pools come to exist when they are first used.")
            .action(ArgAction::Append),
        Arg::new("strict")
            .long("strict")
            .action(ArgAction::SetTrue)
            .help("Refuses operations to the wrong kind of credentials, a developer's or an identity's."),
        text("fault", "OPERATION=CODE:RATE", "Has this share of an operation's calls, 0 to 1, fail with this error. `PutRecord` fails what goes to streams. May be given repeatedly.")
            .value_parser(options::fault)
            .action(ArgAction::Append),
        text("latency", "MILLISECONDS", "Holds every reply back.")
            .value_parser(value_parser!(u32).range(..=600_000))
            .default_value("0"),
        text("token-lifetime", "TIME", "How long a session token is good for.")
            .value_parser(options::duration)
            .default_value("5m"),
        text("bulk-publish-time", "TIME", "How long a bulk publish is in progress.")
            .value_parser(options::duration)
            .default_value("2s"),
        text("clock", "OFFSET", "How far ahead of the machine's clock the service's is, such as `+25h` or `-10m`.")
            .value_parser(options::offset)
            .allow_hyphen_values(true)
            .default_value("+0s"),
    ]
}

fn options_of(typed: &ArgMatches) -> Result<Options> {
    fn one<T: Clone + Send + Sync + 'static>(typed: &ArgMatches, name: &str) -> Option<T> {
        typed.get_one::<T>(name).cloned()
    }
    fn all<T: Clone + Send + Sync + 'static>(typed: &ArgMatches, name: &str) -> Vec<T> {
        let values = typed.get_many::<T>(name);
        values.map_or_else(Vec::new, |values| values.cloned().collect())
    }
    let defaults = Options::default();
    let latency = one::<u32>(typed, "latency").unwrap_or_default();
    // Not read by clap, which would show the secret in its message.
    let keys = all::<String>(typed, "credentials").into_iter().map(|text| {
        let refused = |why| Error::parameter(format!("invalid value for '--credentials': {why}"));
        options::key(&text).map_err(refused)
    });
    Ok(Options {
        listen: one(typed, "listen").unwrap_or(defaults.listen),
        store: one(typed, "store"),
        outbox: one(typed, "outbox"),
        sync_trigger: one(typed, "sync-trigger"),
        keys: keys.collect::<Result<_>>()?,
        strict: typed.get_flag("strict"),
        pools: all(typed, "pool"),
        faults: all(typed, "fault"),
        latency: Duration::from_millis(latency.into()),
        token_lifetime: one(typed, "token-lifetime").unwrap_or(defaults.token_lifetime),
        bulk_publish_time: one(typed, "bulk-publish-time").unwrap_or(defaults.bulk_publish_time),
        clock: one(typed, "clock").unwrap_or(defaults.clock),
    })
}

impl OwnCommand {
    /// The command of this name.
    pub fn named(word: &str) -> Option<&'static OwnCommand> {
        OWN_COMMANDS.iter().find(|own| own.name == word)
    }

    /// The command as clap sees it.
    pub fn clap(&self) -> Command {
        let help = Arg::new("help").short('h').long("help");
        let help = help.action(ArgAction::Help).help("Prints help.");
        Command::new(self.name)
            .about(self.doc)
            // As with the AWS CLI's options, the last one counts.
            .args_override_self(true)
            .args((self.args)())
            .arg(help)
    }

    /// Reads the words from the command's own on; `prefix` is what is typed before it.
    pub fn read(
        &self,
        prefix: &str,
        words: &[String],
        environment: &Environment,
        look: Look,
    ) -> Result<Asks> {
        let page = || Ok(Asks::Text(help::of_own(prefix, self, look)));
        let behind = words.get(1..).unwrap_or_default();
        match (&self.reader, behind.first().map(String::as_str)) {
            (_, Some("help" | "--help" | "-h")) => page(),
            (Reader::Itself(ask), _) => ask(behind, environment),
            (Reader::Clap(ask), _) => {
                let typed = std::iter::once(prefix).chain(words.iter().map(String::as_str));
                match tree::tree(prefix).try_get_matches_from(typed) {
                    Ok(matches) => matches
                        .subcommand()
                        .map_or_else(page, |(_, typed)| ask(typed)),
                    Err(error) if error.kind() == ErrorKind::DisplayHelp => page(),
                    Err(error) => Err(refusal(&error)),
                }
            }
        }
    }
}

/// What clap has to say, without its own mark and its way to help.
fn refusal(error: &clap::Error) -> Error {
    let text = error.render().to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let message = text.split("\n\nFor more information").next();
    Error::parameter(message.unwrap_or(text))
}
