"""The command line: `python -m mutants`."""

import argparse
import sys
import time
from collections.abc import Sequence
from concurrent.futures import as_completed
from pathlib import Path

from mutants.catalogue import FAULTS, VARIATIONS
from mutants.scoring import curve, order, page, score
from mutants.scoring.processes import processes
from mutants.scoring.score import Scores, is_false_alarm, try_out
from mutants.scoring.trial import FAULTLESS, attempt_all_checks

KNOWN = [*FAULTS, *VARIATIONS]
# What full, a first night of live, and seven nights on the faults that are safe must detect.
ENOUGH_FULL, ENOUGH_FIRST, ENOUGH_NIGHTS = 0.98, 0.75, 0.95


def main() -> int:
    """Run the suite on mutants; return 1 if too many faults survive or a variation fails."""
    parser = argparse.ArgumentParser(prog="python -m mutants")
    parser.add_argument("ids", nargs="*", metavar="ID", help="mutants, all by default")
    parser.add_argument(
        "--shard", metavar="K/N", type=_shard, default=(1, 1), help="every Nth mutant from the Kth"
    )
    parser.add_argument("--save", metavar="FILE", type=Path, help="write the scores to a file")
    parser.add_argument(
        "--merge", metavar="FILE", type=Path, nargs="+", help="run nothing; merge saved scores"
    )
    parser.add_argument(
        "--order", action="store_true", help="find the order of the checks for --profile live"
    )
    parser.add_argument(
        "--list-unscored",
        action="store_true",
        help="run nothing; list the mutants without a score on the page",
    )
    options = parser.parse_args()
    if options.list_unscored:
        text = page.PAGE.read_text(encoding="utf-8")
        page.PAGE.write_text(page.with_unscored(text), encoding="utf-8")
        return 0
    if unknown := set(options.ids) - set(KNOWN):
        parser.error(f"unknown mutant: {', '.join(sorted(unknown))}")
    if options.order:
        return _find_order()
    first, step = options.shard
    ids = (options.ids or KNOWN)[first - 1 :: step]
    try:
        scores = score.load(options.merge) if options.merge else _score(ids)
    except (OSError, ValueError) as error:
        parser.error(f"--merge: {error}")
    if options.save:
        score.save(options.save, scores)
    if options.merge or len(scores.each) == len(KNOWN):
        page.PAGE.write_text(page.with_unscored(page.document(scores)), encoding="utf-8")
        page.CURVE.write_text(curve.picture(scores), encoding="utf-8")
    print("\n".join(["", *page.summary(scores)]))
    for profile, names in page.survivors(scores).items():
        print(f"survive {profile}: {', '.join(names) or 'none'}")
    return 0 if _is_enough(scores) else 1


def _shard(text: str) -> tuple[int, int]:
    number, _, count = text.partition("/")
    if not (number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
        raise argparse.ArgumentTypeError(f"{text!r} is not K/N, such as 2/8")
    return int(number), int(count)


def _score(ids: Sequence[str]) -> Scores:
    """Score mutants in parallel and show the progress."""
    started = time.monotonic()
    with processes() as pool:
        usual = pool.submit(score.usual_failures) if score.COMPARED.intersection(ids) else None
        runs = [pool.submit(try_out, each) for each in ids]
        failures = usual.result() if usual else {}
        scores = {}
        for number, run in enumerate(as_completed(runs), start=1):
            made = scores[run.result().id] = run.result()
            print(f"{number:>4}/{len(runs)} {page.line(made)}", flush=True)
        print(f"{time.monotonic() - started:.0f} s")
        return Scores(tuple(scores[each] for each in ids), failures)


def _find_order() -> int:
    with processes() as pool:
        rows = {each: pool.submit(order.row, each) for each in FAULTS}
        for number, run in enumerate(as_completed(rows.values()), start=1):
            run.result()
            print(f"{number:>4}/{len(rows)}", end="\r", flush=True)
        matrix = {each: run.result() for each, run in rows.items()}
        order.write(pool.submit(attempt_all_checks, FAULTLESS).result(), matrix)
    return 0


def _is_enough(scores: Scores) -> bool:
    faults, safe = scores.faults, [each for each in scores.faults if each.is_safe]
    alarms = [
        each.id
        for each in scores.variations
        if is_false_alarm(each.full) or any(map(is_false_alarm, each.nights))
    ]
    return (
        sum(each.full.killed for each in faults) >= ENOUGH_FULL * len(faults)
        and sum(each.nights[0].killed for each in faults) >= ENOUGH_FIRST * len(faults)
        and sum(each.nights[-1].killed for each in safe) >= ENOUGH_NIGHTS * len(safe)
        and not alarms
    )


if __name__ == "__main__":
    sys.exit(main())
