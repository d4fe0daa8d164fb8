"""Repeats a check that finds a violation in an account that other programs may use."""

from collections.abc import Callable

from ..account.account import Account
from ..errors import BudgetSpentError, ForeignChangeError, UnavailableError
from ..judge.ledger import Entry, Ledger

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

    def start(self) -> dict[str, Entry]:
        """Return the findings before a check."""
        return self._ledger.saved() if self._account.is_shared else {}

    def confirm(self, before: dict[str, Entry], repeat: Callable[[], None]) -> None:
        """Repeat a check if it found a violation, and take its findings back if they do not recur.

        Args:
            before: The findings before the check.
            repeat: Runs the check again.

        Raises:
            ForeignChangeError: The budget is spent before a violation could be confirmed.
        """
        if not before or self._confirmed >= _ENOUGH:
            return
        after = self._ledger.saved()
        broken = _broken(before, after)
        if not broken:
            return
        self._ledger.go_back(before)
        before = self._ledger.saved()
        try:
            repeat()
        except BudgetSpentError as error:
            raise ForeignChangeError(
                f"{error} before the violation of {', '.join(sorted(broken))} could be confirmed"
            ) from error
        except UnavailableError:
            return
        if broken & _broken(before, self._ledger.saved()):
            self._confirmed += 1
            self._ledger.go_back(after)


def _broken(before: dict[str, Entry], after: dict[str, Entry]) -> set[str]:
    """Ids of the rules with a new violation."""
    return {
        rule_id
        for rule_id, entry in after.items()
        if entry.checked > before[rule_id].checked and entry.violations > before[rule_id].violations
    }
