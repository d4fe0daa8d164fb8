"""Compare each run of the suite with the verdict of `judge` on the recording of that run.

A fault that a run detects by a rule that needs no request of its own must show in the recording. On
a server without a fault, neither may report one. The results are appended to a file, and what is in
it already is not repeated.
"""

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path

from dodo_license_mock import LicenseMock

from contract_tests.contract.rules import CATALOGUE
from contract_tests.contract.specification import Specification
from contract_tests.judge.verdict import Verdict
from contract_tests.options import Options, Profile
from contract_tests.run.run import Run
from contract_tests.run.target import in_process
from contract_tests.traffic.command import JudgeOptions, judge_files, verdict_of
from mutants.catalogue import ALL, FAULTS, VARIATIONS
from mutants.scoring.trial import FAULTLESS, Silence
from mutants.server.layer import Layer

_MOST_KEYS = 20
_PUBLISHED = frozenset(rule.id for rule in CATALOGUE if rule.level == "contract")


@dataclass(frozen=True)
class Agreement:
    """The verdicts of a run and of the judge of its recording.

    Attributes:
        mutant: Id of the mutant.
        profile: The profile of the run.
        run: The rules that the run finds violated, policy included.
        judge: The rules that the judge finds violated, likewise.
    """

    mutant: str
    profile: Profile
    run: tuple[str, ...]
    judge: tuple[str, ...]

    def is_missed(self, passive: frozenset[str]) -> bool:
        """Whether only the run detects the fault, by one of the rules that need no own request."""
        return not self.judge and not passive.isdisjoint(self.run)


def compare(mutant_id: str, folder: Path) -> Agreement:
    """Run the profile quick on a mutant, and full if quick detects nothing; judge the recording."""
    quick = _compare(mutant_id, "quick", folder)
    return quick if quick.run and mutant_id in FAULTS else _compare(mutant_id, "full", folder)


def passive_rules(folder: Path) -> frozenset[str]:
    """The rules that are judged in the recording of a `full` run on the server without a fault."""
    path = folder / f"{FAULTLESS}.har"
    _run(FAULTLESS, "full", path)
    return frozenset(each.rule.id for each in _judged(path).entries if each.checked)


def main() -> int:
    """Print how many verdicts agree; return 1 if some do not."""
    parser = argparse.ArgumentParser(
        prog="python -m mutants.traffic.agreement", description=__doc__
    )
    parser.add_argument("ids", nargs="*", help="mutants; default: all faults and variations")
    parser.add_argument("--results", type=Path, required=True, help="the file of the results")
    parser.add_argument("--folder", type=Path, help="keep the recordings here")
    parser.add_argument(
        "--again", action="store_true", help="judge the recordings in --folder again"
    )
    parser.add_argument("--sample", type=int, help="that many of the mutants, chosen at random")
    options = parser.parse_args()
    ids = options.ids or [*FAULTS, *VARIATIONS]
    if unknown := set(ids) - set(ALL):
        parser.error(f"unknown mutant: {', '.join(sorted(unknown))}")
    if options.sample is not None:
        ids = random.Random(0).sample(ids, min(options.sample, len(ids)))
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        passive = passive_rules(folder)
        done = {each.mutant: each for each in _read(options.results)}
        if options.again:
            done = {name: _again(each, folder) for name, each in done.items()}
        with options.results.open("a", encoding="utf-8") as file:
            for mutant_id in ids:
                if mutant_id not in done:
                    done[mutant_id] = compare(mutant_id, folder)
                    file.write(json.dumps(asdict(done[mutant_id])) + "\n")
                    file.flush()
    return _report([done[each] for each in ids], passive)


def _report(agreements: Iterable[Agreement], passive: frozenset[str]) -> int:
    faults = [each for each in agreements if each.mutant not in VARIATIONS]
    variations = [each for each in agreements if each.mutant in VARIATIONS]
    missed = [each for each in faults if each.is_missed(passive)]
    alarms = [each for each in variations if not _PUBLISHED.isdisjoint(each.run + each.judge)]
    shown = [each for each in faults if not passive.isdisjoint(each.run)]
    for each in (*missed, *alarms):
        print(f"{each.mutant} ({each.profile}): run {each.run}, judge {each.judge}")
    print(
        f"{len(faults)} faults: {sum(bool(each.run) for each in faults)} detected by the run,"
        f" {len(shown)} of them by a passive rule; the judge detects"
        f" {sum(bool(each.judge) for each in faults)} and misses {len(missed)}"
    )
    print(f"{len(variations)} variations: {len(alarms)} false alarms")
    return 1 if missed or alarms else 0


def _compare(mutant_id: str, profile: Profile, folder: Path) -> Agreement:
    path = folder / f"{mutant_id}.har"
    path.unlink(missing_ok=True)
    run = _run(mutant_id, profile, path)
    return Agreement(mutant_id, profile, _violated(run), _violated(_judged(path)))


def _again(agreement: Agreement, folder: Path) -> Agreement:
    return replace(agreement, judge=_violated(_judged(folder / f"{agreement.mutant}.har")))


def _run(mutant_id: str, profile: Profile, path: Path) -> Verdict:
    path.unlink(missing_ok=True)
    mutant = None if mutant_id == FAULTLESS else ALL[mutant_id]
    mock = LicenseMock(seed=mutant.seed if mutant else None)
    application = Layer(mock.app, mutant.behaviour, mock.token) if mutant else mock.app
    options = Options(profile=profile, record=path)
    with in_process(application, mock.token, tuple(mock.key_ids[:_MOST_KEYS])) as target:
        return Run(target, _specification(), options).verdict(Silence())


def _judged(path: Path) -> Verdict:
    options = JudgeOptions(files=(path,), strict=True)
    return verdict_of(judge_files(options), options)


def _violated(verdict: Verdict) -> tuple[str, ...]:
    return tuple(each.rule.id for each in verdict.violated)


def _read(path: Path) -> Iterator[Agreement]:
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            values = json.loads(line)
            yield Agreement(**values | {name: tuple(values[name]) for name in ("run", "judge")})


@cache
def _specification() -> Specification:
    return Specification.load()


if __name__ == "__main__":
    sys.exit(main())
