"""PATCH with omitted, null and given fields, compared with the oracle."""

from collections.abc import Iterator

import pytest

from ..account.account import Account
from .cases import CASES
from .patch_cases import Case, resolve

pytestmark = pytest.mark.priority(10)


def _parameters() -> Iterator[object]:
    for case in CASES:
        marks = [
            pytest.mark.rules(case.rule),
            *([pytest.mark.exhaustive] if case.exhaustive else []),
        ]
        yield pytest.param(case, marks=marks, id=case.name)


@pytest.mark.rules("patch.other-keys", "patch.stored.list")
def test_list_before(account: Account) -> None:
    """Record the list before any change, for comparison with later lists."""
    account.listing()


@pytest.mark.parametrize("case", list(_parameters()))
def test_patch_case(account: Account, case: Case) -> None:
    """The response and the stored key match the prediction of the oracle."""
    key_id = account.pick(subscription=case.subscription, in_use=case.in_use)
    account.ensure(key_id, resolve(case.given, account.keys[key_id]))
    account.patch(key_id, resolve(case.body, account.keys[key_id]), rule_id=case.rule)
    if case.read:
        account.read(key_id)
