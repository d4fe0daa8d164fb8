"""Repeats a check that finds a violation in an account that other programs may use."""

import secrets
import time
from collections.abc import Callable

from ..account.account import Account
from ..errors import BudgetSpentError, ForeignChangeError, UnavailableError
from ..judge.ledger import Ledger

# After so many confirmed violations the verdict is certain, and further requests are saved.
_ENOUGH = 3
_LONGEST_PAUSE = 500  # milliseconds


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
        """Repeat a check if it found a doubtful violation, and drop it if it does not recur.

        Args:
            repeat: Runs the check again.

        Raises:
            ForeignChangeError: Another run uses the same keys, or the budget is spent before a
                violation could be confirmed.
        """
        broken = self._ledger.doubtful_since()
        if not broken or self._confirmed >= _ENOUGH:
            return
        first = self._ledger.take_back_doubtful()
        # Two runs that have met in one check would otherwise meet in its repetition.
        time.sleep(secrets.randbelow(_LONGEST_PAUSE) / 1000)
        try:
            repeat()
            broken &= self._ledger.doubtful_since()
        except BudgetSpentError as error:
            raise ForeignChangeError(
                f"{error} before the violation of {', '.join(sorted(broken))} could be confirmed"
            ) from error
        except UnavailableError:
            broken = set()
        finally:
            self.drop()
        if broken and self._account.other_runs.sign:
            raise ForeignChangeError(self._account.other_runs.sign)
        if broken:
            self._confirmed += 1
            self._ledger.put({rule_id: first[rule_id] for rule_id in broken})

    def drop(self) -> None:
        """Drop the doubtful violations that the check has found."""
        self._ledger.take_back_doubtful()
