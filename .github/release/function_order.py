#!/usr/bin/env python3
"""Places functions that short commands call next to each other in the program, so that a start touches
fewer pages: function_order.txt lists them by name. A name that is missing or new costs a page fault at
most, so the list is recorded anew only when `.ci/budget` shows a loss.

function_order.py OBJECT...           prints the symbols of objects in that order, for the linker
function_order.py record PROGRAM MAP  records the list with callgrind; MAP is the linker's map of PROGRAM
"""

import bisect
import collections
import contextlib
import os
import pathlib
import re
import subprocess
import sys
import tempfile

LIST = pathlib.Path(__file__).with_name("function_order.txt")
# Instances of a generic function share a name. All are placed, unless they are larger than this: most
# are not called.
MAX_BYTES = 20_000

POOL = "us-east-1:2f1c6e5e-0d3b-4a6f-9c52-1d2e3f4a5b6c"
CALL = ["set-identity-pool-configuration", "--identity-pool-id", POOL]
CALL += ["--push-sync", "RoleArn=arn:aws:iam::123456789012:role/push-sync"]
# Each with its exit status; what all of them call comes first.
COMMANDS = [
    (["--version"], 0),
    ([CALL[0], "--generate-cli-skeleton"], 0),
    ([CALL[0], "--unknown"], 252),
    (CALL, 0),
    ([*CALL, "--local"], 0),
]


def main():
    match sys.argv[1:]:
        case ["record", program, link_map]:
            record(os.path.abspath(program), link_map)
        case objects:
            print("\n".join(ordered_symbols(objects)))


def ordered_symbols(objects):
    """Returns the symbols of the objects that have a name in the list, in its order."""
    sizes = function_sizes(objects)
    by_name = collections.defaultdict(list)
    for symbol, name in zip(sizes, source_names(sizes)):
        by_name[name].append(symbol)
    ordered = []
    for name in LIST.read_text().splitlines():
        # Functions of the C library are not in the objects.
        symbols = by_name.get(name, [name])
        if len(symbols) == 1 or sum(sizes[symbol] for symbol in symbols) <= MAX_BYTES:
            ordered += symbols
    return ordered


def function_sizes(objects):
    nm = [os.environ.get("LINK_TOOLS", "") + "nm", "--defined-only", "--print-size", *objects]
    output = subprocess.run(nm, capture_output=True, text=True, check=True).stdout
    lines = (line.split() for line in output.splitlines())
    return {line[3]: int(line[1], 16) for line in lines if len(line) == 4 and line[2] in "tTwW"}


def source_names(symbols):
    """Returns the names of functions without the hashes in their symbols, which change between builds."""
    demangled = subprocess.run(["c++filt"], input="\n".join(symbols), capture_output=True, text=True, check=True)
    hashes = re.compile(r"::h[0-9a-f]{16}\b|\[[0-9a-f]+\]|\.llvm\.\d+")
    return hashes.sub("", demangled.stdout).split("\n")


def record(program, link_map):
    starts, symbols = functions_of(link_map)
    recorded = []
    with service(program) as environment:
        for args, status in COMMANDS:
            addresses = executed_addresses([program, *args], environment, status)
            called = {symbols[starts[bisect.bisect(starts, address) - 1]] for address in addresses}
            recorded += sorted(set(source_names(sorted(called))))
    LIST.write_text("\n".join(dict.fromkeys(recorded)) + "\n")


@contextlib.contextmanager
def service(program):
    """Starts the local service, and returns an environment for calls to it."""
    with tempfile.TemporaryDirectory() as folder:
        serve = [program, "serve", "--listen", "127.0.0.1:0", "--store", f"{folder}/served.sqlite"]
        with subprocess.Popen(serve, stdout=subprocess.PIPE, text=True) as process:
            address = process.stdout.readline().split()[-1]
            yield {
                "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
                "AWS_SECRET_ACCESS_KEY": "secret",
                "AWS_REGION": "us-east-1",
                "AWS_ENDPOINT_URL": address,
                "COGNITO_SYNC_STORE": f"{folder}/store.sqlite",
                "HOME": "/nonexistent",
                "PATH": os.environ["PATH"],
            }
            process.terminate()


def functions_of(link_map):
    """Returns the addresses of symbols in the linker's map, in order, and the symbols."""
    lines = (line.split(None, 4) for line in pathlib.Path(link_map).read_text().splitlines()[1:])
    # The lines of sections name them as `FILE:(SECTION)`.
    symbols = {int(line[0], 16): line[4] for line in lines if len(line) == 5 and ":(" not in line[4]}
    return sorted(symbols), symbols


def executed_addresses(command, environment, status):
    """Returns the addresses of the instructions that a command executes."""
    with tempfile.NamedTemporaryFile("r") as output:
        valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={output.name}"]
        valgrind += ["--dump-instr=yes", "--compress-pos=no"]
        run = subprocess.run([*valgrind, *command], env=environment, capture_output=True, text=True)
        if run.returncode != status:
            sys.exit(f"function_order: {command} ends with status {run.returncode}:\n{run.stderr}")
        text = output.read()
    return {int(address, 16) for address in re.findall(r"^0x([0-9a-f]+) ", text, re.MULTILINE)}


if __name__ == "__main__":
    main()
