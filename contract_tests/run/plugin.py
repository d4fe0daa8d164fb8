"""What the checks see of a run: fixtures, and why a check could not be made."""

from collections.abc import Generator
from typing import Protocol

import pytest

from ..account.account import Account
from ..contract.specification import Specification
from ..errors import BudgetSpentError, UnavailableError, UnreachableError
from ..judge.ledger import Ledger
from .interrupts import INTERRUPTS


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

    @pytest.fixture(name="account")
    def account_fixture(self) -> Account:
        """The account under test."""
        return self._account

    @pytest.fixture(name="ledger")
    def ledger_fixture(self) -> Ledger:
        """Where findings go."""
        return self._ledger

    @pytest.fixture(name="specification")
    def specification_fixture(self) -> Specification:
        """The contract."""
        return self._specification

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put first what tells most."""
        items.sort(key=lambda item: item.get_closest_marker("deeper") is not None)

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Show which check comes; none does where the target is gone."""
        self._progress.step(self._done, item.session.testscollected, item.name)
        self._done += 1
        if INTERRUPTS.came:
            self.pytest_keyboard_interrupt()
        if self.ended_early is not None:
            pytest.skip(self.ended_early)

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, object, object]:
        """Turn what keeps a check from being made into the reason that the verdict gives."""
        try:
            return (yield)
        except (UnavailableError, BudgetSpentError) as error:
            reason = str(error)
        except UnreachableError as error:
            reason = self.ended_early = str(error)
        except Exception as error:
            if not self._ledger.entries["response.body-conforms"].broken:
                raise
            reason = f"an answer that does not fit its schema tripped it ({type(error).__name__})"
        for mark in pyfuncitem.iter_markers("rules"):
            for rule in mark.args:
                self._ledger.skip(rule, reason)
        pytest.skip(reason)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Let no check go missing.

        Raises:
            RuntimeError: A module of checks cannot be imported.
        """
        if report.failed:
            raise RuntimeError(f"{report.nodeid} cannot be collected: {report.longreprtext}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Own up to a check that crashed: it says nothing about the target."""
        if report.failed:
            crash = getattr(report.longrepr, "reprcrash", None)
            message = crash.message.splitlines()[0] if crash else "no message"
            self.ended_early = f"the check {report.nodeid} crashed: {message}"

    def pytest_sessionfinish(self) -> None:
        """Remember an interrupt that was lost during the last check."""
        if INTERRUPTS.came:
            self.pytest_keyboard_interrupt()

    def pytest_keyboard_interrupt(self) -> None:
        """Remember that a person or the system stopped the run."""
        self.ended_early = "the run was interrupted"
