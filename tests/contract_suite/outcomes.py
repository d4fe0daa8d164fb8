"""Runs of the suite in process, for tests of what it leaves in writing."""

from dataclasses import dataclass

from dodo_license_mock import LicenseMock

from contract_tests.options import Options, Profile
from contract_tests.redaction import Redactor
from contract_tests.run import Run
from contract_tests.specification import Specification
from contract_tests.target import in_process
from contract_tests.verdict import Verdict
from tests.contract_suite.layers import Rewrite, rewriting


class NoProgress:
    def step(self, done: int, total: int, what: str) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class Outcome:
    verdict: Verdict
    redactor: Redactor


def run_on_mock(
    rewrite: Rewrite, mock: LicenseMock | None = None, profile: Profile = "quick"
) -> Outcome:
    """Hold a mock whose answers are rewritten to the contract."""
    mock = mock or LicenseMock()
    with in_process(rewriting(mock.app, rewrite), mock.token, tuple(mock.key_ids)) as target:
        run = Run(target, Specification.load(), Options(profile=profile))
        return Outcome(run.verdict(NoProgress()), run.redactor)
