//! Runs the program on a pseudo-terminal that Python opens, for tests of output that only appears
//! on a terminal. It sends no input; `terminal.py` does.

use super::run::Run;

/// Runs the arguments with a terminal as one of standard output and standard error. The other
/// stream goes to /dev/null, since a terminal would merge them.
const ON_TERMINAL: &str = r#"
import os, pty, sys
_, stream, *args = sys.argv
keep = os.dup(1)
pid, terminal = pty.fork()
if pid == 0:
    other = os.open(os.devnull, os.O_WRONLY)
    os.dup2(other, 1 if stream == "stderr" else 2)
    os.execv(args[0], args)
shown = b""
while True:
    try:
        part = os.read(terminal, 65536)
    except OSError:
        break
    if not part:
        break
    shown += part
_, status = os.waitpid(pid, 0)
os.write(keep, shown.replace(b"\r\n", b"\n"))
sys.exit(os.waitstatus_to_exitcode(status))
"#;

/// Runs the program with `stream` ("stdout" or "stderr") on a terminal; the run's standard output
/// is what the terminal shows.
pub(crate) fn run_on_terminal(stream: &str, args: &[&str]) -> Run {
    let program = env!("CARGO_BIN_EXE_cognito-sync");
    let start = ["-c", ON_TERMINAL, stream, program];
    Run::with_program("python3", start.iter().chain(args).copied())
}
