"""Compares a bill of materials and the notices of third parties with the crates that a program lists:
`bill_of_materials.py BILL NOTICES PROGRAM`.

Everything in the program (`cargo auditable` notes it in the section `.dep-v0`, compressed) is to be in
both with its version.
"""

import json
import pathlib
import re
import sys
import zlib


# Macros and what they are made of run in the compiler; some of them are listed like other crates.
MACROS = {"proc-macro2", "quote", "rustversion", "syn", "tracing-attributes", "unicode-ident"}


def listed_crates(program):
    """The crates in the program: the first zlib stream that holds such a list."""
    content = pathlib.Path(program).read_bytes()
    for start in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", content):
        try:
            text = zlib.decompressobj().decompress(content[start.start():])
            return json.loads(text)["packages"]
        except (zlib.error, ValueError, KeyError, TypeError):
            continue
    sys.exit(f"check: {program} does not list its crates; build it with .github/release/build")


def main():
    bill, notices, program = sys.argv[1:]
    document = json.loads(pathlib.Path(bill).read_text(encoding="utf-8"))
    named = {(part["name"], part["version"]) for part in document["components"]}
    linked = {
        (crate["name"], crate["version"])
        for crate in listed_crates(program)
        if crate.get("kind", "runtime") == "runtime" and not crate.get("root")
    }
    if len(linked) < 100 or document["bomFormat"] != "CycloneDX":
        sys.exit(f"check: {program} lists {len(linked)} crates only")
    if linked - named:
        sys.exit(f"check: {bill} does not name {sorted(linked - named)}")
    text = pathlib.Path(notices).read_text(encoding="utf-8")
    noticed = set(re.findall(r"^(\S+) (\d\S*), ", text, re.MULTILINE))
    missing = {crate for crate in linked - noticed if crate[0] not in MACROS}
    if missing:
        sys.exit(f"check: {notices} has no notice of {sorted(missing)}")


main()
