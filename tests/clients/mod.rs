//! Tests of real clients of Cognito Sync against `serve`: the AWS SDKs for Python and JavaScript,
//! Amazon's sync manager for browsers, the AWS CLI, and this program; and of this program against
//! the peer `moto`. This module also contains what they share: credentials, and how a client is run.
//!
//! Each client's script asserts what it checks, and prints `done` at its end.

mod browser;
pub(crate) mod installation;
pub(crate) mod moto;
mod program;
mod sdks;
mod sync_manager;
mod transcript;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::local::{IDENTITY, POOL};
use crate::support::child::{self, ChildExit};
use crate::support::service::Service;

/// The timeout of a client, longer than any takes on a busy machine.
pub(crate) const LIMIT: Duration = Duration::from_secs(120);

/// Key and secret of a developer and of the identity.
pub(crate) const DEVELOPER_KEY: (&str, &str) = ("AKIDDEVELOPER", "developer/secret+1");
pub(crate) const IDENTITY_KEY: (&str, &str) = ("AKIDIDENTITY", "identity/secret+1");

/// Returns the options of a service that knows both keys; with `--strict` it also checks what each
/// may do.
pub(crate) fn options<'a>(keys: &'a [String; 2], more: &[&'a str]) -> Vec<&'a str> {
    let mut options = vec!["--credentials", &keys[0], "--credentials", &keys[1]];
    options.extend(more);
    options
}

/// Returns both keys as values of `--key`.
pub(crate) fn keys() -> [String; 2] {
    let (id, secret) = DEVELOPER_KEY;
    let (identity_id, identity_secret) = IDENTITY_KEY;
    [
        format!("{id}:{secret}"),
        format!("{identity_id}:{identity_secret}:{IDENTITY}"),
    ]
}

/// Returns the path of a file of this directory.
pub(crate) fn file(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients");
    folder.join(name)
}

/// Returns a command with this directory as its home, and without settings.
pub(crate) fn command(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .current_dir(folder)
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", folder)
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("TZ", "UTC")
        .env("LC_ALL", "C.UTF-8")
        .env("POOL", POOL)
        .env("IDENTITY", IDENTITY);
    command
}

/// Returns a command for a client of the service, with the developer's key.
pub(crate) fn client(program: &Path, service: &Service) -> Command {
    let mut command = command(program, service.folder());
    command
        .env("AWS_ENDPOINT_URL_COGNITO_SYNC", service.endpoint())
        .env("AWS_ENDPOINT_URL_COGNITO_IDENTITY", service.endpoint())
        .env("AWS_ACCESS_KEY_ID", DEVELOPER_KEY.0)
        .env("AWS_SECRET_ACCESS_KEY", DEVELOPER_KEY.1)
        .env("AWS_REGION", "us-east-1")
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("IDENTITY_KEY", IDENTITY_KEY.0)
        .env("IDENTITY_SECRET", IDENTITY_KEY.1);
    command
}

/// Runs a script; it must succeed and print nothing to standard error.
#[track_caller]
pub(crate) fn assert_passes(command: Command) {
    let finished = child::run(command, Vec::new(), LIMIT);
    let stdout = String::from_utf8_lossy(&finished.stdout);
    let stderr = String::from_utf8_lossy(&finished.stderr);
    let passed = finished.exit == ChildExit::Status(0) && stdout == "done\n" && stderr.is_empty();
    assert!(passed, "{}\n{stdout}{stderr}", finished.exit);
}
