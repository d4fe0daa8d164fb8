"""The pytest plugin of a run: fixtures, selection, order, and why a check could not run."""

import math
from collections.abc import Generator
from functools import partial
from types import MappingProxyType
from typing import NoReturn

import pytest

from ..account.account import Account, now
from ..account.restore import requests_to_restore
from ..contract.specification import Specification
from ..errors import BudgetSpentError, ForeignChangeError, RunStoppedError, UnavailableError
from ..judge.history import CheckRun, History, position
from ..judge.ledger import Ledger
from ..judge.observations import Observations
from .confirmation import Confirmation
from .interrupts import INTERRUPTS
from .order import Order
from .progress import Progress


class Plugin:
    """Connects a run to the pytest that runs its checks.

    Args:
        account: The account under test.
        ledger: Receives the findings.
        observations: Records what the contract leaves open.
        specification: The contract.
        progress: Shows how far the run is.
        full: Whether the checks of the profile full run too.
        budget: How many requests the run may send; None runs the checks in their usual order.
        history: The last run of each check before this one.

    Attributes:
        ended_early: Why the run did not finish, None if it did.
        stopped_by: The error that stopped the run, None if none did.
        checks: The checks that ran to their end.
    """

    def __init__(
        self,
        account: Account,
        ledger: Ledger,
        observations: Observations,
        specification: Specification,
        progress: Progress,
        *,
        full: bool,
        budget: int | None = None,
        history: History = MappingProxyType({}),
    ) -> None:
        self.ended_early: str | None = None
        self.stopped_by: RunStoppedError | None = None
        self._account = account
        self._ledger = ledger
        self._observations = observations
        self._specification = specification
        self._progress = progress
        self.checks: list[CheckRun] = []
        self._full = full
        self._confirmation = Confirmation(account, ledger)
        self._budget = budget
        self._history = history
        self._done = 0
        self._spent: str | None = None

    @pytest.fixture(name="account")
    def account_fixture(self) -> Account:
        """The account under test."""
        return self._account

    @pytest.fixture(name="ledger")
    def ledger_fixture(self) -> Ledger:
        """Receives the findings."""
        return self._ledger

    @pytest.fixture(name="specification")
    def specification_fixture(self) -> Specification:
        """The contract."""
        return self._specification

    @pytest.fixture(name="observations")
    def observations_fixture(self) -> Observations:
        """Records what the contract leaves open."""
        return self._observations

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Select the checks of the profile and sort them by their markers."""
        if not self._full:
            items[:] = [each for each in items if not each.get_closest_marker("full_profile")]
        if self._budget is None:
            items[:] = [each for each in items if not each.get_closest_marker("combined")]
            items.sort(key=_position)
        else:
            items[:] = self._night(items, self._budget)

    def _night(self, items: list[pytest.Item], budget: int) -> list[pytest.Item]:
        """Choose the checks that fit into the budget, and keep those together that share a state.

        A check that follows its usual neighbour finds the key in the state that it needs, and a
        list that no update has outdated.
        """
        order = Order.load()
        if budget < sum(order.costs.values()):
            items = [each for each in items if each.nodeid not in order.left_out]
        core = order.core(budget)
        places = {item.nodeid: place for place, item in enumerate(items)}

        def rank(item: pytest.Item) -> tuple[int, str, int]:
            place = order.places.get(item.nodeid, len(order.places))
            return position(item.nodeid, item.nodeid in core, place, self._history)

        ranked = sorted(items, key=rank)
        count = order.fitting([item.nodeid for item in ranked], self._left_for_checks())
        tonight = sorted(
            ranked[:count],
            key=lambda item: (rank(item)[0] > 0, _priority(item), places[item.nodeid]),
        )
        return [*tonight, *ranked[count:]]

    def _left_for_checks(self) -> int:
        """How many requests are left once a list shows every key, which makes restoring cheap."""
        left = self._account.transport.left
        if not self._account.is_shared:
            return left
        key_ids = list(self._account.keys)
        return left + requests_to_restore(key_ids, ()) - requests_to_restore(key_ids, key_ids)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool | None:
        """Skip a check that no request is left for, without the time that pytest takes for it."""
        if self._budget is None or self.ended_early or self._account.transport.left > 0:
            return None
        self._skip_rules(item, f"the budget of {self._budget} requests is spent")
        return True

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Show which check comes next; skip it if the run has ended early."""
        self._progress.step(self._done, item.session.testscollected, item.name)
        self._done += 1
        if INTERRUPTS.came:
            self.pytest_keyboard_interrupt()
        if self.ended_early is not None:
            pytest.skip(self.ended_early)

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, object, object]:
        """Turn an error that stops a check into the reason for its skipped rules."""
        if self._spent is not None:
            self._skip(pyfuncitem, self._spent)
        self._confirmation.start()
        self._ledger.begin_check()
        self._observations.begin_check()
        sent, violations = self._account.transport.requests, self._ledger.violations
        try:
            result = yield
            self._confirmation.confirm(partial(_run_again, pyfuncitem))
            self._remember(pyfuncitem, sent, violated=self._ledger.violations > violations)
        except UnavailableError as error:
            reason = str(error)
        except BudgetSpentError as error:
            reason = str(error)
            if self._account.transport.requests > sent:
                # What the check has changed is not undone, so the state of the keys is not known.
                self._spent = reason
        except RunStoppedError as error:
            reason = self.ended_early = str(error)
            self.stopped_by = error
            self._confirmation.drop()
            if isinstance(error, ForeignChangeError):
                # The next run begins with this check, with all its requests left.
                self._remember(pyfuncitem, sent, violated=True)
        except Exception as error:
            if not self._ledger.entries["response.body-conforms"].broken:
                raise
            reason = (
                f"a response that violates its schema stopped the check ({type(error).__name__})"
            )
        else:
            return result
        if self._ledger.violations > violations:
            self._remember(pyfuncitem, sent, violated=True)
        self._skip(pyfuncitem, reason)

    def _skip(self, item: pytest.Item, reason: str) -> NoReturn:
        self._skip_rules(item, reason)
        pytest.skip(reason)

    def _skip_rules(self, item: pytest.Item, reason: str) -> None:
        for mark in item.iter_markers("rules"):
            for rule in mark.args:
                self._ledger.skip(rule, reason)

    def _remember(self, item: pytest.Item, sent: int, *, violated: bool) -> None:
        self.checks.append(
            CheckRun(
                item.nodeid,
                now().strftime("%Y-%m-%dT%H:%M:%SZ"),
                self._account.transport.requests - sent,
                violated,
                self._ledger.answers_of_check(),
                self._observations.of_check(),
            )
        )

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Stop the run if checks are missing.

        Raises:
            RuntimeError: A module of checks cannot be imported.
        """
        if report.failed:
            raise RuntimeError(f"{report.nodeid} cannot be collected: {report.longreprtext}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """End the run after a check that crashed: its outcome is not about the target."""
        if report.failed:
            crash = getattr(report.longrepr, "reprcrash", None)
            message = crash.message.splitlines()[0] if crash else "no message"
            self.ended_early = f"the check {report.nodeid} crashed: {message}"

    def pytest_sessionfinish(self) -> None:
        """Remember an interrupt whose exception was lost during the last check."""
        if INTERRUPTS.came:
            self.pytest_keyboard_interrupt()

    def pytest_keyboard_interrupt(self) -> None:
        """Remember that the run was interrupted."""
        self.ended_early = "the run was interrupted"


def _run_again(item: pytest.Function) -> None:
    names = item._fixtureinfo.argnames
    item.obj(**{name: item.funcargs[name] for name in names})


def _position(item: pytest.Item) -> tuple[bool, bool, float]:
    """What a check is sorted by: what tests most comes first, while requests are left."""
    return (
        item.get_closest_marker("full_profile") is not None,
        item.get_closest_marker("exhaustive") is not None,
        _priority(item),
    )


def _priority(item: pytest.Item) -> float:
    priority = item.get_closest_marker("priority")
    return float(priority.args[0]) if priority else math.inf
