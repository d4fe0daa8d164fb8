"""The oracle against the published rules, written out case by case."""

from datetime import UTC, datetime, timedelta

import pytest

from contract_tests.contract.oracle import KeyState, Prediction, parse_instant, predict

MAY = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
PLAIN = KeyState(activations_limit=5, expires_at=MAY, disabled=False, instances_count=2)
SUBSCRIPTION = KeyState(5, None, disabled=False, instances_count=2, on_subscription=True)
JUNE = "2031-06-01T00:00:00Z"
INVALID = {"INVALID_REQUEST_BODY": frozenset({400, 422})}
TOO_LOW = {"ACTIVATION_LIMIT_LESS_THAN_CURRENT_AMOUNT": frozenset({422})}
FIXED = {"NO_EXPIRY_ON_SUBSCRIPTION_LICENSE_KEYS": frozenset({400})}


def test_accepted_bodies_change_what_they_name() -> None:
    june = datetime(2031, 6, 1, tzinfo=UTC)
    assert predict(PLAIN, {}).state == PLAIN
    assert predict(PLAIN, {"activations_limit": None}).state.activations_limit is None
    assert predict(PLAIN, {"activations_limit": 2}).state.activations_limit == 2
    assert predict(PLAIN, {"expires_at": None}).state.expires_at is None
    assert predict(PLAIN, {"expires_at": "2031-06-01T02:00:00+02:00"}).state.expires_at == june
    assert predict(PLAIN, {"disabled": True}).state.disabled
    assert predict(PLAIN, {"disabled": None, "other": 1}).state == PLAIN
    assert predict(SUBSCRIPTION, {"expires_at": None}) == Prediction({}, SUBSCRIPTION)
    whole = {"activations_limit": 2**31 - 1, "expires_at": None, "disabled": True}
    assert predict(PLAIN, whole) == Prediction({}, KeyState(2**31 - 1, None, True, 2))
    assert predict(KeyState(5, MAY, True), {"disabled": False}).state == KeyState(5, MAY, False)
    assert predict(KeyState(5, MAY, False), {"activations_limit": 0}).state.activations_limit == 0
    assert predict(PLAIN, {}).statuses == {200}


@pytest.mark.parametrize(
    ("state", "body", "refusals"),
    [
        (PLAIN, [], INVALID),
        (PLAIN, None, INVALID),
        (PLAIN, {"activations_limit": "5"}, INVALID),
        (PLAIN, {"activations_limit": True}, INVALID),
        (PLAIN, {"activations_limit": 5.5}, INVALID),
        (PLAIN, {"activations_limit": 2**31}, INVALID),
        (PLAIN, {"activations_limit": -(2**31) - 1}, INVALID),
        (PLAIN, {"activations_limit": -(2**31)}, TOO_LOW | INVALID),
        (PLAIN, {"activations_limit": -1}, TOO_LOW | INVALID),
        (PLAIN, {"activations_limit": 0}, TOO_LOW),
        (PLAIN, {"activations_limit": 1, "disabled": 1}, TOO_LOW | INVALID),
        (SUBSCRIPTION, {"activations_limit": 1, "expires_at": JUNE}, TOO_LOW | FIXED),
        (SUBSCRIPTION, {"expires_at": "June"}, INVALID),
        (PLAIN, {"disabled": 1}, INVALID),
        (PLAIN, {"expires_at": "2031-06-01"}, INVALID),
        (PLAIN, {"expires_at": "2031-06-01T00:00:00"}, INVALID),
        (PLAIN, {"expires_at": 5}, INVALID),
        (PLAIN, {"activations_limit": 1, "disabled": True}, TOO_LOW),
        (SUBSCRIPTION, {"expires_at": JUNE, "disabled": True}, FIXED),
    ],
    ids=repr,
)
def test_refused_bodies_change_nothing(
    state: KeyState, body: object, refusals: dict[str, frozenset[int]]
) -> None:
    prediction = predict(state, body)
    assert prediction == Prediction(refusals, state)
    assert prediction.statuses == {status for each in refusals.values() for status in each}


def test_disabled_wins_over_expired() -> None:
    later = datetime(2031, 5, 7, tzinfo=UTC)
    assert PLAIN.status(datetime(2031, 5, 6, tzinfo=UTC)) == "active"
    assert PLAIN.status(later) == "expired"
    assert PLAIN.status(MAY) == "expired"
    assert PLAIN.status(MAY - timedelta(microseconds=1)) == "active"
    assert KeyState(5, None, disabled=False).status(later) == "active"
    assert predict(PLAIN, {"disabled": True}).state.status(later) == "disabled"


def test_instants_keep_microseconds() -> None:
    expected = MAY.replace(microsecond=123456)
    assert parse_instant("2031-05-06T07:08:09.123456789z") == expected
    assert parse_instant("2031-05-06t12:38:09.123456+05:30") == expected
    assert parse_instant("2031-05-06T05:38:09.123456-01:30") == expected
    assert parse_instant("2031-05-06T07:08:09.5Z") == MAY.replace(microsecond=500_000)
    assert parse_instant("2031-05-06T07:08:09Z") == MAY


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "2031-02-30T00:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "2031-05-06T07:08:09+0530",
        5,
        None,
    ],
)
def test_what_is_no_instant(text: object) -> None:
    assert parse_instant(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "2031-01-01T24:00:00Z",
        "2031-01-01T00:60:00Z",
        "2031-01-01T00:00:60Z",
        "2031-01-01T00:00:00+24:00",
        "2031-01-01T00:00:00+05:60",
    ],
)
def test_clock_and_offset_have_edges(text: str) -> None:
    assert parse_instant(text) is None
