"""The responses to PATCH requests against the oracle, case by case."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contract_tests.contract.oracle import KeyState
from contract_tests.judge.ledger import Finding
from contract_tests.judge.patch_checks import (
    changes,
    is_same_state,
    judge_patch,
    judge_unchanged,
    state_of,
)

from .exchanges import KEY, exchange, held, violated

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LATER, PAST = "2032-10-11T12:13:14Z", "2021-02-03T04:05:06Z"
SUBSCRIPTION = {**KEY, "subscription_id": "sub_1", "expires_at": None}
EXPIRED = {**KEY, "expires_at": PAST, "status": "expired"}
DISABLED = {**KEY, "status": "disabled"}
FRAME = [
    f"patch.frame.{name}"
    for name in (
        "id",
        "key",
        "business-id",
        "customer-id",
        "product-id",
        "payment-id",
        "subscription-id",
        "created-at",
        "instances-count",
        "source",
    )
]
INVALID, LOW, FIXED = (
    "INVALID_REQUEST_BODY",
    "ACTIVATION_LIMIT_LESS_THAN_CURRENT_AMOUNT",
    "NO_EXPIRY_ON_SUBSCRIPTION_LICENSE_KEYS",
)


def accepted(
    body: dict[str, Any],
    response: dict[str, Any],
    rule_id: str | None = None,
    before: dict[str, Any] = KEY,
) -> list[Finding]:
    """What is found about a PATCH with status 200."""
    return list(judge_patch(before, body, exchange("PATCH", body=response), NOW, rule_id))


def rejected(
    body: Any,
    status: int,
    code: str | None,
    rule_id: str | None = None,
    before: dict[str, Any] = KEY,
) -> list[Finding]:
    """What is found about a PATCH with an error."""
    error = {"message": "no"} if code is None else {"code": code, "message": "no"}
    judged = exchange("PATCH", status=status, body=error)
    return list(judge_patch(before, body, judged, NOW, rule_id))


def fields(limit: str, expiry: str, status: str) -> list[str]:
    """The rules of the three fields and those of the frame, in the order of the findings."""
    return [f"patch.limit.{limit}", f"patch.expiry.{expiry}", f"patch.{status}", *FRAME]


def test_state_of_a_key() -> None:
    expiry = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
    assert state_of(KEY) == KeyState(5, expiry, disabled=False, instances_count=2)
    assert state_of(DISABLED) == KeyState(5, expiry, disabled=True, instances_count=2)
    assert state_of(SUBSCRIPTION) == KeyState(5, None, False, 2, on_subscription=True)
    assert state_of({"instances_count": "3"}) == KeyState(None, None, disabled=False)


@pytest.mark.parametrize(
    ("body", "changed", "rules"),
    [
        ({}, {}, fields("omitted-keeps", "omitted-keeps", "disabled.omitted-keeps")),
        (
            {"activations_limit": 7},
            {"activations_limit": 7},
            fields("value-sets", "omitted-keeps", "disabled.omitted-keeps"),
        ),
        (
            {"activations_limit": None},
            {"activations_limit": None},
            fields("null-removes", "omitted-keeps", "disabled.omitted-keeps"),
        ),
        (
            {"expires_at": LATER},
            {"expires_at": LATER},
            fields("omitted-keeps", "value-sets", "disabled.omitted-keeps"),
        ),
        (
            {"expires_at": None},
            {"expires_at": None},
            fields("omitted-keeps", "null-removes", "disabled.omitted-keeps"),
        ),
        (
            {"expires_at": PAST},
            {"expires_at": PAST, "status": "expired"},
            fields("omitted-keeps", "value-sets", "expiry.past-expires"),
        ),
        (
            {"expires_at": PAST, "disabled": False},
            {"expires_at": PAST, "status": "expired"},
            fields("omitted-keeps", "value-sets", "expiry.past-expires"),
        ),
        (
            {"expires_at": PAST, "disabled": True},
            {"expires_at": PAST, "status": "disabled"},
            fields("omitted-keeps", "value-sets", "disabled.true-disables"),
        ),
        (
            {"disabled": True},
            {"status": "disabled"},
            fields("omitted-keeps", "omitted-keeps", "disabled.true-disables"),
        ),
        (
            {"disabled": False},
            {},
            fields("omitted-keeps", "omitted-keeps", "disabled.false-enables"),
        ),
        ({"disabled": None}, {}, fields("omitted-keeps", "omitted-keeps", "disabled.null-keeps")),
    ],
    ids=repr,
)
def test_accepted_change(body: dict[str, Any], changed: dict[str, Any], rules: list[str]) -> None:
    found = accepted(body, {**KEY, **changed})
    assert violated(found) == []
    assert held(found) == rules


def test_expired_key_is_revived() -> None:
    revived = {**EXPIRED, "expires_at": LATER, "status": "active"}
    found = accepted({"expires_at": LATER}, revived, before=EXPIRED)
    assert held(found)[:3] == fields("omitted-keeps", "value-sets", "expiry.future-revives")[:3]
    found = accepted({"expires_at": LATER}, {**revived, "status": "expired"}, before=EXPIRED)
    assert violated(found) == [
        ("patch.expiry.future-revives", "status 'active'", "status 'expired'")
    ]


def test_expired_key_is_enabled() -> None:
    found = accepted({"disabled": False}, EXPIRED, before=EXPIRED)
    assert held(found)[2] == "patch.expiry.past-expires"


def test_status_of_an_untouched_key_stays() -> None:
    odd = {**KEY, "status": "pending"}
    assert violated(accepted({"activations_limit": 7}, {**odd, "activations_limit": 7})) == [
        ("patch.disabled.omitted-keeps", "status 'active'", "status 'pending'")
    ]
    found = accepted({"activations_limit": 5}, odd, before=odd)
    assert violated(found) == []
    found = accepted({"disabled": None}, {**KEY, "status": "disabled"})
    assert violated(found) == [
        ("patch.disabled.null-keeps", "status 'active'", "status 'disabled'")
    ]


def test_expired_key_stays_expired_without_a_change_that_touches_it() -> None:
    """The expiry of a key may pass between two requests without a violation."""
    found = accepted({"activations_limit": 5}, EXPIRED, before=EXPIRED)
    assert held(found)[2] == "patch.disabled.omitted-keeps"


def test_rules_that_the_body_was_sent_for() -> None:
    found = accepted({"activations_limit": 7}, {**KEY, "activations_limit": 7}, "patch.limit.zero")
    assert held(found)[0] == "patch.limit.zero"
    found = accepted({"expires_at": LATER}, {**KEY, "expires_at": LATER}, "patch.expiry.offset")
    assert held(found)[1] == "patch.expiry.offset"
    disabled = {**KEY, "status": "disabled"}
    found = accepted({"disabled": True}, disabled, "patch.disabled.wins")
    assert held(found)[2] == "patch.disabled.wins"
    # A field that the body does not name keeps its value, whatever the body is sent for.
    found = accepted({"disabled": True}, disabled, "patch.limit.zero")
    assert held(found) == [
        *fields("omitted-keeps", "omitted-keeps", "disabled.true-disables"),
        "patch.limit.zero",
    ]


def test_rule_about_the_whole_body() -> None:
    found = accepted({"activations_limit": 7}, {**KEY, "activations_limit": 7}, "patch.all-fields")
    assert held(found)[-1] == "patch.all-fields"
    assert violated(found) == []
    found = accepted({"activations_limit": 7, "disabled": True}, KEY, "patch.all-fields")
    limit = ("activations_limit 7", "activations_limit 5")
    assert violated(found) == [
        ("patch.limit.value-sets", *limit),
        ("patch.disabled.true-disables", "status 'disabled'", "status 'active'"),
        ("patch.all-fields", *limit),
    ]


@pytest.mark.parametrize(
    ("shown", "holds"),
    [(7, True), (7.0, False), ("7", False), (None, False), (True, False)],
    ids=repr,
)
def test_limit_is_shown_in_its_type(shown: Any, holds: bool) -> None:
    found = accepted({"activations_limit": 7}, {**KEY, "activations_limit": shown})
    expected = ("patch.limit.value-sets", "activations_limit 7", f"activations_limit {shown!r}")
    assert violated(found) == ([] if holds else [expected])


def test_limit_that_is_true_for_one() -> None:
    before = {**KEY, "instances_count": 1}
    found = accepted({"activations_limit": 1}, {**before, "activations_limit": True}, before=before)
    assert [rule for rule, _, _ in violated(found)] == ["patch.limit.value-sets"]


@pytest.mark.parametrize(
    ("shown", "rule"),
    [
        ("2031-05-06T07:08:09.123456Z", None),
        ("2031-05-06T09:08:09.123456+02:00", None),
        ("2031-05-06T07:08:09.123000Z", "patch.expiry.microseconds"),
        ("2031-05-06T07:08:09Z", "patch.expiry.microseconds"),
        ("2031-05-06T07:08:09.124Z", "patch.expiry.value-sets"),
        ("2031-05-06T07:08:00Z", "patch.expiry.value-sets"),
        (None, "patch.expiry.value-sets"),
        ("soon", "patch.expiry.value-sets"),
    ],
)
def test_expiry_as_shown(shown: str | None, rule: str | None) -> None:
    wanted = "2031-05-06T07:08:09.123456Z"
    found = accepted({"expires_at": wanted}, {**KEY, "expires_at": shown})
    expected = "expires_at '2031-05-06T07:08:09.123456+00:00'"
    assert violated(found) == ([(rule, expected, f"expires_at {shown!r}")] if rule else [])


def test_expiry_cut_to_milliseconds() -> None:
    body = {"expires_at": "2031-05-06T07:08:09.005004Z"}
    found = accepted(body, {**KEY, "expires_at": "2031-05-06T07:08:09.005Z"})
    assert [rule for rule, _, _ in violated(found)] == ["patch.expiry.microseconds"]


def test_lost_fraction_does_not_break_what_the_whole_body_tests() -> None:
    body = {"activations_limit": 8, "expires_at": "2031-05-06T07:08:09.123456Z", "disabled": False}
    shown = {**KEY, "activations_limit": 8, "expires_at": "2031-05-06T07:08:09.123Z"}
    found = accepted(body, shown, "patch.all-fields")
    assert [rule for rule, _, _ in violated(found)] == ["patch.expiry.microseconds"]
    assert "patch.all-fields" in held(found)


@pytest.mark.parametrize("shown", ["", "soon", LATER])
def test_removed_expiry_is_null(shown: str) -> None:
    found = accepted({"expires_at": None}, {**KEY, "expires_at": shown})
    assert violated(found) == [
        ("patch.expiry.null-removes", "expires_at None", f"expires_at {shown!r}")
    ]


def test_null_expiry_of_a_subscription() -> None:
    found = accepted({"expires_at": None}, SUBSCRIPTION, before=SUBSCRIPTION)
    assert violated(found) == []
    assert held(found)[:3] == [
        "patch.limit.omitted-keeps",
        "patch.expiry.subscription-null",
        "patch.disabled.omitted-keeps",
    ]
    # The status of a key on a subscription is not judged by an expiry that does not count.
    odd = {**SUBSCRIPTION, "status": "expired"}
    assert violated(accepted({"expires_at": None}, odd, before=odd)) == []
    found = accepted({"activations_limit": 7}, {**SUBSCRIPTION, "activations_limit": 7}, None, odd)
    assert held(found)[1] == "patch.expiry.omitted-keeps"


def test_frame_of_a_key() -> None:
    changed = {**KEY, "id": "lic_2", "key": "ANOTHER", "created_at": "2025-01-02T03:04:05Z"}
    assert violated(accepted({}, changed)) == [
        ("patch.frame.id", "id 'lic_1'", "id 'lic_2'"),
        ("patch.frame.key", "key as before", "another key"),
        (
            "patch.frame.created-at",
            "created_at '2025-01-02T03:04:05.678901Z'",
            "created_at '2025-01-02T03:04:05Z'",
        ),
    ]
    same = {**KEY, "created_at": "2025-01-02T04:04:05.678901+01:00"}
    assert violated(accepted({}, same)) == []


def test_members_that_appear_and_disappear() -> None:
    shown = {name: value for name, value in KEY.items() if name != "source"}
    found = accepted({}, {**shown, "brand_id": "brd_1"})
    assert violated(found) == [
        ("patch.frame.brand-id", "brand_id None", "brand_id 'brd_1'"),
        ("patch.frame.source", "source 'auto'", "source None"),
    ]
    # A null member that was missing is the same; one that is missing from both is not judged.
    found = accepted({}, {**KEY, "brand_id": None})
    assert "patch.frame.brand-id" in held(found)
    assert "patch.frame.brand-id" not in [each.rule_id for each in accepted({}, KEY)]


def test_instants_that_cannot_be_read_are_not_the_same() -> None:
    odd = {**KEY, "created_at": "yesterday"}
    assert violated(accepted({}, odd, before=odd)) == [
        ("patch.frame.created-at", "created_at 'yesterday'", "created_at 'yesterday'")
    ]


@pytest.mark.parametrize("status", [201, 404, 500])
def test_status_of_a_change_that_must_be_accepted(status: int) -> None:
    expected = ("200 with the whole key", f"{status} with {INVALID}")
    assert violated(rejected({"disabled": None}, status, INVALID)) == [
        ("sequence.matches-oracle", *expected)
    ]
    assert violated(rejected({"disabled": None}, status, INVALID, "patch.empty")) == [
        ("patch.empty", *expected)
    ]


@pytest.mark.parametrize(
    ("body", "before", "policy"),
    [
        ({"activations_limit": 7}, KEY, "patch.limit.value-sets"),
        ({"other": 1}, KEY, "patch.unknown-fields"),
        ({"other": 1, "disabled": None}, KEY, "patch.unknown-fields"),
        ({"disabled": None}, KEY, "patch.disabled.null-keeps"),
        ({"disabled": True}, KEY, "patch.limit.value-sets"),
        ({"activations_limit": None}, KEY, "patch.limit.value-sets"),
        ({"expires_at": None}, KEY, "patch.limit.value-sets"),
        ({"activations_limit": None}, SUBSCRIPTION, "patch.limit.value-sets"),
        ({"expires_at": None}, SUBSCRIPTION, "patch.expiry.subscription-null"),
        ({"expires_at": LATER}, KEY, "patch.limit.value-sets"),
        ({"expires_at": PAST}, KEY, "patch.expiry.past-expires"),
        ({"expires_at": NOW.isoformat()}, KEY, "patch.expiry.past-expires"),
        (
            {"expires_at": (NOW + timedelta(seconds=1)).isoformat()},
            KEY,
            "patch.limit.value-sets",
        ),
    ],
    ids=repr,
)
def test_policy_that_a_server_may_not_share(
    body: dict[str, Any], before: dict[str, Any], policy: str
) -> None:
    for status in (400, 422):
        found = rejected(body, status, INVALID, "patch.limit.value-sets", before)
        assert violated(found) == [(policy, "200 with the whole key", f"{status} with {INVALID}")]


@pytest.mark.parametrize(
    ("body", "before", "status", "code", "status_rule", "code_rule"),
    [
        (None, KEY, 400, INVALID, "sequence.matches-oracle", "body.code"),
        ({"disabled": 1}, KEY, 422, INVALID, "sequence.matches-oracle", "body.code"),
        (
            {"activations_limit": 1},
            KEY,
            422,
            LOW,
            "patch.limit.below-instances-422",
            "patch.limit.below-instances-code",
        ),
        (
            {"expires_at": LATER},
            SUBSCRIPTION,
            400,
            FIXED,
            "patch.expiry.subscription-400",
            "patch.expiry.subscription-code",
        ),
    ],
)
def test_rejection(
    body: Any,
    before: dict[str, Any],
    status: int,
    code: str,
    status_rule: str,
    code_rule: str,
) -> None:
    assert held(rejected(body, status, code, None, before)) == [status_rule, code_rule]
    assert held(rejected(body, status, code, "patch.empty", before)) == ["patch.empty", code_rule]
    statuses = "400 or 422" if code == INVALID else str(status)
    found = rejected(body, status, "OTHER", None, before)
    assert held(found) == [status_rule]
    assert violated(found) == [(code_rule, f"{statuses} with {code}", f"{status} with OTHER")]
    found = rejected(body, 418, code, None, before)
    assert held(found) == []
    assert violated(found) == [(status_rule, f"{statuses} with {code}", f"418 with {code}")]


def test_rejection_for_two_reasons() -> None:
    body = {"activations_limit": 1, "disabled": "yes"}
    for code, status in ((LOW, 422), (INVALID, 400)):
        assert held(rejected(body, status, code)) == ["sequence.matches-oracle"]
        assert held(rejected(body, status, code, "patch.empty")) == ["patch.empty"]
    assert violated(rejected(body, 200, None)) == [
        ("sequence.matches-oracle", f"400 or 422 with {LOW}, {INVALID}", "200")
    ]


def test_past_expiry_of_a_key_that_may_have_none() -> None:
    """A server may reject a past expiry before it looks at the subscription."""
    body = {"expires_at": PAST}
    for status, code in ((400, FIXED), (422, INVALID)):
        found = rejected(body, status, code, None, SUBSCRIPTION)
        assert (held(found), violated(found)) == (["sequence.matches-oracle"], [])
    body = {"expires_at": LATER}
    found = rejected(body, 422, INVALID, None, SUBSCRIPTION)
    assert [rule for rule, _, _ in violated(found)] == ["patch.expiry.subscription-400"]
    whole = {"expires_at": None, "activations_limit": "5"}
    assert held(rejected(whole, 422, INVALID, None, SUBSCRIPTION)) == [
        "sequence.matches-oracle",
        "body.code",
    ]


@pytest.mark.parametrize("status", [429, 503])
def test_response_that_says_nothing(status: int) -> None:
    assert rejected({"disabled": True}, status, None) == []
    assert rejected({"disabled": 1}, status, None) == []


def test_same_state() -> None:
    assert is_same_state(KEY, {**KEY, "expires_at": "2031-05-06T09:08:09+02:00", "id": "other"})
    assert changes(KEY, KEY) == []
    other = {"activations_limit": 6, "expires_at": LATER, "status": "disabled"}
    for name, value in other.items():
        assert changes(KEY, {**KEY, name: value}) == [name]
        assert not is_same_state(KEY, {**KEY, name: value})
    assert changes(KEY, {**KEY, **other}) == list(other)
    assert changes({**KEY, "expires_at": None}, KEY) == ["expires_at"]
    assert changes(KEY, {**KEY, "expires_at": None}) == ["expires_at"]


def test_key_that_no_request_has_changed() -> None:
    found = list(judge_unchanged(KEY, KEY, "patch.stored"))
    assert held(found) == ["patch.stored", *FRAME]
    changed = {**KEY, "activations_limit": 6, "status": "disabled", "id": "lic_2"}
    found = list(judge_unchanged(KEY, changed, "patch.stored"))
    assert violated(found) == [
        (
            "patch.stored",
            "activations_limit 5, status 'active'",
            "activations_limit 6, status 'disabled'",
        ),
        ("patch.frame.id", "id 'lic_1'", "id 'lic_2'"),
    ]
