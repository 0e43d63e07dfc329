//! A program in the place of a Lambda function: the event goes to its standard input, and its standard
//! output is the answer, within the five seconds that a function has. What they say is not known here.

use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::Value as Json;

use super::event::unusable;
use crate::local::refusal::Refusal;

/// How long the real service waits.
const LIMIT: Duration = Duration::from_secs(5);

/// Runs the shell command with the event, and returns what it answers.
pub(super) fn call(command: &str, event: &Json) -> Result<Json, Refusal> {
    let child = Command::new("/bin/sh")
        .args(["-c", command])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        // Its own group, so that what it has started itself ends with it.
        .process_group(0)
        .spawn()
        .map_err(|why| unusable(&format!("the program does not start: {why}")))?;
    let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let (done, ended) = mpsc::channel();
    let event = event.to_string();
    thread::spawn(move || drop(done.send(exchange(child, event))));
    match ended.recv_timeout(LIMIT) {
        Ok(output) => output.and_then(|output| answer(&output)),
        Err(_) => {
            if let Some(group) = group {
                let _ = kill_process_group(group, Signal::KILL);
            }
            Err(Refusal::new(
                "LambdaSocketTimeoutException",
                format!(
                    "The program for SyncTrigger took over {} seconds.",
                    LIMIT.as_secs()
                ),
            ))
        }
    }
}

fn exchange(mut child: Child, event: String) -> Result<Vec<u8>, Refusal> {
    let stdin = child.stdin.take();
    // A thread of its own: a program may write much before it has read all. It need not read.
    let feeder = thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(event.as_bytes())));
    let mut output = Vec::new();
    let read = child
        .stdout
        .take()
        .map_or(Ok(0), |mut stdout| stdout.read_to_end(&mut output));
    drop(feeder.join());
    let status = child.wait();
    match (read, status) {
        (Ok(_), Ok(status)) if status.success() => Ok(output),
        (Ok(_), Ok(status)) => Err(unusable(&format!("the program ended with {status}"))),
        (Err(why), _) | (_, Err(why)) => Err(unusable(&why.to_string())),
    }
}

fn answer(output: &[u8]) -> Result<Json, Refusal> {
    serde_json::from_slice(output).map_err(|why| unusable(&format!("it is not JSON: {why}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn programs_answer_or_are_refused() {
        let event = json!({"a": "x".repeat(200_000)});
        assert_eq!(call("cat", &event).as_ref(), Ok(&event));
        assert_eq!(call("echo '{}'", &event), Ok(json!({})));
        for bad in [
            "true",
            "echo '{}'; exit 3",
            "/nonexistent/program",
            "echo '{} x'",
        ] {
            let refusal = call(bad, &event).expect_err("refused");
            assert_eq!(
                refusal.code, "InvalidLambdaFunctionOutputException",
                "{bad}"
            );
        }
    }

    #[test]
    fn a_program_that_takes_too_long_is_ended_with_all_it_started() {
        let refusal = call("sleep 60 & sleep 60; wait", &json!({})).expect_err("refused");
        assert_eq!(refusal.code, "LambdaSocketTimeoutException");
    }
}
