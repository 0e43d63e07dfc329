//! The program on a pseudo-terminal that Python makes, for tests of what only a person sees. Nobody
//! types there: for that there is `terminal.py`.

use super::expectation::Run;

/// Runs the words with a terminal as standard output and standard error; `2>` and `1>` keep the
/// other one away from it, since both would come out as one.
const ON_TERMINAL: &str = r#"
import os, pty, sys
_, stream, *words = sys.argv
keep = os.dup(1)
pid, terminal = pty.fork()
if pid == 0:
    other = os.open(os.devnull, os.O_WRONLY)
    os.dup2(other, 1 if stream == "stderr" else 2)
    os.execv(words[0], words)
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

/// What is shown comes out as standard output.
pub(crate) fn on_terminal(stream: &str, words: &[&str]) -> Run {
    let program = env!("CARGO_BIN_EXE_cognito-sync");
    let start = ["-c", ON_TERMINAL, stream, program];
    Run::of_program("python3", start.iter().chain(words).copied())
}
