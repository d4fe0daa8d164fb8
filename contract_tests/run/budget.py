"""How many requests a run may send, restoring the keys included."""

from ..account.backup import Backup
from ..account.restore import REQUESTS_FOR_A_KEY, REQUESTS_FOR_CREATED_KEYS
from ..errors import CannotRunError
from ..options import Options
from .preflight import MOST_CREATED_KEYS
from .target import Target

# Create a key, disable it and verify that.
_REQUESTS_TO_CREATE = 3
# Below this, no check could run.
_FEWEST_FOR_CHECKS = 5


def budget_of(target: Target, options: Options) -> int | None:
    """Return the budget of the run, None without one.

    Raises:
        CannotRunError: The budget is too small to read and to restore the keys.
    """
    if options.profile != "live":
        return None
    if not target.is_disposable:
        keys = len(target.key_ids)
        created = MOST_CREATED_KEYS if options.create_keys else 0
        fewest = (1 + REQUESTS_FOR_A_KEY) * keys + _FEWEST_FOR_CHECKS
        if created:
            fewest += REQUESTS_FOR_CREATED_KEYS + _REQUESTS_TO_CREATE * created
        if options.budget < fewest:
            raise CannotRunError(
                f"a budget of {options.budget} requests is too small to read and to restore"
                f" {keys + created} keys: use --budget {fewest} or more, or fewer keys"
            )
    return options.budget


def reserve_of(backup: Backup | None) -> int:
    """Return how many requests are kept for restoring the keys."""
    return 0 if backup is None else backup.reserve
