"""What the checks see of a run: fixtures, and why a check could not be made."""

from collections.abc import Generator
from typing import Protocol

import pytest

from contract_tests.account import Account, UnavailableError
from contract_tests.gate import BudgetSpentError, UnreachableError
from contract_tests.ledger import Ledger
from contract_tests.specification import Specification


class Progress(Protocol):
    """Shows a person how far the run is."""

    def step(self, done: int, total: int, what: str) -> None:
        """Show that so many of all checks are done, and what comes next."""

    def close(self) -> None:
        """Leave the terminal as it was."""


class Plugin:
    """Hands a run to pytest.

    Attributes:
        ended_early: Why the run did not get to its end, None where it did.
    """

    def __init__(
        self,
        account: Account,
        ledger: Ledger,
        specification: Specification,
        progress: Progress,
    ) -> None:
        self.ended_early: str | None = None
        self._account = account
        self._ledger = ledger
        self._specification = specification
        self._progress = progress
        self._done = 0

    @pytest.fixture(scope="session", name="account")
    def account_fixture(self) -> Account:
        """The account under test."""
        return self._account

    @pytest.fixture(scope="session", name="ledger")
    def ledger_fixture(self) -> Ledger:
        """Where findings go."""
        return self._ledger

    @pytest.fixture(scope="session", name="specification")
    def specification_fixture(self) -> Specification:
        """The contract."""
        return self._specification

    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        """Show which check comes."""
        total = item.session.testscollected
        self._progress.step(self._done, total, item.name)
        self._done += 1

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, object, object]:
        """Turn what keeps a check from being made into the reason that the verdict gives."""
        try:
            return (yield)
        except UnavailableError as error:
            for mark in pyfuncitem.iter_markers("rules"):
                for rule in mark.args:
                    self._ledger.skip(rule, str(error))
            pytest.skip(str(error))
        except (BudgetSpentError, UnreachableError) as error:
            self.ended_early = str(error)
            pyfuncitem.session.shouldstop = str(error)
            pytest.skip(str(error))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Own up to a check that crashed: it says nothing about the target."""
        if report.failed:
            crash = getattr(report.longrepr, "reprcrash", None)
            message = crash.message.splitlines()[0] if crash else "no message"
            self.ended_early = f"the check {report.nodeid} crashed: {message}"

    def pytest_keyboard_interrupt(self) -> None:
        """Remember that a person or the system stopped the run."""
        self.ended_early = "the run was interrupted"
