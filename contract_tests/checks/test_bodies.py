"""Invalid bodies and unsupported methods."""

import pytest

from ..account.account import Account
from ..judge.ledger import Ledger
from ..judge.observations import Observations, status_and_code
from ..transport.guard import unknown_id
from .methods import judge_not_allowed

pytestmark = pytest.mark.priority(40)

JSON = "application/json"
# Rule, media type, content and permitted statuses. An empty set permits every 4xx.
BODIES: tuple[tuple[str, str, bytes, set[int]], ...] = (
    ("body.malformed-refused", JSON, b"{} {}", {400, 422}),
    ("body.not-utf-8-refused", JSON, b'{"disabled": "\xff\xfe"}', {400, 422}),
    ("body.too-deep-refused", JSON, b'{"disabled": ' + b"[" * 20000 + b"]" * 20000 + b"}", set()),
    ("body.media-type-refused", "text/plain", b'{"disabled": true}', {400, 415, 422}),
    ("body.media-type-refused", "application/xml", b"<disabled>1</disabled>", {400, 415, 422}),
    (
        "body.media-type-refused",
        "application/x-www-form-urlencoded",
        b"disabled=true",
        {400, 415, 422},
    ),
    ("body.malformed-refused", JSON, b'{"activations_limit": 5', {400, 422}),
    ("body.malformed-refused", JSON, b"activations_limit=5", {400, 422}),
    ("body.malformed-refused", JSON, b"{'activations_limit': 5}", {400, 422}),
    ("body.malformed-refused", JSON, b'{"activations_limit": NaN}', {400, 422}),
    ("body.malformed-refused", JSON, b'{"activations_limit": 05}', {400, 422}),
    ("body.malformed-refused", JSON, b'{"activations_limit": +5}', {400, 422}),
    ("body.malformed-refused", JSON, b'{"activations_limit": 0x5}', {400, 422}),
    ("body.malformed-refused", JSON, b'{"activations_limit": -Infinity}', {400, 422}),
    ("body.malformed-refused", JSON, b'{"activations_limit": 5,}', {400, 422}),
    ("body.malformed-refused", JSON, b'{"activations_limit": 5 /* seats */}', {400, 422}),
    ("body.malformed-refused", JSON, b"{activations_limit: 5}", {400, 422}),
    ("body.malformed-refused", JSON, b'{"disabled": True}', {400, 422}),
    ("body.malformed-refused", JSON, b'data={"activations_limit": 5}', {400, 422}),
    ("body.malformed-refused", JSON, b" \n ", {400, 422}),
    ("patch.limit.beyond-int32-refused", JSON, b'{"activations_limit": 1e400}', {400, 422}),
    ("patch.limit.beyond-int32-refused", JSON, b'{"activations_limit": 1E+12}', {400, 422}),
    (
        "body.media-type-refused",
        "application/x-www-form-urlencoded",
        b'{"disabled": true}',
        {400, 415, 422},
    ),
)
_ESSENTIAL = 4


def _bodies() -> list[object]:
    return [
        pytest.param(
            *body,
            id=f"{body[0]} {number}",
            marks=[pytest.mark.rules(body[0])]
            + ([] if number < _ESSENTIAL else [pytest.mark.exhaustive]),
        )
        for number, body in enumerate(BODIES)
    ]


@pytest.mark.rules("body.code")
@pytest.mark.parametrize(("rule", "media_type", "content", "statuses"), _bodies())
def test_body_is_rejected(
    account: Account,
    ledger: Ledger,
    rule: str,
    media_type: str,
    content: bytes,
    statuses: set[int],
) -> None:
    """PATCH with a body that is not a JSON object in UTF-8."""
    key_id = account.pick()
    exchange = account.send(
        "PATCH", f"/license_keys/{key_id}", content=content, headers={"content-type": media_type}
    )
    permitted = exchange.status in statuses if statuses else 400 <= exchange.status < 500
    expected = " or ".join(map(str, sorted(statuses))) or "a 4xx status"
    if ledger.judge(rule, exchange, permitted, expected) and exchange.status in (400, 422):
        code = exchange.item.get("code")
        ledger.judge("body.code", exchange, code == "INVALID_REQUEST_BODY", "INVALID_REQUEST_BODY")


@pytest.mark.exhaustive
def test_no_body(account: Account, observations: Observations) -> None:
    """Record what PATCH without a body returns.

    The specification requires a body, but a sample in the documentation sends none and shows 200.
    """
    key_id = account.pick()
    exchange = account.send("PATCH", f"/license_keys/{key_id}")
    observations.note("PATCH without a body", status_and_code(exchange))
    account.refresh(key_id)


@pytest.mark.exhaustive
def test_order_of_checks(account: Account, observations: Observations) -> None:
    """Record whether an API looks up the key or validates the body first."""
    exchange = account.send("PATCH", f"/license_keys/{unknown_id('lic')}", {"disabled": "yes"})
    topic = "PATCH of an unknown id with an invalid body"
    observations.note(topic, status_and_code(exchange))


@pytest.mark.exhaustive
@pytest.mark.rules("patch.refused-changes-nothing")
def test_rejected_bodies_change_nothing(account: Account) -> None:
    """The rejected bodies changed nothing."""
    account.read(account.pick(), "patch.refused-changes-nothing")


@pytest.mark.rules("method.not-allowed-405")
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/license_keys/{id}"),
        *(
            pytest.param(method, path, marks=pytest.mark.exhaustive)
            for method, path in (
                ("PUT", "/license_keys"),
                ("GET", "/licenses/validate"),
                ("PUT", "/license_keys/{id}"),
                ("POST", "/license_keys/{id}"),
                ("POST", "/license_key_instances"),
                ("DELETE", "/license_key_instances/{id}"),
                ("GET", "/licenses/activate"),
                ("GET", "/licenses/deactivate"),
                ("PUT", "/licenses/validate"),
            )
        ),
    ],
)
def test_method_is_not_allowed(account: Account, ledger: Ledger, method: str, path: str) -> None:
    """A method that the path does not support returns 405."""
    exchange = account.send(method, path.replace("{id}", unknown_id("lic")))
    judge_not_allowed(ledger, exchange)
