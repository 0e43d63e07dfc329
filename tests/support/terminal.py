"""Runs a program on a terminal of its own and talks to it, for tests of what a person sees.

Arguments: the program and its words. Standard input: a JSON list of steps, each either
["await", TEXT], which waits until the program has shown TEXT since the last wait that ended, or
["type", TEXT]. It prints all that was shown; status 1 means that a wait took too long or the
program ended before.
"""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

LIMIT = 10.0

steps = json.load(sys.stdin)
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
shown, waited_to, missing = "", 0, None
for kind, text in steps:
    if kind == "type":
        os.write(terminal, text.encode())
        continue
    end = time.monotonic() + LIMIT
    while (at := shown.find(text, waited_to)) < 0 and missing is None:
        ready, _, _ = select.select([terminal], [], [], max(0, end - time.monotonic()))
        try:
            new = os.read(terminal, 65536).decode(errors="replace") if ready else ""
        except OSError:  # Linux reports the end of the program so.
            new = ""
        shown += new
        if not new:
            missing = text
    if missing is not None:
        break
    waited_to = at + len(text)
os.kill(child, signal.SIGKILL)
os.waitpid(child, 0)
print(shown)
if missing is not None:
    sys.exit(f"never shown: {missing!r}")
