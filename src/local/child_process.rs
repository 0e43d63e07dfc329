//! The child process of `serve -- COMMAND`: its environment leads every AWS SDK to the service,
//! signals are forwarded to it, and the service exits with its status.

use std::io;
use std::net::SocketAddr;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::thread;

use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::SignalsInfo;
use signal_hook::iterator::exfiltrator::WithOrigin;
use tokio::process::{Child, Command};
use tokio::sync::mpsc::{self, UnboundedReceiver};

use crate::environment::Environment;
use crate::error::{Error, ErrorKind, Result};
use crate::interrupt;
use crate::serve_args::{AccessKey, ServeArgs};

/// The exit statuses of a shell for a command that is not found, and for one that is not
/// executable.
const NOT_FOUND: u8 = 127;
const NOT_EXECUTABLE: u8 = 126;

/// The access key for a service that checks no signatures. No AWS account has it.
const PLACEHOLDER_KEY: (&str, &str) = ("AKIDLOCAL", "local");
const DEFAULT_REGION: &str = "us-east-1";

/// The variables by which an SDK could find an AWS account, or fail to find the service.
const REMOVED_VARIABLES: [&str; 17] = [
    "AWS_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "AWS_ACCOUNT_ID",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_CREDENTIAL_FILE",
    "AWS_CREDENTIAL_PROFILES_FILE",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
];

/// The prefix of the variables with bearer tokens, one for each service.
const BEARER_TOKEN_PREFIX: &str = "AWS_BEARER_TOKEN_";

/// A running command.
#[derive(Debug)]
pub(super) struct ChildProcess {
    child: Child,
    signals: UnboundedReceiver<i32>,
}

impl ChildProcess {
    /// Starts the command. Variables with a value are set; `None` removes them.
    pub fn start(args: &[String], variables: Vec<(String, Option<String>)>) -> Result<Self> {
        // Signals are watched before the command starts, so that none ends the service alone.
        let signals = watch_signals()?;
        let (program, program_args) = args.split_first().ok_or_else(missing_command)?;
        let mut command = Command::new(program);
        command.args(program_args);
        for (name, value) in variables {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let child = command.spawn().map_err(|why| {
            let status = match why.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => NOT_FOUND,
                _ => NOT_EXECUTABLE,
            };
            let message = format!("The command '{program}' cannot be run: {why}");
            Error::new(ErrorKind::NotRun { status }, message)
        })?;
        Ok(ChildProcess { child, signals })
    }

    /// Waits until the command has exited, whatever processes it leaves, and returns its status as
    /// a shell does: 128 plus the signal's number if a signal ended it.
    pub async fn wait(&mut self) -> Result<u8> {
        loop {
            tokio::select! {
                ended = self.child.wait() => return ended.map(exit_status).map_err(|why| {
                    Error::general(format!("The service cannot wait for its command: {why}"))
                }),
                Some(signal) = self.signals.recv() => self.forward(signal),
            }
        }
    }

    fn forward(&self, signal: i32) {
        let id = self.child.id().and_then(|id| i32::try_from(id).ok());
        let signal = match signal {
            SIGHUP => Signal::HUP,
            SIGINT => Signal::INT,
            SIGQUIT => Signal::QUIT,
            _ => Signal::TERM,
        };
        if let Some(process) = id.and_then(Pid::from_raw) {
            // Fails if the process has exited, which `wait` then returns.
            let _ = kill_process(process, signal);
        }
    }
}

/// Watches the signals to forward. Signals that the terminal sends to the whole process group are
/// left out.
fn watch_signals() -> Result<UnboundedReceiver<i32>> {
    // The command inherits signals that are ignored.
    let watched = [SIGTERM, SIGINT, SIGHUP, SIGQUIT].into_iter();
    let watched = watched.filter(|signal| match *signal {
        SIGTERM => true,
        SIGINT => interrupt::is_handled(),
        other => !interrupt::is_ignored(other),
    });
    let mut signals = SignalsInfo::<WithOrigin>::new(watched)
        .map_err(|why| Error::general(format!("The service cannot watch signals: {why}")))?;
    interrupt::disable_immediate_exit();
    let (sender, receiver) = mpsc::unbounded_channel();
    thread::spawn(move || {
        for origin in signals.forever() {
            // The kernel sends SIGHUP for a closed terminal to the session leader alone.
            let is_of_terminal = origin.process.is_none() && origin.signal != SIGHUP;
            if !is_of_terminal && sender.send(origin.signal).is_err() {
                break;
            }
        }
    });
    Ok(receiver)
}

/// Returns the changes to the command's environment; `None` removes a variable. No SDK finds the
/// credentials of an account there, nor another endpoint for the services that `serve` answers.
pub(super) fn environment_overrides(
    url: &str,
    store: &str,
    options: &ServeArgs,
    environment: &Environment,
) -> Vec<(String, Option<String>)> {
    let first = |names: [&str; 2]| {
        names
            .into_iter()
            .find_map(|name| environment.non_empty(name))
    };
    let own_region = first(["AWS_REGION", "AWS_DEFAULT_REGION"]);
    let region = options
        .region
        .as_deref()
        .or(own_region)
        .unwrap_or(DEFAULT_REGION);
    let (key, secret) = match developer_key(&options.keys) {
        Some(key) => (key.id.as_str(), key.secret.as_str()),
        None => PLACEHOLDER_KEY,
    };
    let no_proxy = first(["no_proxy", "NO_PROXY"]).map(|hosts| format!("{hosts},"));
    let no_proxy = no_proxy.unwrap_or_default() + "127.0.0.1,localhost,::1";
    let set = [
        ("AWS_ENDPOINT_URL_COGNITO_SYNC", url),
        ("AWS_ENDPOINT_URL_COGNITO_IDENTITY", url),
        ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "false"),
        ("AWS_REGION", region),
        ("AWS_DEFAULT_REGION", region),
        ("AWS_ACCESS_KEY_ID", key),
        ("AWS_SECRET_ACCESS_KEY", secret),
        ("AWS_CONFIG_FILE", "/dev/null"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_USE_FIPS_ENDPOINT", "false"),
        ("AWS_USE_DUALSTACK_ENDPOINT", "false"),
        ("COGNITO_SYNC_STORE", store),
        ("NO_PROXY", &no_proxy),
        ("no_proxy", &no_proxy),
    ];
    let set = set.map(|(name, value)| (name.to_string(), Some(value.to_string())));
    let names = environment.iter_sorted().map(|(name, _)| name);
    let removed = names
        .filter(|name| name.starts_with(BEARER_TOKEN_PREFIX))
        .chain(REMOVED_VARIABLES);
    set.into_iter()
        .chain(removed.map(|name| (name.to_string(), None)))
        .collect()
}

/// Returns the key for the command: the first developer's, who may do most, or else the first.
fn developer_key(keys: &[AccessKey]) -> Option<&AccessKey> {
    let mut developers = keys.iter().filter(|key| key.identity.is_none());
    developers.next().or(keys.first())
}

/// Returns the URL by which programs on this machine reach the service.
pub(super) fn loopback_url(address: SocketAddr) -> String {
    let mut address = address;
    if address.ip().is_unspecified() {
        address.set_ip(match address.is_ipv4() {
            true => std::net::Ipv4Addr::LOCALHOST.into(),
            false => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    format!("http://{address}")
}

fn exit_status(status: ExitStatus) -> u8 {
    let status = match (status.code(), status.signal()) {
        (Some(code), _) => code,
        (None, signal) => 128 + signal.unwrap_or_default(),
    };
    // Both fit into a byte.
    u8::try_from(status).unwrap_or(u8::MAX)
}

fn missing_command() -> Error {
    Error::parameter("-- must be followed by a command.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve_args::parse;

    fn variable(options: &ServeArgs, environment: &Environment, name: &str) -> Option<String> {
        let all = environment_overrides("http://127.0.0.1:1", ":memory:", options, environment);
        let of_name = |(other, _): &&(String, _)| other == name;
        let found: Vec<_> = all.iter().filter(of_name).collect();
        assert_eq!(found.len(), 1, "{name}");
        found[0].1.clone()
    }

    #[test]
    fn directs_sdks_to_service_and_hides_accounts() {
        let environment = Environment::from([
            ("AWS_DEFAULT_REGION", "eu-west-1"),
            ("AWS_PROFILE", "production"),
            ("AWS_BEARER_TOKEN_BEDROCK", "production"),
            ("NO_PROXY", "internal"),
        ]);
        let options = ServeArgs::default();
        let variable = |name| variable(&options, &environment, name);
        let url = Some("http://127.0.0.1:1".to_string());
        assert_eq!(variable("AWS_ENDPOINT_URL_COGNITO_SYNC"), url);
        assert_eq!(variable("AWS_ENDPOINT_URL_COGNITO_IDENTITY"), url);
        assert_eq!(variable("AWS_REGION").as_deref(), Some("eu-west-1"));
        assert_eq!(variable("AWS_DEFAULT_REGION").as_deref(), Some("eu-west-1"));
        let requested = ServeArgs {
            region: Some("eu-central-1".to_string()),
            ..ServeArgs::default()
        };
        let region = super::tests::variable(&requested, &environment, "AWS_REGION");
        assert_eq!(region.as_deref(), Some("eu-central-1"));
        assert_eq!(
            variable("AWS_ACCESS_KEY_ID").as_deref(),
            Some(PLACEHOLDER_KEY.0)
        );
        assert_eq!(variable("AWS_PROFILE"), None);
        for name in [
            "AWS_SESSION_TOKEN",
            "AWS_SECRET_KEY",
            "AWS_BEARER_TOKEN_BEDROCK",
        ] {
            assert_eq!(variable(name), None, "{name}");
        }
        let no_proxy = variable("no_proxy");
        assert_eq!(
            no_proxy.as_deref(),
            Some("internal,127.0.0.1,localhost,::1")
        );
    }

    #[test]
    fn sets_access_key_that_service_accepts() {
        let keys =
            ["ID:s:us-east-1:1", "DEV:t"].map(|text| parse::access_key(text).expect("a key"));
        let options = ServeArgs {
            keys: keys.to_vec(),
            ..ServeArgs::default()
        };
        let environment = Environment::default();
        let key = variable(&options, &environment, "AWS_ACCESS_KEY_ID");
        assert_eq!(key.as_deref(), Some("DEV"));
        let secret = variable(&options, &environment, "AWS_SECRET_ACCESS_KEY");
        assert_eq!(secret.as_deref(), Some("t"));
        let region = variable(&options, &environment, "AWS_REGION");
        assert_eq!(region.as_deref(), Some(DEFAULT_REGION));
    }

    #[test]
    fn maps_exit_status_as_shells_do() {
        let table = [(0, 0), (3 << 8, 3), (255 << 8, 255), (9, 137), (15, 143)];
        for (raw, want) in table {
            assert_eq!(exit_status(ExitStatus::from_raw(raw)), want, "{raw}");
        }
    }

    #[test]
    fn replaces_unspecified_address_with_loopback() {
        let table = [
            ("127.0.0.1:1", "http://127.0.0.1:1"),
            ("0.0.0.0:1", "http://127.0.0.1:1"),
            ("[::]:1", "http://[::1]:1"),
            ("10.0.0.1:1", "http://10.0.0.1:1"),
        ];
        for (address, want) in table {
            assert_eq!(loopback_url(address.parse().expect("an address")), want);
        }
    }
}
