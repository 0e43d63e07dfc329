//! The local service: Cognito Sync on this machine, for `serve` over HTTP and for `--local` within
//! this process, with one store for both.
//!
//! The modules, in the order in which a request passes them:
//!
//! 1. `server` listens for `serve`: `connection_limit`, `connection` and `client_stream` handle
//!    connections, `cors` checks origin and host, `request_body` reads bodies, and `request_log`
//!    logs.
//! 2. `routing` finds the operation of a request and parses its input by the model.
//! 3. `service` validates the call: `signature` authenticates, `principal` authorizes,
//!    `constraints` validates the input, and `fault_injection` may let it fail.
//! 4. `sync_trigger` invokes the function of an identity pool before an update.
//! 5. `operations` performs the call on the tables of `store`; `group_commit` batches writes for
//!    `serve`.
//! 6. `response` renders the output; `outbox` writes each `delivery` that the real service would
//!    send elsewhere.
//!
//! `shutdown`, `child_process` and `ready_file` serve the life of the process.
//!
//! The module knows neither the command line nor settings nor how output is printed.

mod active_request;
mod child_process;
mod client_stream;
mod clock;
mod connection;
mod connection_limit;
mod constraints;
mod cors;
mod delivery;
mod fault_injection;
mod group_commit;
mod lone_surrogates;
mod operations;
mod outbox;
mod pagination;
mod principal;
mod random;
mod ready_file;
mod request_body;
mod request_log;
mod response;
mod routing;
mod server;
mod service;
mod service_error;
mod session_token;
mod shutdown;
mod signature;
mod store;
mod sync_trigger;

use std::io::Write;
use std::sync::Arc;

use active_request::ActiveRequest;
use request_log::LogRenderOptions;
use service::{LocalService, StoreLocation};
use store::{IN_MEMORY, IntegrityCheck, MissingDirectory};

use crate::diagnostics::Stderr;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::serve_args::{LogFormat, ServeArgs};
use crate::transport::RequestHandler;

/// Runs the service over HTTP until a signal stops it or its command exits, and returns the exit
/// status. Not inlined, so that its stack frame does not become part of every command's.
#[inline(never)]
pub fn serve(
    options: &ServeArgs,
    environment: &Environment,
    stdout: &mut dyn Write,
    stderr: &Stderr,
    stderr_is_terminal: bool,
) -> Result<u8> {
    service::validate_args(options)?;
    let store = match &options.store {
        // A typed name whose directory does not exist is taken for a typing error.
        Some(name) => StoreLocation {
            name: environment.expand_path(name),
            directory: MissingDirectory::Reject,
        },
        None if !options.command.is_empty() => StoreLocation {
            name: IN_MEMORY.to_string(),
            directory: MissingDirectory::Reject,
        },
        None => default_store(environment)?,
    };
    let setup = server::ServerSetup {
        options,
        store: &store,
        environment,
        render_options: render_options(options, environment, stderr_is_terminal),
        stderr,
    };
    server::run(&setup, stdout)
}

/// Returns how the log is rendered: by the options, or else by what standard error is.
fn render_options(
    options: &ServeArgs,
    environment: &Environment,
    stderr_is_terminal: bool,
) -> LogRenderOptions {
    LogRenderOptions {
        on_terminal: match options.log_format {
            Some(format) => format == LogFormat::Text,
            None => stderr_is_terminal,
        },
        in_colour: options.color.is_on(
            stderr_is_terminal,
            environment.non_empty("NO_COLOR").is_some(),
        ),
    }
}

/// Returns a handler that performs requests within this process, on the default store of `serve`.
pub fn in_process(environment: &Environment) -> Result<RequestHandler> {
    let store = default_store(environment)?;
    let service = LocalService::open(&store, IntegrityCheck::Quick, &ServeArgs::default())?;
    Ok(Arc::new(move |request| {
        let request_id = random::uuid();
        let (active, call) = ActiveRequest::begin(&service, request, request_id);
        active.response(call.and_then(|call| service.perform(call)))
    }))
}

/// Returns the store that COGNITO_SYNC_STORE names, or else a file in the user's data directory.
fn default_store(environment: &Environment) -> Result<StoreLocation> {
    default_name(environment).map(|name| StoreLocation {
        name,
        directory: MissingDirectory::Create,
    })
}

fn default_name(environment: &Environment) -> Result<String> {
    if let Some(name) = environment.non_empty("COGNITO_SYNC_STORE") {
        return Ok(environment.expand_path(name));
    }
    let home = environment.non_empty("HOME");
    let directory = match (environment.non_empty("XDG_DATA_HOME"), home) {
        (Some(directory), _) if directory.starts_with('/') => directory.to_string(),
        (_, Some(home)) if cfg!(target_os = "macos") => {
            format!("{home}/Library/Application Support")
        }
        (_, Some(home)) => format!("{home}/.local/share"),
        (_, None) => {
            return Err(Error::general(
                "COGNITO_SYNC_STORE: the store has no default path, since HOME is not set. Set \
                 COGNITO_SYNC_STORE to the path of a file, or to ':memory:' for a store that is not \
                 kept.",
            ));
        }
    };
    Ok(format!("{directory}/cognito-sync/store.sqlite"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::ColorChoice;

    #[test]
    fn renders_log_by_options_or_terminal() {
        let plain = Environment::default();
        let no_color = Environment::from([("NO_COLOR", "1")]);
        let table = [
            (None, ColorChoice::Auto, &plain, true, (true, true)),
            (None, ColorChoice::Auto, &plain, false, (false, false)),
            (None, ColorChoice::Auto, &no_color, true, (true, false)),
            (
                Some(LogFormat::Json),
                ColorChoice::Auto,
                &plain,
                true,
                (false, true),
            ),
            (
                Some(LogFormat::Text),
                ColorChoice::Auto,
                &plain,
                false,
                (true, false),
            ),
            (
                Some(LogFormat::Text),
                ColorChoice::On,
                &no_color,
                false,
                (true, true),
            ),
            (None, ColorChoice::Off, &plain, true, (true, false)),
        ];
        for (log_format, color, environment, is_terminal, want) in table {
            let options = ServeArgs {
                log_format,
                color,
                ..ServeArgs::default()
            };
            let rendered = render_options(&options, environment, is_terminal);
            assert_eq!(
                (rendered.on_terminal, rendered.in_colour),
                want,
                "{log_format:?} {color:?}"
            );
        }
    }

    #[test]
    fn resolves_default_store_name() {
        let store_name = |variables: [(&str, &str); 3]| {
            let environment = Environment::from(variables);
            default_name(&environment).map_err(|error| error.message)
        };
        let home = ("HOME", "/home/me");
        let in_home = "/home/me/.local/share/cognito-sync/store.sqlite";
        let data = ("XDG_DATA_HOME", "/data");
        let table = [
            ([home, data, ("COGNITO_SYNC_STORE", "~/s")], "/home/me/s"),
            (
                [home, data, ("COGNITO_SYNC_STORE", "")],
                "/data/cognito-sync/store.sqlite",
            ),
            ([home, ("XDG_DATA_HOME", "relative"), ("X", "")], in_home),
            ([home, ("X", ""), ("Y", "")], in_home),
        ];
        if cfg!(target_os = "linux") {
            for (variables, want) in table {
                assert_eq!(store_name(variables).as_deref(), Ok(want));
            }
        }
        let none = store_name([("X", ""), ("Y", ""), ("Z", "")]).expect_err("no default path");
        assert!(
            none.starts_with("COGNITO_SYNC_STORE: the store has no default path"),
            "{none}"
        );
    }
}
