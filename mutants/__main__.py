"""The command line: `python -m mutants`."""

import argparse
import multiprocessing
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed

from mutants.catalogue import FAULTS, VARIATIONS
from mutants.scoring import score, stock
from mutants.scoring.score import Score, try_out
from mutants.scoring.trial import BUDGET, FAULTLESS

ENOUGH_LIVE = 0.9


def main() -> int:
    """Run the suite on every mutant; return 1 if too many survive or a variation fails."""
    parser = argparse.ArgumentParser(prog="python -m mutants")
    parser.add_argument("ids", nargs="*", metavar="ID", help="mutants, all by default")
    parser.add_argument("--without-stock", action="store_true", help="leave out Schemathesis")
    parser.add_argument(
        "--list-unscored",
        action="store_true",
        help="run nothing; list the mutants without a score on the page",
    )
    options = parser.parse_args()
    if options.list_unscored:
        page = score.PAGE.read_text(encoding="utf-8")
        score.PAGE.write_text(score.with_unscored(page), encoding="utf-8")
        return 0
    known = [*FAULTS, *VARIATIONS]
    unknown = set(options.ids) - set(known)
    if unknown:
        parser.error(f"unknown mutant: {', '.join(sorted(unknown))}")
    started = time.monotonic()
    with_stock = not options.without_stock
    scores, usual = _made(options.ids or known, with_stock)
    print("\n".join(["", *score.summary(scores, usual)]))
    for profile, ids in score.survivors(scores).items():
        print(f"survive {profile}: {', '.join(ids) or 'none'}")
    if not options.ids:
        score.PAGE.write_text(score.document(scores, usual, _setting(with_stock)), encoding="utf-8")
    print(f"{time.monotonic() - started:.0f} s")
    return 0 if _is_enough(scores) else 1


def _made(ids: list[str], with_stock: bool) -> tuple[list[Score], stock.Failures]:
    """Try out mutants and tell how far it is; the second value is for the server as it is."""
    context = multiprocessing.get_context("spawn")
    seeds = stock.FAULTLESS_SEEDS if with_stock else ()
    with ProcessPoolExecutor(os.cpu_count(), mp_context=context) as pool:
        on_faultless = [pool.submit(stock.failures, FAULTLESS, seed) for seed in seeds]
        runs = [pool.submit(try_out, each, with_stock) for each in ids]
        usual: stock.Failures = frozenset().union(*(each.result() for each in on_faultless))
        scores = {}
        for number, run in enumerate(as_completed(runs), start=1):
            made = scores[run.result().id] = run.result()
            print(f"{number:>3}/{len(runs)} {score.line(made, usual)}", flush=True)
    return [scores[each] for each in ids], usual


def _is_enough(scores: list[Score]) -> bool:
    faults = [each for each in scores if each.id in FAULTS]
    benign = [each for each in scores if each.id in VARIATIONS]
    killed_live = sum(each.live.killed for each in faults)
    alarms = [score.is_false_alarm(each.full) or score.is_false_alarm(each.live) for each in benign]
    kills_enough = killed_live >= ENOUGH_LIVE * len(faults)
    return all(each.full.killed for each in faults) and kills_enough and not any(alarms)


def _setting(with_stock: bool) -> str:
    setting = (
        "`full` may change all keys of the mock; a fault that its rules kill is not run through the"
        f" layers behind them. `live` has {BUDGET} requests, those kept back to restore the keys"
        " included, and three keys, one of them on a subscription."
    )
    if with_stock:
        options = " ".join(stock.OPTIONS)
        setting += f" `stock` is `schemathesis run` over TCP, every phase, `{options}`, same run."
    return setting


if __name__ == "__main__":
    sys.exit(main())
