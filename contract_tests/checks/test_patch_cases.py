"""What omitted, null and given fields of a PATCH mean, case by case."""

from collections.abc import Iterator

import pytest

from ..account.account import Account
from .patch_cases import TABLE, Row, resolve

pytestmark = pytest.mark.priority(10)


def _parameters() -> Iterator[object]:
    for row in TABLE:
        marks = [pytest.mark.rules(row.rule), *([pytest.mark.exhaustive] if row.exhaustive else [])]
        yield pytest.param(row, marks=marks, id=row.name)


@pytest.mark.rules("patch.other-keys", "patch.stored.list")
def test_list_before(account: Account) -> None:
    """What the list shows before any change is what later lists are held to."""
    account.listing()


@pytest.mark.parametrize("row", list(_parameters()))
def test_row(account: Account, row: Row) -> None:
    """The answer to each body, and what is stored, are as the oracle predicts."""
    key_id = account.pick(subscription=row.subscription, in_use=row.in_use)
    account.ensure(key_id, resolve(row.given, account.keys[key_id]))
    account.patch(key_id, resolve(row.body, account.keys[key_id]), rule_id=row.rule)
    if row.read:
        account.read(key_id)
