"""Judge mitmproxy's recordings of runs against mutants, beside `redocly drift`, and print a table.

mitmdump and the command line of Redocly must be installed; the options say where. What Redocly
reports on the server without a fault counts neither as a detected fault nor as a false alarm.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from mutants.catalogue import ALL, VARIATIONS
from mutants.sample import SAMPLE
from mutants.scoring.trial import FAULTLESS
from mutants.traffic.judges import Problems, drift, judge
from mutants.traffic.recording import find_mitmdump, record

_JUDGES = ("judge", "judge --complete", "redocly drift")


def main() -> int:
    """Print the table; return 2 if a program is missing."""
    parser = argparse.ArgumentParser(prog="python -m mutants.traffic", description=__doc__)
    parser.add_argument("ids", nargs="*", help="mutants; default: the sample and the variations")
    parser.add_argument("--mitmdump", default=find_mitmdump(), help="the program of mitmproxy")
    parser.add_argument("--redocly", help="the file cli.js of @redocly/cli")
    options = parser.parse_args()
    if not options.mitmdump or not options.redocly:
        print("mutants.traffic: --mitmdump and --redocly are required", file=sys.stderr)
        return 2
    ids = options.ids or [*dict.fromkeys(SAMPLE.values()), *VARIATIONS]
    if unknown := set(ids) - set(ALL):
        parser.error(f"unknown mutant: {', '.join(sorted(unknown))}")
    redocly = ["node", options.redocly]
    found: dict[str, tuple[Problems, ...]] = {}
    with tempfile.TemporaryDirectory() as folder:
        recordings = record([FAULTLESS, *ids], Path(folder), options.mitmdump)
        for mutant_id, har in recordings.items():
            found[mutant_id] = (
                judge(har, complete=False),
                judge(har, complete=True),
                drift(har, redocly),
            )
            counts = ", ".join(
                f"{name} {len(each - usual)}"
                for name, each, usual in zip(
                    _JUDGES, found[mutant_id], found[FAULTLESS], strict=True
                )
            )
            print(f"{mutant_id}: {counts}", flush=True)
    print_table(found)
    return 0


def print_table(found: dict[str, tuple[Problems, ...]]) -> None:
    """Print how many faults and how many variations each judge reports."""
    usual = found.pop(FAULTLESS)
    faults = [each for each in found if each not in VARIATIONS]
    benign = [each for each in found if each in VARIATIONS]
    print("\n| judge | faults detected | of | false alarms | of |\n|---|---:|---:|---:|---:|")
    for column, name in enumerate(_JUDGES):
        detected = [each for each in faults if found[each][column] - usual[column]]
        alarms = [each for each in benign if found[each][column] - usual[column]]
        print(f"| `{name}` | {len(detected)} | {len(faults)} | {len(alarms)} | {len(benign)} |")


if __name__ == "__main__":
    sys.exit(main())
