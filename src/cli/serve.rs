//! The command `serve`: what may be typed for the local service. What it does is known elsewhere
//! (`local`).

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, value_parser};

use super::Command;
use super::options as global;
use super::subcommand::{Detail, Subcommand, SubcommandContext};
use crate::error::{Error, Result};
use crate::local::options::{self, LogFormat, ServeArgs};
use crate::local::origin;
use crate::output::OutputFormat;

pub(super) const SERVE: Subcommand = Subcommand {
    name: "serve",
    doc: "Runs a Cognito Sync on this machine, for any AWS SDK.",
    details: &[
        Detail::Text(
            "It answers all 17 operations as the real service does, as far as that is known, and \
             prints its store and where it listens. Point an SDK there with \
             AWS_ENDPOINT_URL_COGNITO_SYNC. SIGTERM, SIGINT and SIGHUP end it once the requests under \
             way are finished. It tells of every request on standard error: short and coloured on a \
             terminal, else in JSON, or as `--output json|text` and `--color` say. `GET /` answers \
             name and version, for health checks.",
        ),
        Detail::Text(
            "Of Cognito Identity it answers ListIdentities and ListIdentityPools \
             (AWS_ENDPOINT_URL_COGNITO_IDENTITY), with the identities and identity pools of its store. \
             The store knows no names and no logins: the name of an identity pool is the part of its id \
             behind the colon.",
        ),
        Detail::Text(
            "With a COMMAND, it serves that alone, on a store in memory and a free port unless \
             `--store` and `--listen` say otherwise. The command finds the service by \
             AWS_ENDPOINT_URL_COGNITO_SYNC and has throw-away credentials and a region (that of \
             `--region`, its own, or us-east-1); profiles, shared files and other sources of credentials are hidden from it, \
             so that no account is reached. Standard input and output are the command's, and no \
             request is told of. SIGTERM, SIGINT, SIGHUP and SIGQUIT go to it. The service ends with \
             it, and with its exit status: 128 and the number of the signal that has ended it, 127 \
             where it is not found, 126 where it cannot be run.",
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
            "Web pages may use it if they come from this machine or from an `--allow-origin`; those of \
             other origins are refused. On an address that only this machine reaches, the Host of a \
             request must be `localhost`, a name below it, 127.0.0.0/8 or `[::1]`.",
        ),
        Detail::Text(
            "A request may have a head of 64 KiB and a body of 10 MiB, which may take 30 seconds each; \
             larger ones are refused with 431 and 413. Bodies over 64 KiB take 64 MiB of memory at once; \
             further ones wait. Of 1000 connections, or fewer where `ulimit -n` is low, the one that is \
             idle for the longest is closed for a new one.",
        ),
        Detail::Text(
            "A TIME is a number with `ms`, `s`, `m`, `h` or `d` behind it, in seconds where there is no \
             unit.",
        ),
    ],
    globals: &[global::OUTPUT, global::REGION],
    args: serve_args,
    read: |matches, context| Ok(Command::Serve(Box::new(parsed(matches, context)?))),
};

fn serve_args() -> Vec<Arg> {
    let text = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    vec![
        text("listen", "ADDRESS:PORT", "Where to listen; a PORT alone is one of 127.0.0.1, and port 0 is any that is free. Default: `127.0.0.1:4585`; beside a COMMAND `127.0.0.1:0`.")
            .value_parser(options::listen),
        text("ready-file", "FILE", "File that gets the URL of the service, in one piece, once it can be called. It is removed when the service ends.")
            .value_parser(value_parser!(PathBuf)),
        text("store", "FILE", "File of the store, or `:memory:`. Default: the one that `--local` uses; beside a COMMAND `:memory:`."),
        text("allow-origin", "ORIGIN", "Lets web pages of this origin use the service, such as `http://app.test:3000`; `null` is files, and `*` every origin. May be given repeatedly.")
            .value_parser(origin::parse)
            .action(ArgAction::Append),
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
        text("fault", "OPERATION=CODE:RATE", "Has this share of an operation's calls, 0 to 1, fail with this error. An OPERATION is named as in the API or on the command line; `PutRecord` fails what goes to streams. May be given repeatedly.")
            .value_parser(options::fault)
            .action(ArgAction::Append),
        text("latency", "TIME", "Holds every reply back, for milliseconds where no unit is given.")
            .value_parser(options::latency)
            .default_value(options::LATENCY),
        text("token-lifetime", "TIME", "How long a session token is good for.")
            .value_parser(options::duration)
            .default_value(options::TOKEN_LIFETIME),
        text("bulk-publish-time", "TIME", "How long a bulk publish is in progress.")
            .value_parser(options::duration)
            .default_value(options::BULK_PUBLISH_TIME),
        text("clock", "OFFSET", "How far ahead of the machine's clock the service's is, such as `+25h` or `-10m`.")
            .value_parser(options::offset)
            .allow_hyphen_values(true)
            .default_value(options::CLOCK),
        Arg::new("command")
            .value_name("COMMAND")
            .last(true)
            .num_args(1..)
            .help("Command to run beside the service, with its arguments."),
    ]
}

fn parsed(typed: &ArgMatches, context: &SubcommandContext<'_>) -> Result<ServeArgs> {
    fn one<T: Clone + Send + Sync + 'static>(typed: &ArgMatches, name: &str) -> Option<T> {
        typed.get_one::<T>(name).cloned()
    }
    fn all<T: Clone + Send + Sync + 'static>(typed: &ArgMatches, name: &str) -> Vec<T> {
        let values = typed.get_many::<T>(name);
        values.map_or_else(Vec::new, |values| values.cloned().collect())
    }
    let defaults = ServeArgs::default();
    // Not read by clap, which would show the secret in its message.
    let keys = all::<String>(typed, "credentials").into_iter().map(|text| {
        let refused = |why| Error::parameter(format!("invalid value for '--credentials': {why}"));
        options::key(&text).map_err(refused)
    });
    let keys = keys.collect::<Result<Vec<_>>>()?;
    options::check_keys(&keys)
        .map_err(|why| Error::parameter(format!("invalid value for '--credentials': {why}")))?;
    let command = all(typed, "command");
    let globals = context.globals;
    if globals.region.is_some() && command.is_empty() {
        return Err(Error::parameter(
            "--region is the region of the COMMAND to run beside the service, but there is none. Leave it \
             out, or put a command behind --.",
        ));
    }
    Ok(ServeArgs {
        log_format: globals.output.map(log_format).transpose()?,
        color: globals.color.unwrap_or_default(),
        region: globals.region.clone(),
        listen: one(typed, "listen"),
        store: one(typed, "store"),
        ready_file: one(typed, "ready-file"),
        allowed_origins: all(typed, "allow-origin"),
        command,
        outbox: one(typed, "outbox"),
        sync_trigger: one(typed, "sync-trigger"),
        keys,
        strict: typed.get_flag("strict"),
        pools: all(typed, "pool"),
        faults: all(typed, "fault"),
        latency: one(typed, "latency").unwrap_or(defaults.latency),
        token_lifetime: one(typed, "token-lifetime").unwrap_or(defaults.token_lifetime),
        bulk_publish_time: one(typed, "bulk-publish-time").unwrap_or(defaults.bulk_publish_time),
        clock: one(typed, "clock").unwrap_or(defaults.clock),
    })
}

/// The form of the log that `--output` asks for.
fn log_format(output: OutputFormat) -> Result<LogFormat> {
    match output {
        OutputFormat::Json => Ok(LogFormat::Json),
        OutputFormat::Text => Ok(LogFormat::Text),
        _ => Err(Error::parameter(
            "--output of serve is the form of its log, which can be json or text.",
        )),
    }
}
