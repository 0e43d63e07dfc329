//! `serve`: runs the local service. Defines and parses its arguments; `local` is the service.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, value_parser};

use crate::cli::global_args::GlobalArgs;
use crate::cli::options as global;
use crate::cli::subcommand::{Detail, Subcommand, SubcommandId};
use crate::error::{Error, Result};
use crate::model::OPERATIONS;
use crate::output::OutputFormat;
use crate::serve_args::{self, LogFormat, ServeArgs, origin, parse as parsers};

pub(super) const SERVE: Subcommand = Subcommand {
    id: SubcommandId::Serve,
    name: "serve",
    doc: "Runs a Cognito Sync on this machine, for any AWS SDK.",
    details: &[
        Detail::Computed(summary),
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
    args: arguments,
};

/// The names of the arguments.
const LISTEN: &str = "listen";
const READY_FILE: &str = "ready-file";
const STORE: &str = "store";
const ALLOW_ORIGIN: &str = "allow-origin";
const OUTBOX: &str = "outbox";
const SYNC_TRIGGER: &str = "sync-trigger";
const CREDENTIALS: &str = "credentials";
const POOL: &str = "pool";
const STRICT: &str = "strict";
const FAULT: &str = "fault";
const LATENCY: &str = "latency";
const TOKEN_LIFETIME: &str = "token-lifetime";
const BULK_PUBLISH_TIME: &str = "bulk-publish-time";
const CLOCK: &str = "clock";
const COMMAND: &str = "command";

/// The first paragraph of the help page.
fn summary() -> String {
    format!(
        "It answers all {} operations as the real service does, as far as that is known, and \
         prints its store and where it listens. Point an SDK there with \
         AWS_ENDPOINT_URL_COGNITO_SYNC. SIGTERM, SIGINT and SIGHUP end it once the requests \
         under way are finished. It tells of every request on standard error: short and \
         coloured on a terminal, else in JSON, or as `--output json|text` and `--color` say. \
         `GET /` answers name and version, for health checks.",
        OPERATIONS.len()
    )
}

fn arguments() -> Vec<Arg> {
    let text = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    vec![
        text(LISTEN, "ADDRESS:PORT", "Where to listen; a PORT alone is one of 127.0.0.1, and port 0 is any that is free. Default: `127.0.0.1:4585`; beside a COMMAND `127.0.0.1:0`.")
            .value_parser(parsers::listen),
        text(READY_FILE, "FILE", "File that gets the URL of the service, in one piece, once it can be called. It is removed when the service ends.")
            .value_parser(value_parser!(PathBuf)),
        text(STORE, "FILE", "File of the store, or `:memory:`. Default: the one that `--local` uses; beside a COMMAND `:memory:`."),
        text(ALLOW_ORIGIN, "ORIGIN", "Lets web pages of this origin use the service, such as `http://app.test:3000`; `null` is files, and `*` every origin. May be given repeatedly.")
            .value_parser(origin::parse)
            .action(ArgAction::Append),
        text(OUTBOX, "FILE", "File that gets a line of JSON for each stream record, push message and call of a function that would be sent.")
            .value_parser(value_parser!(PathBuf)),
        text(SYNC_TRIGGER, "COMMAND", "Shell command that takes the place of the Lambda functions for SyncTrigger: event on standard input, answer on standard output, within five seconds. It is run for updates of identity pools for which `set-cognito-events` has named a function, unless a developer's key has signed them."),
        text(CREDENTIALS, "KEY:SECRET", "Key that requests may be signed with, which turns on signature checks; with `:IDENTITY` behind it, that identity's. May be given repeatedly.")
            .action(ArgAction::Append),
        text(POOL, "ID", "Identity pool that there is; others are then refused. May be given repeatedly. Without it, identity pools come to exist when they are first used.")
            .action(ArgAction::Append),
        Arg::new(STRICT)
            .long(STRICT)
            .action(ArgAction::SetTrue)
            .help("Refuses operations to the wrong kind of credentials, a developer's or an identity's."),
        text(FAULT, "OPERATION=CODE:RATE", "Has this share of an operation's calls, 0 to 1, fail with this error. An OPERATION is named as in the API or on the command line; `PutRecord` fails what goes to streams. May be given repeatedly.")
            .value_parser(parsers::fault)
            .action(ArgAction::Append),
        text(LATENCY, "TIME", "Holds every reply back, for milliseconds where no unit is given.")
            .value_parser(parsers::latency)
            .default_value(serve_args::DEFAULT_LATENCY),
        text(TOKEN_LIFETIME, "TIME", "How long a session token is good for.")
            .value_parser(parsers::duration)
            .default_value(serve_args::DEFAULT_TOKEN_LIFETIME),
        text(BULK_PUBLISH_TIME, "TIME", "How long a bulk publish is in progress.")
            .value_parser(parsers::duration)
            .default_value(serve_args::DEFAULT_BULK_PUBLISH_TIME),
        text(CLOCK, "OFFSET", "How far ahead of the machine's clock the service's is, such as `+25h` or `-10m`.")
            .value_parser(parsers::clock_offset)
            .allow_hyphen_values(true)
            .default_value(serve_args::DEFAULT_CLOCK),
        Arg::new(COMMAND)
            .value_name("COMMAND")
            .last(true)
            .num_args(1..)
            .help("Command to run beside the service, with its arguments."),
    ]
}

/// The parsed arguments.
pub(in crate::cli) fn parse(matches: &ArgMatches, globals: &GlobalArgs) -> Result<ServeArgs> {
    fn one<T: Clone + Send + Sync + 'static>(matches: &ArgMatches, name: &str) -> Option<T> {
        matches.get_one::<T>(name).cloned()
    }
    fn all<T: Clone + Send + Sync + 'static>(matches: &ArgMatches, name: &str) -> Vec<T> {
        let values = matches.get_many::<T>(name);
        values.map_or_else(Vec::new, |values| values.cloned().collect())
    }
    let defaults = ServeArgs::default();
    // Not parsed by clap, whose message would show the secret.
    let keys = all::<String>(matches, CREDENTIALS)
        .into_iter()
        .map(|text| parsers::access_key(&text).map_err(invalid_credentials));
    let keys = keys.collect::<Result<Vec<_>>>()?;
    parsers::check_keys(&keys).map_err(invalid_credentials)?;
    let command = all(matches, COMMAND);
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
        listen: one(matches, LISTEN),
        store: one(matches, STORE),
        ready_file: one(matches, READY_FILE),
        allowed_origins: all(matches, ALLOW_ORIGIN),
        command,
        outbox: one(matches, OUTBOX),
        sync_trigger: one(matches, SYNC_TRIGGER),
        keys,
        strict: matches.get_flag(STRICT),
        pools: all(matches, POOL),
        faults: all(matches, FAULT),
        latency: one(matches, LATENCY).unwrap_or(defaults.latency),
        token_lifetime: one(matches, TOKEN_LIFETIME).unwrap_or(defaults.token_lifetime),
        bulk_publish_time: one(matches, BULK_PUBLISH_TIME).unwrap_or(defaults.bulk_publish_time),
        clock: one(matches, CLOCK).unwrap_or(defaults.clock),
    })
}

fn invalid_credentials(reason: String) -> Error {
    Error::parameter(format!("invalid value for '--{CREDENTIALS}': {reason}"))
}

/// The format of the log that `--output` asks for.
fn log_format(output: OutputFormat) -> Result<LogFormat> {
    match output {
        OutputFormat::Json => Ok(LogFormat::Json),
        OutputFormat::Text => Ok(LogFormat::Text),
        _ => Err(Error::parameter(
            "--output of serve is the form of its log, which can be json or text.",
        )),
    }
}
