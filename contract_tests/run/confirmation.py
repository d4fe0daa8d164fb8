"""Repeats a check that finds a violation in an account that other programs may use."""

from collections.abc import Callable

from ..account.account import Account
from ..errors import BudgetSpentError, ForeignChangeError, UnavailableError
from ..judge.ledger import Ledger

# After so many confirmed violations the verdict is certain, and further requests are saved.
_ENOUGH = 3


class Confirmation:
    """Keeps a violation only if a second run of its check finds it again.

    Another program changes what a list, a count or an activation shows, but not twice in the same
    way. A fault of the API comes back.

    Args:
        account: The account under test.
        ledger: The findings.
    """

    def __init__(self, account: Account, ledger: Ledger) -> None:
        self._account = account
        self._ledger = ledger
        self._confirmed = 0

    def start(self) -> None:
        """Remember the findings before a check."""
        if self._account.is_shared:
            self._ledger.begin()

    def confirm(self, repeat: Callable[[], None]) -> None:
        """Repeat a check if it found a violation, and take its findings back if they do not recur.

        Args:
            repeat: Runs the check again.

        Raises:
            ForeignChangeError: The budget is spent before a violation could be confirmed.
        """
        broken = self._ledger.violated_since()
        if not broken or self._confirmed >= _ENOUGH:
            return
        findings = self._ledger.take_back()
        try:
            repeat()
        except BudgetSpentError as error:
            raise ForeignChangeError(
                f"{error} before the violation of {', '.join(sorted(broken))} could be confirmed"
            ) from error
        except UnavailableError:
            return
        if broken & self._ledger.violated_since():
            self._confirmed += 1
            self._ledger.put(findings)
