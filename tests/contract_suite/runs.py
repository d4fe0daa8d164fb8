"""Runs of the suite in process, on a mock or on what stands before one."""

import signal
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
from dodo_license_mock import LicenseMock

from contract_tests.contract.specification import Specification
from contract_tests.judge.verdict import Verdict
from contract_tests.options import Options, Profile
from contract_tests.report.redaction import Redactor
from contract_tests.run.run import Run
from contract_tests.run.target import Target, in_process
from contract_tests.transport.asgi import Application, ApplicationTransport
from tests.contract_suite.layers import Rewrite, rewriting


class Silence:
    """No progress."""

    def step(self, done: int, total: int, what: str) -> None:
        """Show nothing."""

    def note(self, text: str) -> None:
        """Show nothing."""

    def close(self) -> None:
        """Leave nothing."""


def run_on(target: Target, options: Options) -> Verdict:
    """Run the suite on a target."""
    return Run(target, Specification.load(), options).verdict(Silence())


def run_in_process(
    mock: LicenseMock,
    options: Options,
    application: Application | None = None,
    key_ids: Sequence[str] | None = None,
    *,
    is_disposable: bool = True,
) -> Verdict:
    """Run the suite on a mock without a port.

    Args:
        mock: The mock.
        options: The settings of the run.
        application: What stands before the mock, the mock itself by default.
        key_ids: Keys that may be changed, all seeded ones by default.
        is_disposable: Whether nobody minds what becomes of the mock.
    """
    allowed = tuple(mock.key_ids if key_ids is None else key_ids)
    with in_process(application or mock.app, mock.token, allowed) as target:
        return run_on(replace(target, is_disposable=is_disposable), options)


@dataclass(frozen=True)
class Outcome:
    """What is needed to write a report."""

    verdict: Verdict
    redactor: Redactor


def run_rewritten(
    rewrite: Rewrite, mock: LicenseMock | None = None, profile: Profile = "quick"
) -> Outcome:
    """Run the suite on a mock whose answers go through a function."""
    mock = mock or LicenseMock()
    with in_process(rewriting(mock.app, rewrite), mock.token, tuple(mock.key_ids)) as target:
        run = Run(target, Specification.load(), Options(profile=profile))
        return Outcome(run.verdict(Silence()), run.redactor)


def snapshot(mock: LicenseMock) -> list[object]:
    """Every key and every instance of a mock, as its API shows them."""
    with httpx.Client(
        transport=ApplicationTransport(mock.app),
        base_url="http://mock.invalid",
        headers={"Authorization": f"Bearer {mock.token}"},
    ) as client:
        paths = ("/license_keys?page_size=100", "/license_key_instances?page_size=100")
        return [client.get(path).json() for path in paths]


def live(journal: Path, budget: int = 100) -> Options:
    """The settings of a run in the profile `live`."""
    return Options(profile="live", budget=budget, journal=journal, strict=True)


def heed_interrupts() -> None:
    """A test run in the background ignores interrupts, and its children would too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
