"""The command line: `python -m tests.contract_suite.mutants`."""

import argparse
import multiprocessing
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from tests.contract_suite.mutants import score, stock
from tests.contract_suite.mutants.catalogue import FAULTS, VARIATIONS
from tests.contract_suite.mutants.score import Score, try_out
from tests.contract_suite.mutants.trial import BUDGET, FAULTLESS

PAGE = Path(__file__).parents[3] / "docs" / "mutation-score.md"
ENOUGH_LIVE = 0.9


def main() -> int:
    """Hold every mutant to the suite; return 1 where too many survive or an alarm is false."""
    parser = argparse.ArgumentParser(prog="python -m tests.contract_suite.mutants")
    parser.add_argument("ids", nargs="*", metavar="ID", help="mutants, all by default")
    parser.add_argument("--without-stock", action="store_true", help="leave out Schemathesis")
    options = parser.parse_args()
    known = [*FAULTS, *VARIATIONS]
    unknown = set(options.ids) - set(known)
    if unknown:
        parser.error(f"no such mutant: {', '.join(sorted(unknown))}")
    started = time.monotonic()
    chosen = options.ids or known
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=context) as pool:
        seeds = () if options.without_stock else stock.FAULTLESS_SEEDS
        on_faultless = [pool.submit(stock.failures, FAULTLESS, seed) for seed in seeds]
        usual: stock.Failures = frozenset().union(*(each.result() for each in on_faultless))
        runs = [pool.submit(try_out, each, not options.without_stock) for each in chosen]
        scores = {}
        for number, run in enumerate(as_completed(runs), start=1):
            made = run.result()
            scores[made.id] = made
            print(f"{number:>3}/{len(runs)} {score.line(made, usual)}", flush=True)
    ordered = [scores[each] for each in chosen]
    print("\n".join(["", *score.summary(ordered, usual)]))
    for profile, ids in score.survivors(ordered).items():
        print(f"survive {profile}: {', '.join(ids) or 'none'}")
    if not options.ids:
        PAGE.write_text(score.document(ordered, usual, _setting()), encoding="utf-8")
    print(f"{time.monotonic() - started:.0f} s")
    return 0 if _is_enough(ordered) else 1


def _is_enough(scores: list[Score]) -> bool:
    faults = [each for each in scores if each.id in FAULTS]
    benign = [each for each in scores if each.id in VARIATIONS]
    killed_live = sum(each.live.killed for each in faults)
    alarms = [score.is_false_alarm(each.full) or score.is_false_alarm(each.live) for each in benign]
    kills_enough = killed_live >= ENOUGH_LIVE * len(faults)
    return all(each.full.killed for each in faults) and kills_enough and not any(alarms)


def _setting() -> str:
    return (
        f"`full` may change all keys of the mock; a fault that its rules kill is not run through"
        f" the layers behind them. `live` has {BUDGET} requests and three keys, one of them on a"
        f" subscription. `stock` is `schemathesis run` over TCP with every phase and"
        f" `{' '.join(stock.OPTIONS)}`, in the same run."
    )


if __name__ == "__main__":
    sys.exit(main())
