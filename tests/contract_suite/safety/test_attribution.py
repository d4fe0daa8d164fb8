"""Faults of the API and changes by other programs, told apart on a live account."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.contract_suite.safety.account_server import Account, Call
from tests.contract_suite.safety.live_account import LiveAccount

Answer = tuple[int, Any]


def _behave(account: Account, fault: Callable[[Call, Answer], None]) -> None:
    """Let a fault act on the account after each PATCH of a key, before the response is sent."""
    handle = account.handle

    def faulty(call: Call) -> Answer:
        answer = handle(call)
        if call.method == "PATCH" and call.path.startswith("/license_keys/lic_named"):
            fault(call, answer)
            key = account.keys[call.path.rpartition("/")[2]]
            return (200, account.show(key)) if answer[0] == 200 else answer
        return answer

    account.handle = faulty  # type: ignore[method-assign]


def _key(account: Account, call: Call) -> dict[str, Any]:
    return account.keys[call.path.rpartition("/")[2]]


def test_change_that_no_program_can_make_is_a_violation_at_once(live: LiveAccount) -> None:
    def lose_product(call: Call, answer: Answer) -> None:
        if answer[0] == 200:
            _key(live.account, call)["product_id"] = "pdt_2"

    _behave(live.account, lose_product)
    ended = live.run()
    assert ended.code == 1, ended.said
    assert "VIOLATED patch.frame.product-id" in ended.output


def test_change_that_comes_back_with_the_same_request_is_a_violation(live: LiveAccount) -> None:
    def remove_expiry(call: Call, answer: Answer) -> None:
        if answer[0] == 200 and b"expires_at" not in call.body:
            _key(live.account, call)["expires_at"] = None

    _behave(live.account, remove_expiry)
    ended = live.run()
    assert ended.code == 1, ended.said
    assert "VIOLATED patch.expiry.omitted-keeps" in ended.output
    assert live.is_as_before


@pytest.mark.slow
def test_rejected_request_that_took_effect_is_a_violation(live: LiveAccount) -> None:
    def store(call: Call, answer: Answer) -> None:
        if answer[0] == 401:
            _key(live.account, call)["activations_limit"] = 2_000_000_001

    _behave(live.account, store)
    ended = live.run("--profile", "quick")
    assert ended.code == 1, ended.said
    assert "VIOLATED auth.changes-nothing" in ended.output
    assert live.is_as_before


@pytest.mark.slow
def test_violation_counts_although_another_program_ends_the_run(live: LiveAccount) -> None:
    def lose_product(call: Call, answer: Answer) -> None:
        if answer[0] == 200:
            _key(live.account, call)["product_id"] = "pdt_2"

    def change(call: Call) -> None:
        if len(live.writes) == 12 and call.is_write:
            live.account.keys["lic_named0"]["activations_limit"] = 4321

    _behave(live.account, lose_product)
    live.account.after = change
    ended = live.run("--profile", "quick")
    assert ended.code == 1, ended.said
    assert "VIOLATED patch.frame.product-id" in ended.output
    assert "omitted-keeps (contract)" not in ended.output
    assert "another program changes lic_named0 during the run" in ended.output


@pytest.mark.slow
def test_another_run_is_recognised_by_its_instances(live: LiveAccount) -> None:
    def activate_too(call: Call) -> None:
        if call.path == "/licenses/activate" and b"contracttest" in call.body:
            key_id = next(
                each for each in live.named if live.account.keys[each]["key"].encode() in call.body
            )
            live.account.add_instance(key_id, "contracttest-00000000 first")

    live.account.after = activate_too
    ended = live.run("--profile", "quick")
    assert ended.code == 2, ended.said
    assert "another run of the suite uses lic_named" in ended.said
    assert "VIOLATED" not in ended.output
