//! The profile's `credential_process`: a program, run without a shell, that prints a credentials
//! document of version 1. The credentials are not cached: caching is up to the program.

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use super::expiry::{self, Refresh};
use super::{
    ResolvedCredentials, new_credentials, optional_token, require_string, retrieval_error,
};
use crate::error::{Error, Result};
use crate::python::{self, json, shlex, utf8, value::Value};
use crate::timestamp::LocalZone;

const NAME: &str = "custom-process";

/// Runs the program like [`run`], without blocking the caller's runtime.
pub(super) async fn fetch(line: &str, time_zone: &LocalZone) -> Result<ResolvedCredentials> {
    let first = fetch_once(line, time_zone).await?;
    match expiry::needed_refresh(first.credentials.expiry()) {
        Refresh::Unneeded => Ok(first),
        Refresh::Advisory => Ok(fetch_once(line, time_zone).await.unwrap_or(first)),
        Refresh::Mandatory => fetch_once(line, time_zone).await,
    }
}

async fn fetch_once(line: &str, time_zone: &LocalZone) -> Result<ResolvedCredentials> {
    let line = line.to_string();
    let ran = tokio::task::spawn_blocking(move || run_program(&line)).await;
    let stopped = |why: tokio::task::JoinError| Error::general(why.to_string());
    let output = ran.map_err(stopped)??;
    if output.status.signal() == Some(signal_hook::consts::SIGINT) {
        // Ctrl-C interrupts both programs: let our own SIGINT handler end this one first.
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    parse_output(&output, time_zone)
}

/// Runs the program and parses its output; runs it again if the credentials expire soon.
pub(super) fn run(line: &str, time_zone: &LocalZone) -> Result<ResolvedCredentials> {
    let once = || parse_output(&run_program(line)?, time_zone);
    let first = once()?;
    match expiry::needed_refresh(first.credentials.expiry()) {
        Refresh::Unneeded => Ok(first),
        Refresh::Advisory => Ok(once().unwrap_or(first)),
        Refresh::Mandatory => once(),
    }
}

fn run_program(line: &str) -> Result<Output> {
    let args = shlex::split(line).map_err(|why| {
        Error::general(why)
            .hint("the profile's credential_process is split into arguments as by a shell")
    })?;
    let [program, rest @ ..] = args.as_slice() else {
        return Err(Error::general("The profile's credential_process is empty."));
    };
    let output = Command::new(program)
        .args(rest)
        .stdin(Stdio::inherit())
        .stderr(Stdio::piped())
        .output();
    output.map_err(|why| {
        let message = python_os_error(&why, program);
        Error::general(message).hint("the profile's credential_process did not start")
    })
}

fn parse_output(output: &Output, time_zone: &LocalZone) -> Result<ResolvedCredentials> {
    let text = |bytes| utf8::decode(bytes).map_err(Error::general);
    if !output.status.success() {
        return Err(retrieval_error(NAME, text(&output.stderr)?));
    }
    parse_document(text(&output.stdout)?, time_zone)
}

/// The message of Python's `OSError` for this error.
pub(super) fn python_os_error(why: &std::io::Error, path: &str) -> String {
    let text = why.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    match why.raw_os_error() {
        Some(number) => format!("[Errno {number}] {text}: {}", python::repr_str(path)),
        None => format!("{text}: {}", python::repr_str(path)),
    }
}

/// Parses the program's document. Errors do not show its values, since they are secret.
fn parse_document(text: &str, time_zone: &LocalZone) -> Result<ResolvedCredentials> {
    let document = json::parse(text).map_err(|why| {
        Error::general(why.to_string()).hint("the profile's credential_process must print JSON")
    })?;
    let document = match document {
        Value::Map(_) => document.into_json(),
        other => {
            let kind = other.python_type();
            return Err(retrieval_error(
                NAME,
                &format!("The program printed a {kind} and no object"),
            ));
        }
    };
    let version = document.get("Version");
    if version.and_then(serde_json::Value::as_f64) != Some(1.0) {
        let shown = version.map_or("<Version key not provided>".into(), python::to_str);
        return Err(retrieval_error(
            NAME,
            &format!(
                "Unsupported version '{shown}' for credential process provider, supported versions: 1"
            ),
        ));
    }
    let needed = |key: &str| {
        let missing =
            || retrieval_error(NAME, &format!("Missing required key in response: '{key}'"));
        require_string(NAME, key, document.get(key).ok_or_else(missing)?)
    };
    let (key, secret) = (needed("AccessKeyId")?, needed("SecretAccessKey")?);
    let token = document
        .get("SessionToken")
        .unwrap_or(&serde_json::Value::Null);
    let token = optional_token(NAME, "SessionToken", token)?;
    let from = "the profile's credential_process";
    let mut credentials = new_credentials(from, key, secret, token)?;
    if let Some(end) = document.get("Expiration").filter(|end| !end.is_null()) {
        let end = expiry::parse_json(end, time_zone)
            .map_err(|e| e.hint(format!("it comes from {from}")))?;
        *credentials.expiry_mut() = Some(end);
    }
    Ok(ResolvedCredentials::new(credentials, from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_malformed_documents() {
        let time_zone = LocalZone::fixed("UTC", 0);
        let keys = r#""AccessKeyId":"a","SecretAccessKey":"b""#;
        let found = parse_document(
            &format!(r#"{{"Version":1,{keys},"SessionToken":"t"}}"#),
            &time_zone,
        )
        .expect("whole");
        let found = found.credentials;
        assert_eq!(
            (found.access_key_id(), found.session_token()),
            ("a", Some("t"))
        );
        let retrieval = "Error when retrieving credentials from custom-process: ";
        let table = [
            (
                "hello".to_string(),
                "Expecting value: line 1 column 1 (char 0)".to_string(),
            ),
            (
                "{}".into(),
                format!(
                    "{retrieval}Unsupported version '<Version key not provided>' for credential process provider, supported versions: 1"
                ),
            ),
            (
                format!(r#"{{"Version":"2",{keys}}}"#),
                format!(
                    "{retrieval}Unsupported version '2' for credential process provider, supported versions: 1"
                ),
            ),
            (
                r#"{"Version":1,"AccessKeyId":"a"}"#.into(),
                format!("{retrieval}Missing required key in response: 'SecretAccessKey'"),
            ),
            (
                format!(r#"{{"Version":1,{keys},"Expiration":"soon"}}"#),
                "Unknown string format: soon".into(),
            ),
            (
                format!(r#"{{"Version":1,{keys},"Expiration":"2020-01-01T00:00:00Z"}}"#),
                "Credentials were refreshed, but the refreshed credentials are still expired."
                    .into(),
            ),
        ];
        for (text, want) in table {
            let got = parse_document(&text, &time_zone).and_then(|keys| keys.unexpired());
            assert_eq!(got.map(|_| ()).map_err(|e| e.message), Err(want));
        }
    }

    #[test]
    fn names_program_that_does_not_start() {
        let time_zone = LocalZone::fixed("UTC", 0);
        let message = |line| run(line, &time_zone).map(|_| ()).map_err(|e| e.message);
        let want = "[Errno 2] No such file or directory: '/nope/x'";
        assert_eq!(message("/nope/x a"), Err(want.to_string()));
        assert_eq!(message("'a"), Err("No closing quotation".to_string()));
        assert!(message(" ").is_err());
    }
}
