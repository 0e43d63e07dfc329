//! Child processes: one that runs while the test does something else, and one that runs to
//! completion with the given standard input. Each has a time limit. Unix only, because of signals
//! and process groups.
//!
//! `run` compares the outcome with what the test expects.

use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Once};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

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
    // Its own group, so that the time limit also kills its children: they would hold the pipes
    // open, and reading them would never finish.
    command.process_group(0);
    let mut child = RunningChild::spawn(command, Stdio::piped());
    let mut input = child.process.stdin.take().expect("stdin is a pipe");
    // A separate thread: a child that fills its output pipe before it reads would deadlock.
    // A child need not read its input, so a closed pipe is not an error.
    let stdin_writer = thread::spawn(move || drop(input.write_all(&stdin)));
    let output = child.wait(limit);
    stdin_writer
        .join()
        .expect("the stdin writer does not panic");
    output
}

/// A running child process, which is killed when the value is dropped. Its standard output waits in
/// the pipe until the test reads it, its standard error is read at once.
pub(crate) struct RunningChild {
    process: Child,
    stdout: Option<BufReader<ChildStdout>>,
    stderr: Option<JoinHandle<Vec<u8>>>,
}

impl RunningChild {
    /// Starts a command with empty standard input.
    pub(crate) fn start(command: Command) -> Self {
        Self::spawn(command, Stdio::null())
    }

    fn spawn(mut command: Command, stdin: Stdio) -> Self {
        let mut process = command
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
        let stderr = process.stderr.take().expect("stderr is a pipe");
        Self {
            stdout: process.stdout.take().map(BufReader::new),
            stderr: Some(thread::spawn(move || read_to_end(stderr))),
            process,
        }
    }

    /// Its process ID.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Sends it a signal, such as `INT`.
    #[track_caller]
    pub(crate) fn signal(&self, name: &str) {
        send_signal(name, self.id());
    }

    /// The next line of its standard output.
    pub(crate) fn read_line(&mut self) -> String {
        let mut line = String::new();
        let stdout = self.stdout.as_mut().expect("stdout is not taken");
        stdout.read_line(&mut line).expect("stdout is text");
        line
    }

    /// Takes the pipe of its standard output, which nobody reads from then on but the test.
    pub(crate) fn take_stdout(&mut self) -> BufReader<ChildStdout> {
        self.stdout.take().expect("stdout is not taken")
    }

    /// Waits until it exits, for at most `limit`, without reading: its pipes may be full, or open in
    /// processes that it leaves running.
    pub(crate) fn wait_for_exit(&mut self, limit: Duration) -> ChildExit {
        let began = Instant::now();
        while began.elapsed() < limit {
            if let Some(status) = self
                .process
                .try_wait()
                .expect("the child can be waited for")
            {
                return ChildExit::from_status(status);
            }
            thread::sleep(Duration::from_millis(5));
        }
        ChildExit::TimedOut
    }

    /// Kills it, as dropping the value does.
    pub(crate) fn kill(self) {}

    /// Waits until it exits, for at most `limit`, and returns what it wrote and the test has not
    /// read.
    pub(crate) fn wait(mut self, limit: Duration) -> ChildOutput {
        let id = self.id();
        let (ended, end) = mpsc::channel::<()>();
        let watchdog = thread::spawn(move || {
            let late = end.recv_timeout(limit) == Err(RecvTimeoutError::Timeout);
            if late {
                kill(id);
            }
            late
        });
        let stdout = self.stdout.take().map_or_else(Vec::new, read_to_end);
        let stderr = self.stderr.take().expect("only `wait` takes it");
        let stderr = stderr.join().expect("the stderr reader does not panic");
        let status = self.process.wait().expect("the child can be waited for");
        drop(ended);
        let late = watchdog.join().expect("the watchdog does not panic");
        let exit = match late {
            true => ChildExit::TimedOut,
            false => ChildExit::from_status(status),
        };
        ChildOutput {
            exit,
            stdout,
            stderr,
        }
    }
}

impl Drop for RunningChild {
    fn drop(&mut self) {
        if let Ok(None) = self.process.try_wait() {
            kill(self.id());
            drop(self.process.wait());
        }
    }
}

fn read_to_end(mut from: impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    let read = from.read_to_end(&mut bytes);
    read.expect("a pipe of the child can be read");
    bytes
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

/// Kills a process and, if it leads a process group, the group.
pub(crate) fn kill(process: u32) {
    let process = i32::try_from(process).ok().and_then(Pid::from_raw);
    let process = process.expect("a child has a process ID");
    // Each fails where there is none.
    let _ = kill_process_group(process, Signal::KILL);
    let _ = kill_process(process, Signal::KILL);
}

/// Whether child processes ignore the signal, as under `nohup`.
pub(crate) fn is_ignored(signal: &str) -> bool {
    restore_interrupts();
    let script = format!("kill -s {signal} $$");
    let status = Command::new("/bin/sh").args(["-c", &script]).status();
    status.expect("/bin/sh starts").success()
}

/// Sends a signal by its name.
#[track_caller]
pub(crate) fn send_signal(signal: &str, process: u32) {
    let sent = Command::new("/bin/sh")
        .args(["-c", &format!("kill -s {signal} {process}")])
        .status();
    assert!(sent.is_ok_and(|status| status.success()), "{signal}");
}
