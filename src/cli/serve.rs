//! The command `serve`: what may be typed for the local service. What it does is known elsewhere
//! (`local`).

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, value_parser};

use super::Asks;
use super::own::{Detail, OwnCommand, Reader};
use crate::error::{Error, Result};
use crate::local::options::{self, Options};

pub(super) const SERVE: OwnCommand = OwnCommand {
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
             session token counts as an identity's, also where it is of a role or of IAM Identity \
             Center. Outbox, function, faults and delays are this server's: `--local` has none of them.",
        ),
        Detail::Text(
            "A TIME is a number with `ms`, `s`, `m`, `h` or `d` behind it, in seconds where there is no \
             unit.",
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
        text("sync-trigger", "COMMAND", "Shell command that takes the place of the Lambda functions for SyncTrigger: event on standard input, answer on standard output, within five seconds. It is run for updates of identity pools for which `set-cognito-events` has named a function, unless a developer's key has signed them."),
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
        text("latency", "TIME", "Holds every reply back, for milliseconds where no unit is given.")
            .value_parser(options::latency)
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
        latency: one(typed, "latency").unwrap_or(defaults.latency),
        token_lifetime: one(typed, "token-lifetime").unwrap_or(defaults.token_lifetime),
        bulk_publish_time: one(typed, "bulk-publish-time").unwrap_or(defaults.bulk_publish_time),
        clock: one(typed, "clock").unwrap_or(defaults.clock),
    })
}
