//! Running a command by the shell in the place of this program: the user's streams and environment, and the
//! exit status that the AWS CLI makes of the command's.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus};
use std::sync::mpsc;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::error::{Error, Result};
use crate::interrupt;

/// Environment variable that is set for what an alias's shell command runs.
pub const IN_ALIAS: &str = "COGNITO_SYNC_IN_ALIAS";

/// How long the command may go on after an interrupt, which a terminal sends to it as well.
const GRACE: Duration = Duration::from_millis(250);

/// Runs the command to its end, and returns the status to end with. After an interrupt, what is left of it
/// is killed.
pub fn run(command: &str) -> Result<u8> {
    let (report, ended) = mpsc::channel();
    let mut pid = None;
    // It is started in there, so that no interrupt comes before somebody waits for one.
    let waiting = interrupt::block_on(async {
        let mut child = Command::new("/bin/sh")
            .args(["-c", command])
            .env(IN_ALIAS, "1")
            .spawn()?;
        pid = Some(Pid::from_child(&child));
        let wait = move || {
            let status = child.wait();
            // Nobody listens unless there was an interrupt.
            let _ = report.send(());
            status
        };
        tokio::task::spawn_blocking(wait).await?
    });
    let waited = waiting.inspect_err(|_| {
        if let (Some(pid), Err(_)) = (pid, ended.recv_timeout(GRACE)) {
            // It may have ended just now.
            let _ = kill_process(pid, Signal::KILL);
        }
    })?;
    waited.map(exit_status).map_err(|why: io::Error| {
        let message = format!("The alias's shell command could not be run by /bin/sh: {why}");
        Error::general(message)
    })
}

/// The status of a command that a signal has ended is that of Python's `sys.exit` with the signal's
/// number, negative.
fn exit_status(status: ExitStatus) -> u8 {
    let code = status.code().or(status.signal().map(|signal| -signal));
    (code.unwrap_or_default() & 0xff) as u8
}
