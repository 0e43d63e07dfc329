//! Shell commands of aliases: run with the user's streams and environment, and mapped to the exit
//! status that the AWS CLI returns.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus};
use std::sync::mpsc;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::error::{Error, Result};
use crate::interrupt;

/// Environment variable that is set for the shell command of an alias.
pub const IN_ALIAS_VARIABLE: &str = "COGNITO_SYNC_IN_ALIAS";

/// Time for the command to exit after an interrupt, which a terminal also sends to it.
const GRACE_PERIOD: Duration = Duration::from_millis(250);

/// Runs the command to completion and returns the exit status for this program. After an interrupt,
/// it kills the command if it does not exit within the grace period.
pub fn run_command(command: &str) -> Result<u8> {
    let (exit_sender, exit_receiver) = mpsc::channel();
    let mut pid = None;
    // Started inside, so that no interrupt arrives before `block_on` waits for one.
    let outcome = interrupt::block_on(async {
        let mut child = Command::new("/bin/sh")
            .args(["-c", command])
            .env(IN_ALIAS_VARIABLE, "1")
            .spawn()?;
        pid = Some(Pid::from_child(&child));
        let wait = move || {
            let status = child.wait();
            // The receiver only waits after an interrupt.
            let _ = exit_sender.send(());
            status
        };
        tokio::task::spawn_blocking(wait).await?
    });
    let status = outcome.inspect_err(|_| {
        if let (Some(pid), Err(_)) = (pid, exit_receiver.recv_timeout(GRACE_PERIOD)) {
            // It may have exited in the meantime.
            let _ = kill_process(pid, Signal::KILL);
        }
    })?;
    status.map(exit_status).map_err(|why: io::Error| {
        let message = format!("The alias's shell command could not be run by /bin/sh: {why}");
        Error::general(message)
    })
}

/// The exit status for this program. For a command killed by a signal, it is that of Python's
/// `sys.exit` with the negative signal number.
fn exit_status(status: ExitStatus) -> u8 {
    let code = status.code().or(status.signal().map(|signal| -signal));
    (code.unwrap_or_default() & 0xff) as u8
}
