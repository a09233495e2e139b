"""How other implementations answer our vectors: one table of counts, and one of the mistakes that shipped elsewhere.

    python3 scripts/interop/vector_table.py MIMICRED TEST_VECTORS NAME:OPERATION,..=COMMAND..

Each COMMAND speaks the contract of `mimicred vectors check --exec`, and is asked about these operations. In the second table a cell says how many of the cases that show a
mistake the implementation gets wrong, out of those that it answers at all; a dash where it answers none.
"""

import collections
import json
import pathlib
import subprocess
import sys

binary, folder, *peers = sys.argv[1:]
folder = pathlib.Path(folder)

flags = {}
for path in sorted(folder.glob("*/*.json")):
    for group in json.loads(path.read_text())["groups"]:
        for case in group["cases"]:
            name = f"{path.relative_to(folder).with_suffix('')} {case['id']}"
            flags[name] = [flag for flag in case.get("flags", []) if flag.startswith("pitfall-")]

names, outcomes = [], {}
for peer in peers:
    about, command = peer.split("=", 1)
    name, operations = about.split(":", 1)
    wanted = [argument for operation in operations.split(",") for argument in ("--operation", operation)]
    arguments = [binary, "--json", "vectors", "check", str(folder), "--exec", command, *wanted]
    report = subprocess.run(arguments, capture_output=True, check=False)
    outcomes[name] = json.loads(report.stdout)["outcomes"]
    names.append(name)

print("| implementation | asked | agrees | refuses or accepts otherwise | no answer |\n| --- | --: | --: | --: | --: |")
for name in names:
    count = collections.Counter(outcomes[name].values())
    asked = sum(count.values()) - count["unsupported"]
    print(f"| {name} | {asked} | {count['agree'] + count['agree_otherwise']} | {count['disagree']} | {count['failed']} |")

print("\n| mistake | " + " | ".join(names) + " |\n| --- |" + " --: |" * len(names))
for flag in sorted({flag for all_flags in flags.values() for flag in all_flags}):
    cells = []
    for name in names:
        answers = [outcomes[name].get(case, "unsupported") for case, all_flags in flags.items() if flag in all_flags]
        asked = [answer for answer in answers if answer != "unsupported"]
        wrong = [answer for answer in asked if answer in ("disagree", "failed")]
        cells.append(f"{len(wrong)} of {len(asked)}" if asked else "–")
    print(f"| `{flag}` | " + " | ".join(cells) + " |")
