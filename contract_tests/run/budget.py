"""How many requests the checks of a run may send."""

from ..account.restore import REQUESTS_TO_RESTORE
from ..options import Options
from .preflight import CREATED_KEYS
from .target import Target


def budget_of_checks(target: Target, options: Options) -> int | None:
    """Return the budget of the run minus the requests that put the keys back, None without one."""
    if options.profile != "live":
        return None
    if target.is_disposable:
        return options.budget
    keys = len(target.key_ids) + (CREATED_KEYS if options.create_keys else 0)
    return max(options.budget - REQUESTS_TO_RESTORE * keys, 1)
