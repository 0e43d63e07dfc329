//! Child processes with a time limit: runs one to completion with the given standard input, and
//! kills its process group when it exceeds the limit. Unix only, because of process groups.
//!
//! `run` compares the outcome with what the test expects.

use std::fmt;
use std::io::Write;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Once};
use std::thread;
use std::time::Duration;

/// How a child process exited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChildExit {
    Status(i32),
    Signal(i32),
    TimedOut,
}

impl ChildExit {
    pub(crate) fn from_status(status: ExitStatus) -> Self {
        match (status.code(), status.signal()) {
            (Some(code), _) => Self::Status(code),
            (None, signal) => Self::Signal(signal.unwrap_or_default()),
        }
    }
}

impl fmt::Display for ChildExit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(code) => write!(f, "status {code}"),
            Self::Signal(signal) => write!(f, "killed by signal {signal}"),
            Self::TimedOut => f.write_str("killed by the test after its time limit"),
        }
    }
}

/// The exit of a child process and everything that it wrote.
#[derive(Debug)]
pub(crate) struct ChildOutput {
    pub(crate) exit: ChildExit,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
}

/// Runs `command` to completion, for at most `limit`.
pub(crate) fn run(mut command: Command, stdin: Vec<u8>, limit: Duration) -> ChildOutput {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // Its own group, so that the time limit also kills its children: they would hold the pipes
        // open, and reading them below would never finish.
        .process_group(0)
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    let group = child.id();
    let mut input = child.stdin.take().expect("stdin was asked to be a pipe");
    // A separate thread: a child that fills its output pipe before it reads would deadlock.
    // A child need not read its input, so a closed pipe is not an error.
    let stdin_writer = thread::spawn(move || drop(input.write_all(&stdin)));
    let (ended, end) = mpsc::channel::<()>();
    let watchdog = thread::spawn(move || {
        let late = end.recv_timeout(limit) == Err(RecvTimeoutError::Timeout);
        if late {
            kill_group(group);
        }
        late
    });
    let output = child
        .wait_with_output()
        .expect("the child's pipes can be read");
    drop(ended);
    let late = watchdog.join().expect("the watchdog does not panic");
    stdin_writer
        .join()
        .expect("the stdin writer does not panic");
    ChildOutput {
        exit: if late {
            ChildExit::TimedOut
        } else {
            ChildExit::from_status(output.status)
        },
        stdout: output.stdout,
        stderr: output.stderr,
    }
}

/// Makes SIGINT terminate the children started from now on, even where this process was started
/// with SIGINT ignored (`nohup … &` in a script), which children inherit. A handled signal has its
/// default action in a child; in this process it still exits with status 130.
pub(crate) fn restore_interrupts() {
    static RESTORED: Once = Once::new();
    RESTORED.call_once(|| {
        let (signal, always) = (signal_hook::consts::SIGINT, Arc::new(AtomicBool::new(true)));
        signal_hook::flag::register_conditional_shutdown(signal, 130, always)
            .expect("SIGINT can be handled");
    });
}

/// Kills a process group through the shell: std can only kill single children, and the package
/// forbids unsafe code.
pub(crate) fn kill_group(group: u32) {
    let killed = Command::new("/bin/sh")
        .args(["-c", &format!("kill -s KILL -- -{group}")])
        .stderr(Stdio::null())
        .status();
    assert!(killed.is_ok(), "/bin/sh does not start: {killed:?}");
}
