//! Runs the program until an interrupt, in the way of `timeout -s INT`, which macOS does not have.

use super::run::Run;

/// Interrupts the process of the arguments after three seconds, and then its process group, which
/// this one ignores. Prints the exit status.
const INTERRUPT: &str = "
import os, signal, subprocess, sys
os.setpgrp()
child = subprocess.Popen(sys.argv[1:])
signal.signal(signal.SIGINT, signal.SIG_IGN)
try:
    child.wait(3)
except subprocess.TimeoutExpired:
    child.send_signal(signal.SIGINT)
    os.killpg(0, signal.SIGINT)
print('status', child.wait())
";

/// Runs the program with these arguments, which is to wait for something. Standard output ends with
/// the line `status STATUS`.
pub(crate) fn interrupted(args: &[&str]) -> Run {
    let program = ["-c", INTERRUPT, env!("CARGO_BIN_EXE_cognito-sync")];
    Run::with_program("python3", program.iter().chain(args).copied())
}
