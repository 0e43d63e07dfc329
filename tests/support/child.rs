//! Runs a child to its end with given standard input, and kills it (with its own children)
//! when it takes too long. Unix only, as it needs process groups.
//!
//! It judges nothing: what a run should have done is `expectation`'s business.

use std::fmt;
use std::io::Write;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Once};
use std::thread;
use std::time::Duration;

/// How a child ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Status(i32),
    Signal(i32),
    TimedOut,
}

impl Ending {
    pub(crate) fn of(status: ExitStatus) -> Self {
        match (status.code(), status.signal()) {
            (Some(code), _) => Self::Status(code),
            (None, signal) => Self::Signal(signal.unwrap_or_default()),
        }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(code) => write!(f, "status {code}"),
            Self::Signal(signal) => write!(f, "killed by signal {signal}"),
            Self::TimedOut => f.write_str("killed by the test after its time limit"),
        }
    }
}

/// A child that has ended, and all that it wrote.
pub(crate) struct Finished {
    pub(crate) ending: Ending,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
}

/// Runs `command` to its end, or for at most `limit`.
pub(crate) fn run(mut command: Command, stdin: Vec<u8>, limit: Duration) -> Finished {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // Its own group, so that the time limit also ends what it started itself; such a
        // grandchild would hold the pipes open, and the reading below would not end.
        .process_group(0)
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    let group = child.id();
    let mut input = child.stdin.take().expect("stdin was asked to be a pipe");
    // A thread of its own: a child that writes much before it reads would block us both.
    // A child need not read its input, so a closed pipe is no error.
    let feeder = thread::spawn(move || drop(input.write_all(&stdin)));
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
    feeder.join().expect("the feeder does not panic");
    Finished {
        ending: if late {
            Ending::TimedOut
        } else {
            Ending::of(output.status)
        },
        stdout: output.stdout,
        stderr: output.stderr,
    }
}

/// Has the children that start from here on end at an interrupt, even where this process was
/// started with SIGINT ignored (`nohup … &` in a script), which children inherit. A handled signal
/// has its default action in a child; here, too, it goes on ending the process.
pub(crate) fn restore_interrupts() {
    static RESTORED: Once = Once::new();
    RESTORED.call_once(|| {
        let (signal, always) = (signal_hook::consts::SIGINT, Arc::new(AtomicBool::new(true)));
        signal_hook::flag::register_conditional_shutdown(signal, 130, always)
            .expect("SIGINT can be handled");
    });
}

/// Kills a whole process group; by the shell, as std can only kill single children and
/// the package forbids unsafe code.
pub(crate) fn kill_group(group: u32) {
    let killed = Command::new("/bin/sh")
        .args(["-c", &format!("kill -s KILL -- -{group}")])
        .stderr(Stdio::null())
        .status();
    assert!(killed.is_ok(), "/bin/sh does not start: {killed:?}");
}
