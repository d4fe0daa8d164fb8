"""The pages of filtered lists that a night requests are chosen from the keys of the account."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contract_tests.checks.filters import (
    CREATED_GTE,
    CREATED_LTE,
    CUSTOMER,
    FILTERS,
    PRODUCT,
    SOURCE,
    STATUS,
    Filter,
)
from contract_tests.checks.slices import SHAPES, Shape, Slice, choose
from contract_tests.judge.patch_checks import Key
from contract_tests.run.plugin import Plugin
from mutants.catalogue import FAULTS
from mutants.scoring import trial

_STATUSES = ("active", "active", "disabled", "active", "expired")


def _keys(count: int, **fields: Any) -> list[Key]:
    """Keys as a list shows them, the newest first, each of another hour."""
    start = datetime(2025, 3, 1, 22, 10, 5, 250_000, UTC)
    return [
        {
            "id": f"lic_{number}",
            "customer_id": f"cus_{number % 4}",
            "product_id": f"pdt_{number % 3}",
            "status": _STATUSES[number % len(_STATUSES)],
            "source": "import" if number % 7 == 3 else "auto",
            "created_at": (start + timedelta(hours=number)).isoformat(),
            "expires_at": None,
            "activations_limit": None,
            "instances_count": number % 2,
            "subscription_id": "sub_1" if number % 5 == 0 else None,
            **fields,
        }
        for number in reversed(range(count))
    ]


def _is_ignored_unseen(chosen: dict[Shape, Slice], keys: Sequence[Key], each: Filter) -> bool:
    return all(part.of(keys, each) == part.of(keys) for part in chosen.values())


def test_each_filter_makes_a_difference_on_some_page() -> None:
    keys = _keys(30)
    chosen = choose(keys, SHAPES)
    assert set(chosen) == set(SHAPES)
    assert all(part.of(keys) for part in chosen.values())
    assert [each for each in FILTERS if _is_ignored_unseen(chosen, keys, each)] == []


def test_pages_ask_for_every_status_once_the_first_is_tested() -> None:
    chosen = choose(_keys(30), SHAPES)
    statuses = [part.wanted[STATUS] for part in chosen.values() if STATUS in part.wanted]
    assert sorted(statuses) == ["active", "disabled", "expired"]


def test_bounds_include_the_key_of_their_instant_and_have_an_offset() -> None:
    keys = _keys(30)
    instants = {CREATED_GTE.value(key) for key in keys}
    chosen = choose(keys, SHAPES)
    texts = [
        part.wanted[each]
        for part in chosen.values()
        for each in (CREATED_GTE, CREATED_LTE)
        if each in part.wanted
    ]
    assert texts
    assert {datetime.fromisoformat(text) for text in texts} <= instants
    assert not [text for text in texts if text.endswith(("Z", "+00:00"))]


def test_bounds_are_between_keys_whose_times_are_shown_in_seconds() -> None:
    keys = [{**key, "created_at": f"{key['created_at'][:19]}Z"} for key in _keys(30)]
    for part in choose(keys, SHAPES).values():
        for each, text in part.wanted.items():
            assert not any(each.is_open(key, text) for key in keys)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_small_account_has_pages_with_keys(count: int) -> None:
    keys = _keys(count)
    chosen = choose(keys, SHAPES)
    assert chosen
    assert all(part.of(keys) for part in chosen.values())


def test_shape_is_left_out_if_a_key_lacks_its_field() -> None:
    old = [{name: value for name, value in key.items() if name != "source"} for key in _keys(30)]
    chosen = choose(old, SHAPES)
    assert {shape for shape in SHAPES if SOURCE not in shape.filters} == set(chosen)


def _rules(fault: str, check: str) -> frozenset[str]:
    """The rules that one check finds violated on a faulty server."""
    application, mock = trial._served(FAULTS[fault])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            Plugin,
            "_night",
            lambda _self, items, _budget: [each for each in items if check in each.nodeid],
        )
        verdict = trial._live_verdict(application, mock)
    return frozenset(each.rule.id for each in verdict.violated)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "check", "rule"),
    [
        ("page-default-size-20", "test_slice[created_at_gte", "list.default-page-size"),
        ("list-first-page-is-second", "test_slice[status product_id", "list.first-page-is-0"),
        ("list-first-page-is-second", "test_page_size_is_capped", "list.first-page-is-0"),
        ("page-size-beyond-100-default", "test_page_size_is_capped", "list.page-size-capped"),
        ("page-customer-matches-product", "test_no_match[the product]", CUSTOMER.rule),
        ("list-product-filter-ignored", "test_slice[product_id customer_id", PRODUCT.rule),
        ("page-status-filter-is-stale", "before_and_after", "patch.stored.list"),
        ("page-filtered-list-cached", "before_and_after", "patch.stored.list"),
        ("page-instances-size-ignored", "test_second_page", "instance.pages"),
    ],
)
def test_failure_names_its_cause(
    pool: ProcessPoolExecutor, fault: str, check: str, rule: str
) -> None:
    assert rule in pool.submit(_rules, fault, check).result()
