"""The pages of a key's instances."""

import pytest

from ..account.account import Account
from ..errors import UnavailableError
from ..judge.ledger import Ledger
from ..transport.exchange import Exchange
from .license_calls import list_instances
from .slices import DEFAULT_SIZE

pytestmark = [pytest.mark.combined, pytest.mark.priority(53)]


@pytest.mark.rules("instance.pages", "instance.list", "instance.count")
def test_second_page(account: Account, ledger: Ledger) -> None:
    """The second page of a key's instances has as many as the first one leaves.

    The first page is so long that the second one differs from it and from that of the default size.
    """
    counts = {str(key.get("id")): key.get("instances_count") for key in account.listing().items}
    fitting = {
        key_id: count
        for key_id, count in counts.items()
        if isinstance(count, int) and 2 < count <= DEFAULT_SIZE
    }
    if not fitting:
        raise UnavailableError("requires a key with 3 to 10 instances")
    key_id = max(fitting, key=lambda each: fitting[each])
    size = fitting[key_id] // 2 + 1
    page = list_instances(account, key_id, f"page_size={size}&page_number=1")
    left = fitting[key_id] - size
    if _has(page, key_id, left):
        for rule in ("instance.pages", "instance.list", "instance.count"):
            ledger.judge(rule, page, True, f"{left} instances of the key")
        return
    whole = list_instances(account, key_id)
    if not _has(whole, key_id, len(whole.items)):
        ledger.judge("instance.list", whole, False, f"the instances of {key_id}")
    elif len(whole.items) != fitting[key_id]:
        ledger.judge("instance.count", whole, False, f"{fitting[key_id]} instances")
    else:
        ledger.judge("instance.pages", page, False, f"the last {left} instances")


def _has(page: Exchange, key_id: str, count: int) -> bool:
    own = all(each.get("license_key_id") == key_id for each in page.items)
    return page.status == 200 and own and len(page.items) == count
