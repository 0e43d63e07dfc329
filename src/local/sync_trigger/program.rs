//! The program that replaces a Lambda function: it reads the event from standard input and writes
//! its output to standard output, within the five seconds that a function has.

use std::io::{ErrorKind, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::Value as Json;

use super::event::invalid_output;
use crate::local::lone_surrogates::{parse_json, with_escapes};
use crate::local::service_error::ServiceError;

/// The timeout of the real service.
const TIMEOUT: Duration = Duration::from_secs(5);

/// How long output of a program that has exited may take to arrive, even if other processes hold it
/// open.
const DRAIN_TIMEOUT: Duration = Duration::from_millis(200);

/// The maximum size of the output, which is the limit of Lambda.
const MAX_OUTPUT_BYTES: usize = 6 << 20;

/// Runs the shell command with the event, and returns its output. Kills the processes that it
/// leaves running.
pub(super) fn invoke(command: &str, event: &Json) -> Result<Json, ServiceError> {
    let mut child = Command::new("/bin/sh")
        .args(["-c", command])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .process_group(0)
        .spawn()
        .map_err(|why| invalid_output(&format!("the program does not start: {why}")))?;
    let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let began = Instant::now();
    write_stdin(&mut child, with_escapes(&event.to_string()).into_owned());
    let output = read_stdout(&mut child);
    let status = wait(child, began);
    let parsed = status.and_then(|status| parse_output(status, &output));
    if let Some(group) = group {
        let _ = kill_process_group(group, Signal::KILL);
    }
    parsed
}

/// Writes the event in a thread of its own: a program may write much before it has read everything,
/// or never read.
fn write_stdin(child: &mut Child, event: String) {
    if let Some(mut stdin) = child.stdin.take() {
        thread::spawn(move || drop(stdin.write_all(event.as_bytes())));
    }
}

/// Reads the program's output in pieces, until it ends or is too large.
fn read_stdout(child: &mut Child) -> Receiver<Vec<u8>> {
    let (pieces, output) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        thread::spawn(move || {
            let mut stdout = stdout.take(MAX_OUTPUT_BYTES as u64 + 1);
            let mut piece = vec![0; 64 << 10];
            loop {
                match stdout.read(&mut piece) {
                    Ok(0) => break,
                    Ok(length) if pieces.send(piece[..length].to_vec()).is_err() => break,
                    Err(why) if why.kind() != ErrorKind::Interrupted => break,
                    _ => {}
                }
            }
        });
    }
    output
}

fn wait(mut child: Child, began: Instant) -> Result<ExitStatus, ServiceError> {
    let (done, ended) = mpsc::channel();
    thread::spawn(move || drop(done.send(child.wait())));
    match ended.recv_timeout(TIMEOUT.saturating_sub(began.elapsed())) {
        Ok(status) => status.map_err(|why| invalid_output(&why.to_string())),
        Err(_) => Err(ServiceError::new(
            "LambdaSocketTimeoutException",
            format!(
                "The program for SyncTrigger took more than {} seconds.",
                TIMEOUT.as_secs()
            ),
        )),
    }
}

/// Parses the output of a program that has exited.
fn parse_output(status: ExitStatus, output: &Receiver<Vec<u8>>) -> Result<Json, ServiceError> {
    if !status.success() {
        return Err(invalid_output(&format!("the program ended with {status}")));
    }
    let mut text = Vec::new();
    while let Ok(piece) = output.recv_timeout(DRAIN_TIMEOUT) {
        text.extend(piece);
        if text.len() > MAX_OUTPUT_BYTES {
            return Err(invalid_output(&format!(
                "it is longer than {MAX_OUTPUT_BYTES} bytes"
            )));
        }
    }
    parse_json(&text).map_err(|why| invalid_output(&format!("it is not JSON: {why}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn returns_output_or_rejects_it() {
        let event = json!({"a": "x".repeat(200_000)});
        assert_eq!(invoke("cat", &event).as_ref(), Ok(&event));
        assert_eq!(invoke("echo '{}'", &event), Ok(json!({})));
        assert_eq!(invoke("echo '{}'; sleep 60 &", &event), Ok(json!({})));
        let table = [
            "true",
            "echo '{}'; exit 3",
            "/nonexistent/program",
            "echo '{} x'",
            "head -c 7000000 /dev/zero",
        ];
        for bad in table {
            let error = invoke(bad, &event).expect_err("rejected");
            assert_eq!(error.code, "InvalidLambdaFunctionOutputException", "{bad}");
        }
    }

    #[test]
    fn kills_process_group_on_timeout() {
        let error = invoke("sleep 60 & sleep 60; wait", &json!({})).expect_err("rejected");
        assert_eq!(error.code, "LambdaSocketTimeoutException");
    }
}
