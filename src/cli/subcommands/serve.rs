//! `serve`: runs the local service. Defines and parses its arguments; `local` is the service.

use clap::{Arg, ArgAction, ArgMatches};

use super::args::{option, path, switch, value_of, values_of};
use crate::cli::global_args::GlobalArgs;
use crate::cli::options::{self, CliOption};
use crate::cli::subcommand::{Detail, Subcommand, SubcommandId};
use crate::cli::subcommand_usage_error;
use crate::error::{Error, Result};
use crate::serve_args::{self, FAULT_FORM, LogFormat, ServeArgs, origin, parse as parsers};

pub(super) const SERVE: Subcommand = Subcommand {
    id: SubcommandId::Serve,
    name: "serve",
    doc: "Run a local Cognito Sync for any AWS SDK.",
    details: &[
        Detail::Text(
            "Answers all operations as the real service does, as far as that is known, and prints its \
             store and its URL. AWS_ENDPOINT_URL_COGNITO_SYNC points an SDK to it. SIGTERM, SIGINT and \
             SIGHUP end it after the requests under way. Requests are logged to standard error: short \
             and colored on a terminal, as JSON otherwise, or as `--output json|text` and `--color` \
             say; query strings and bodies are left out. `GET /` returns name and version, for health \
             checks.",
        ),
        Detail::Text(
            "It also answers ListIdentities and ListIdentityPools of Cognito Identity \
             (AWS_ENDPOINT_URL_COGNITO_IDENTITY) with the identities and identity pools of its store. \
             The store has no names and no logins: an identity pool's name is the part of its id after \
             the colon.",
        ),
        Detail::Text(
            "With a COMMAND, it serves that command alone, on a store in memory and a free port unless \
             `--store` and `--listen` say otherwise. The command gets AWS_ENDPOINT_URL_COGNITO_SYNC and \
             AWS_ENDPOINT_URL_COGNITO_IDENTITY, throw-away credentials and a region (`--region`, its own, or us-east-1); profiles, shared \
             files and other sources of credentials are hidden from it, so that it cannot reach an \
             account. Standard input and output are the command's, and requests are not logged. \
             SIGTERM, SIGINT, SIGHUP and SIGQUIT are passed to it. The service ends with the command \
             and with its exit status: 128 plus the number of the signal that ended it, 127 if it was \
             not found, 126 if it could not be run.",
        ),
        Detail::Text(
            "The store is an SQLite database. `--local` uses the same one, at the same time if need be.",
        ),
        Detail::Text(
            "Without `--credentials`, any signature is accepted, or none; a request with a session token \
             counts as an identity's. `--local` has no outbox, sync trigger, faults or latency. The rules \
             and limits of the service, and how certain each of them is, are described by `help serve`.",
        ),
        Detail::Text(
            "A TIME is a number with the unit `ms`, `s`, `m`, `h` or `d`; without a unit it is in \
             seconds.",
        ),
    ],
    globals: &GLOBALS,
    args: arguments,
};

static GLOBALS: [CliOption; 2] = [
    options::with_choices(options::OUTPUT, &LogFormat::NAMES),
    options::REGION,
];

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

fn arguments() -> Vec<Arg> {
    vec![
        option(LISTEN, "ADDRESS:PORT", "Address to listen on; a PORT alone is on 127.0.0.1, and port 0 is any free one. Default: `127.0.0.1:4585`, with a COMMAND `127.0.0.1:0`.")
            .value_parser(parsers::listen),
        path(READY_FILE, "FILE", "Write the URL of the service to this file once it accepts requests, and remove the file at the end."),
        option(STORE, "FILE", "File of the store, or `:memory:`. Default: the file that `--local` uses, with a COMMAND `:memory:`."),
        option(ALLOW_ORIGIN, "ORIGIN", "Allow web pages of this origin to use the service, such as `http://app.test:3000`; `null` for files, `*` for every origin. Repeatable.")
            .value_parser(origin::parse)
            .action(ArgAction::Append),
        path(OUTBOX, "FILE", "Append a line of JSON to this file for each stream record, push message and function call that the real service would send; `to` is `stream`, `device` or `function`."),
        option(SYNC_TRIGGER, "COMMAND", "Shell command to run instead of the Lambda functions for SyncTrigger: event on standard input, answer on standard output, within five seconds. It runs for updates in identity pools with a function (`set-cognito-events`), except those signed with a developer's key."),
        option(CREDENTIALS, "KEY:SECRET", "Check signatures, and accept those of this key; with `:IDENTITY` appended, the key is that identity's. Repeatable.")
            .action(ArgAction::Append),
        option(POOL, "ID", "Accept this identity pool, and reject those not given. Repeatable. Without it, identity pools exist from their first use.")
            .action(ArgAction::Append),
        switch(STRICT, "Reject operations with the wrong kind of credentials, a developer's or an identity's."),
        option(FAULT, FAULT_FORM, "Let this share of an operation's calls, 0 to 1, fail with this error, evenly spread. OPERATION is a name of the API or of the command line; `PutRecord` fails delivery to streams, which turns streaming off with a DisabledReason. Repeatable.")
            .value_parser(parsers::fault)
            .action(ArgAction::Append),
        option(LATENCY, "TIME", "Delay every response; in milliseconds without a unit.")
            .value_parser(parsers::latency)
            .default_value(serve_args::DEFAULT_LATENCY),
        option(TOKEN_LIFETIME, "TIME", "How long a sync session token is valid.")
            .value_parser(parsers::duration)
            .default_value(serve_args::DEFAULT_TOKEN_LIFETIME),
        option(BULK_PUBLISH_TIME, "TIME", "How long a bulk publish takes.")
            .value_parser(parsers::duration)
            .default_value(serve_args::DEFAULT_BULK_PUBLISH_TIME),
        option(CLOCK, "OFFSET", "Shift the service's clock, such as by `+25h` or `-10m`; times of signatures are compared with the machine's.")
            .value_parser(parsers::clock_offset)
            .allow_hyphen_values(true)
            .default_value(serve_args::DEFAULT_CLOCK),
        Arg::new(COMMAND)
            .value_name("COMMAND")
            .last(true)
            .num_args(1..)
            .help("Command to run with the service, with its arguments."),
    ]
}

/// The parsed arguments.
pub(in crate::cli) fn parse(
    matches: &ArgMatches,
    globals: &GlobalArgs,
    output: Option<&str>,
) -> Result<ServeArgs> {
    let defaults = ServeArgs::default();
    // Not parsed by clap, whose message would show the secret.
    let keys = values_of::<String>(matches, CREDENTIALS)
        .into_iter()
        .map(|text| parsers::access_key(&text).map_err(invalid_credentials));
    let keys = keys.collect::<Result<Vec<_>>>()?;
    parsers::check_keys(&keys).map_err(invalid_credentials)?;
    let command = values_of(matches, COMMAND);
    if globals.region.is_some() && command.is_empty() {
        return Err(Error::parameter(
            "--region is the region of the COMMAND to run beside the service, but there is none. Leave it \
             out, or put a command behind --.",
        ));
    }
    Ok(ServeArgs {
        log_format: output.and_then(LogFormat::from_name),
        color: globals.color.unwrap_or_default(),
        region: globals.region.clone(),
        listen: value_of(matches, LISTEN),
        store: value_of(matches, STORE),
        ready_file: value_of(matches, READY_FILE),
        allowed_origins: values_of(matches, ALLOW_ORIGIN),
        command,
        outbox: value_of(matches, OUTBOX),
        sync_trigger: value_of(matches, SYNC_TRIGGER),
        keys,
        strict: matches.get_flag(STRICT),
        pools: values_of(matches, POOL),
        faults: values_of(matches, FAULT),
        latency: value_of(matches, LATENCY).unwrap_or(defaults.latency),
        token_lifetime: value_of(matches, TOKEN_LIFETIME).unwrap_or(defaults.token_lifetime),
        bulk_publish_time: value_of(matches, BULK_PUBLISH_TIME)
            .unwrap_or(defaults.bulk_publish_time),
        clock: value_of(matches, CLOCK).unwrap_or(defaults.clock),
    })
}

fn invalid_credentials(reason: String) -> Error {
    subcommand_usage_error::with_help(&SERVE, &format!("argument --{CREDENTIALS}: {reason}"))
}
