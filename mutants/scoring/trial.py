"""Runs the contract suite on a mutant in process."""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from dodo_license_mock import LicenseMock

from contract_tests.contract.specification import Specification
from contract_tests.judge.verdict import Verdict
from contract_tests.options import Options, Profile
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
    """Run the suite on a mutant, or on the server as it is, and say what came of it."""
    mutant = None if mutant_id == FAULTLESS else ALL[mutant_id]
    verdict = _verdict(mutant, profile)
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


def attempt_full(mutant_id: str) -> Trial:
    """Hold a mutant to the profile `full`, no further than needed.

    Full begins with all that quick does, so what quick kills, full kills by the same request.
    """
    if mutant_id in FAULTS:
        trial = attempt(mutant_id, "quick")
        if trial.killed:
            return trial
    return attempt(mutant_id, "full")


def _verdict(mutant: Mutant | None, profile: Profile) -> Verdict:
    mock = LicenseMock(seed=mutant.seed if mutant else None)
    application = Layer(mock.app, mutant.behaviour, mock.token) if mutant else mock.app
    if profile == "live":
        return _live_verdict(application, mock)
    options = Options(profile=profile)
    with in_process(application, mock.token, tuple(mock.key_ids[:_MOST_KEYS])) as target:
        return Run(target, _specification(), options).verdict(Silence())


def _live_verdict(application: Application, mock: LicenseMock) -> Verdict:
    """Run as on an account: every key is put back, within the budget too."""
    key_ids = tuple(mock.key_ids[LIVE_KEYS] or mock.key_ids)
    with (
        TemporaryDirectory() as folder,
        in_process(application, mock.token, key_ids) as target,
    ):
        options = Options(profile="live", budget=BUDGET, journal=Path(folder) / "journal.jsonl")
        account = replace(target, is_disposable=False)
        return Run(account, _specification(), options).verdict(Silence())


@cache
def _specification() -> Specification:
    return Specification.load()
