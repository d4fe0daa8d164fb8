"""Runs the contract suite on a mutant in process."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from dodo_license_mock import LicenseMock

from contract_tests.contract.specification import Specification
from contract_tests.judge.history import CheckRun
from contract_tests.judge.verdict import Verdict
from contract_tests.options import Options, Profile
from contract_tests.report.document import document as as_document
from contract_tests.report.redaction import Redactor
from contract_tests.run.run import Run
from contract_tests.run.target import in_process
from mutants.catalogue import ALL, FAULTS
from mutants.server.layer import Application, Layer
from mutants.server.mutant import Mutant

FAULTLESS = "faultless"


class Silence:
    """Progress that shows nothing."""

    def step(self, done: int, total: int, what: str) -> None:
        """Ignore a step."""

    def note(self, text: str) -> None:
        """Ignore a note."""

    def close(self) -> None:
        """Do nothing: there is no terminal to restore."""


BUDGET = 100
# Of the mock's keys: one on a subscription, one without, one with all its activations taken.
LIVE_KEYS = slice(2, 5)
_MOST_KEYS = 20
_BETWEEN_NIGHTS = 0.5  # seconds
_UNLIMITED = 100_000


@dataclass(frozen=True)
class Trial:
    """The result of a mutant under a profile.

    Attributes:
        mutant: Id of the mutant, `faultless` for the server as it is.
        profile: The profile of the suite.
        outcome: The outcome of the verdict.
        rules: The ids of the violated rules.
        contract_rules: Those of them that are published.
        skipped: The ids of the rules that were not checked.
        requests: How many requests had been sent when the first rule broke, None where none did.
        sent: How many requests were sent in all.
        seconds: How long the run took.
        ended_early: Why the run did not get to its end, None where it did.
    """

    mutant: str
    profile: Profile
    outcome: str
    rules: tuple[str, ...]
    contract_rules: tuple[str, ...]
    skipped: tuple[str, ...]
    requests: int | None
    sent: int
    seconds: float
    ended_early: str | None

    @property
    def killed(self) -> bool:
        """Whether the verdict says that the server violates the contract."""
        return self.outcome == "violates"


def attempt(mutant_id: str, profile: Profile) -> Trial:
    """Run the suite on a mutant, or on the server as it is, and return the result."""
    mutant = None if mutant_id == FAULTLESS else ALL[mutant_id]
    application, mock = _served(mutant)
    return _trial(mutant_id, profile, _verdict(application, mock, profile))


def attempt_together(mutant_ids: Sequence[str], profile: Profile) -> Trial:
    """Run the suite on one server with the faults of several mutants, which share their keys."""
    mock = LicenseMock()
    application: Application = mock.app
    for mutant_id in mutant_ids:
        application = Layer(application, ALL[mutant_id].behaviour, mock.token)
    return _trial(" + ".join(mutant_ids), profile, _verdict(application, mock, profile))


def _trial(mutant_id: str, profile: Profile, verdict: Verdict) -> Trial:
    violated = verdict.violated
    return Trial(
        mutant=mutant_id,
        profile=profile,
        outcome=verdict.outcome,
        rules=tuple(each.rule.id for each in violated),
        contract_rules=tuple(each.rule.id for each in violated if each.rule.level == "contract"),
        skipped=tuple(each.rule.id for each in verdict.entries if each.status == "skipped"),
        requests=min((each.requests for each in violated if each.requests), default=None),
        sent=verdict.requests,
        seconds=verdict.seconds,
        ended_early=verdict.ended_early,
    )


def attempt_all_checks(mutant_id: str) -> tuple[CheckRun, ...]:
    """Run every check that the profile `live` has, on three keys, and return what each did.

    If a fault looks like a change by another program, the check that saw it has not detected it.
    """
    mutant = None if mutant_id == FAULTLESS else ALL[mutant_id]
    application, mock = _served(mutant)
    verdict = _live_verdict(application, mock, budget=_UNLIMITED)
    return verdict.checks if verdict.disturbed is None else verdict.checks[:-1]


def attempt_nights(mutant_id: str, nights: int) -> tuple[Trial, ...]:
    """Run the profile `live` several nights, each with the verdict of the night before.

    Args:
        mutant_id: Id of the mutant, `faultless` for the server as it is.
        nights: How many nights at most; a fault ends them once it is detected.
    """
    mutant = None if mutant_id == FAULTLESS else ALL[mutant_id]
    application, mock = _served(mutant)
    trials: list[Trial] = []
    with TemporaryDirectory() as folder:
        baseline: Path | None = None
        for night in range(nights):
            if night and mutant_id not in FAULTS:
                # Reads that lag must not show the next night the one before.
                time.sleep(_BETWEEN_NIGHTS)
            verdict = _live_verdict(application, mock, baseline=baseline)
            trials.append(_trial(mutant_id, "live", verdict))
            if mutant_id in FAULTS and trials[-1].killed:
                break
            baseline = Path(folder) / f"{night}.json"
            document = as_document(verdict, Redactor(mock.token))
            baseline.write_text(json.dumps(document), encoding="utf-8")
    return tuple(trials)


def attempt_full(mutant_id: str) -> Trial:
    """Hold a mutant to the profile `full`, no further than needed.

    Full begins with all that quick does, so what quick kills, full kills by the same request.
    """
    if mutant_id in FAULTS:
        trial = attempt(mutant_id, "quick")
        if trial.killed:
            return trial
    return attempt(mutant_id, "full")


def _verdict(application: Application, mock: LicenseMock, profile: Profile) -> Verdict:
    if profile == "live":
        return _live_verdict(application, mock)
    options = Options(profile=profile)
    with in_process(application, mock.token, tuple(mock.key_ids[:_MOST_KEYS])) as target:
        return Run(target, _specification(), options).verdict(Silence())


def _served(mutant: Mutant | None) -> tuple[Application, LicenseMock]:
    mock = LicenseMock(seed=mutant.seed if mutant else None)
    if mutant is None:
        return mock.app, mock
    return Layer(mock.app, mutant.behaviour, mock.token), mock


def _live_verdict(
    application: Application,
    mock: LicenseMock,
    *,
    budget: int = BUDGET,
    baseline: Path | None = None,
) -> Verdict:
    """Run as on an account: every key is restored, within the budget too."""
    key_ids = tuple(mock.key_ids[LIVE_KEYS] or mock.key_ids)
    with (
        TemporaryDirectory() as folder,
        in_process(application, mock.token, key_ids) as target,
    ):
        options = Options(
            profile="live", budget=budget, journal=Path(folder) / "journal.jsonl", baseline=baseline
        )
        account = replace(target, is_disposable=False)
        return Run(account, _specification(), options).verdict(Silence())


@cache
def _specification() -> Specification:
    return Specification.load()
