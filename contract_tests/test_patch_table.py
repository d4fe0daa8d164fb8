"""What omitted, null and given fields of a PATCH mean, case by case."""

import pytest

from contract_tests.account import Account
from contract_tests.table import TABLE, Row, resolve


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_row(account: Account, row: Row) -> None:
    """The answer to each body, and what is stored, are as the oracle predicts."""
    key_id = account.pick(subscription=row.subscription, in_use=row.in_use)
    account.ensure(key_id, resolve(row.given, account.keys[key_id]))
    account.patch(key_id, resolve(row.body, account.keys[key_id]), about=row.rule)
    if row.read:
        account.read(key_id)
