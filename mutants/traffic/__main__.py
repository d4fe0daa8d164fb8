"""Judge mitmproxy's recordings of runs against mutants, beside Redocly, and print a table.

`redocly drift` reads the recordings; their exchanges are sent through `redocly proxy` again.

mitmdump and the command line of Redocly must be installed; the options say where. What Redocly
reports on the server without a fault counts neither as a detected fault nor as a false alarm.
"""

import argparse
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mutants.catalogue import ALL, VARIATIONS
from mutants.sample import SAMPLE
from mutants.scoring.trial import FAULTLESS
from mutants.traffic.judges import Problems, drift, judge, proxy
from mutants.traffic.recording import find_mitmdump, record

_REDOCLY = ("redocly drift", "redocly proxy")
_JUDGES = ("judge", "judge --complete", "judge --complete --strict", *_REDOCLY)
_AT_ONCE = 3


def main() -> int:
    """Print the table; return 2 if a program is missing."""
    parser = argparse.ArgumentParser(prog="python -m mutants.traffic", description=__doc__)
    parser.add_argument("ids", nargs="*", help="mutants; default: the sample and the variations")
    parser.add_argument("--mitmdump", default=find_mitmdump(), help="the program of mitmproxy")
    parser.add_argument("--redocly", help="the file cli.js of @redocly/cli")
    parser.add_argument("--step", type=int, default=1, help="use every nth fault of the sample")
    parser.add_argument(
        "--folder", type=Path, help="keep the recordings here, and use those that are here"
    )
    options = parser.parse_args()
    if not options.mitmdump or not options.redocly:
        print("mutants.traffic: --mitmdump and --redocly are required", file=sys.stderr)
        return 2
    sample = [*dict.fromkeys(SAMPLE.values())][:: options.step]
    ids = options.ids or [*sample, *VARIATIONS]
    if unknown := set(ids) - set(ALL):
        parser.error(f"unknown mutant: {', '.join(sorted(unknown))}")
    redocly = ["node", options.redocly]
    found: dict[str, tuple[Problems, ...]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        files = {mutant_id: folder / f"{mutant_id}.har" for mutant_id in (FAULTLESS, *ids)}
        record([each for each in files if not files[each].exists()], folder, options.mitmdump)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            reported = pool.map(
                lambda har: (drift(har, redocly), proxy(har, redocly)), files.values()
            )
            for (mutant_id, har), theirs in zip(files.items(), reported, strict=True):
                found[mutant_id] = (
                    judge(har),
                    judge(har, complete=True),
                    judge(har, complete=True, strict=True),
                    *theirs,
                )
                print(mutant_id, *(_new(found, mutant_id, each) for each in range(len(_JUDGES))))
    print_table(found)
    return 0


def print_table(found: dict[str, tuple[Problems, ...]]) -> None:
    """Print how many faults and how many variations each judge reports."""
    faults = [each for each in found if each not in (*VARIATIONS, FAULTLESS)]
    benign = [each for each in found if each in VARIATIONS]
    print("\n| judge | faults detected | of | false alarms | of |\n|---|---:|---:|---:|---:|")
    for column, name in enumerate(_JUDGES):
        detected = [each for each in faults if _new(found, each, column)]
        alarms = [each for each in benign if _new(found, each, column)]
        print(f"| `{name}` | {len(detected)} | {len(faults)} | {len(alarms)} | {len(benign)} |")


def _new(found: dict[str, tuple[Problems, ...]], mutant_id: str, column: int) -> int:
    """How many problems a judge reports that it does not report without a fault."""
    return len(found[mutant_id][column] - found[FAULTLESS][column])


if __name__ == "__main__":
    sys.exit(main())
