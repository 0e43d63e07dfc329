//! The exit status of a command and the text that it wrote.

use std::process::Command;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::child::{self, ChildExit, ChildOutput, RunningChild};
use super::gate::Gate;

/// The time limit of a command.
const LIMIT: Duration = Duration::from_secs(60);

/// The outcome of a command that exited by itself.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Outcome {
    /// Asserts that the command failed with this status and a message with this part, and printed
    /// nothing.
    #[track_caller]
    pub(crate) fn assert_fails(&self, status: i32, message: &str) {
        assert_eq!((self.status, &*self.stdout), (status, ""), "{self:?}");
        assert!(self.stderr.contains(message), "{message:?}: {self:?}");
    }

    /// The JSON document on standard output.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl From<ChildOutput> for Outcome {
    #[track_caller]
    fn from(output: ChildOutput) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8 is printed");
        let (stdout, stderr) = (text(output.stdout), text(output.stderr));
        match output.exit {
            ChildExit::Status(status) => Self {
                status,
                stdout,
                stderr,
            },
            exit => panic!("{exit}: {stdout} {stderr}"),
        }
    }
}

/// Runs a command with this standard input.
#[track_caller]
pub(crate) fn run(command: Command, stdin: &str) -> Outcome {
    child::run(command, stdin.into(), LIMIT).into()
}

impl RunningChild {
    /// Interrupts it once its first request is held back by the gate, and lets it end in order.
    #[track_caller]
    pub(crate) fn interrupt_at(self, gate: &Gate) -> Outcome {
        gate.await_requests(1);
        self.signal("INT");
        // The signal is handled before the response arrives.
        thread::sleep(Duration::from_millis(100));
        gate.open();
        self.finish()
    }

    /// Waits until it exits.
    #[track_caller]
    pub(crate) fn finish(self) -> Outcome {
        self.wait(LIMIT).into()
    }
}
