"""Who may call: every wrong form of authorization, on every method, before all else."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from ..account.account import Account
from ..errors import UnavailableError
from ..judge.ledger import Ledger
from ..transport.exchange import Exchange
from ..transport.guard import MARKER, unknown_id

pytestmark = pytest.mark.priority(30)

WRONG: dict[str, list[str | None]] = {
    "auth.missing-token-401": [None],
    "auth.unknown-token-401": ["Bearer no-such-token", "Bearer {token}x", "Bearer {other_case}"],
    "auth.empty-token-401": ["Bearer", ""],
    "auth.other-scheme-401": ["{token}", "Token {token}", "Basic bm86Ym9keQ=="],
}


# Forms that repeat from another side what the others tell.
_EXHAUSTIVE_FORMS = (None, "", "Basic bm86Ym9keQ==", "Bearer {token}x", "Bearer {other_case}")


@dataclass(frozen=True)
class Call:
    """A call that needs a bearer token; `{key}` in its path is a key that may be changed."""

    method: str
    path: str
    body: object = None


CALLS = (
    Call("PATCH", "/license_keys/{key}", {"activations_limit": 2_000_000_001}),
    Call("GET", "/license_keys/{key}"),
    Call("GET", "/license_keys"),
    Call("GET", "/license_key_instances"),
    Call("GET", "/license_key_instances/{instance}"),
    Call("PATCH", "/license_key_instances/{instance}", {"name": "contract test"}),
    Call("POST", "/license_keys", {"key": MARKER, "customer_id": MARKER, "product_id": MARKER}),
)


def _wrong_calls() -> Iterator[object]:
    """The most telling forms on the first call, then every form on every call."""
    for number, call in enumerate(CALLS[:3]):
        for rule, forms in WRONG.items():
            for form in forms:
                tells_most = number == 0 and form not in _EXHAUSTIVE_FORMS
                yield pytest.param(
                    call,
                    rule,
                    form,
                    id=f"{rule} {form} {call.method} {call.path}",
                    marks=[pytest.mark.rules(rule)]
                    + ([] if tells_most else [pytest.mark.exhaustive]),
                )


@pytest.mark.rules("auth.code")
@pytest.mark.parametrize(("call", "rule", "form"), list(_wrong_calls()))
def test_wrong_authorization(
    account: Account, ledger: Ledger, call: Call, rule: str, form: str | None
) -> None:
    """Every wrong form is answered with 401."""
    other_case = account.token.swapcase()
    if form == "Bearer {other_case}" and other_case == account.token:
        raise UnavailableError("needs a token with letters")
    authorization = form and form.format(token=account.token, other_case=other_case)
    _expect_401(ledger, rule, _send(account, call, authorization))


@pytest.mark.rules("auth.missing-token-401")
@pytest.mark.parametrize(
    "call",
    [
        pytest.param(
            call,
            id=f"{call.method} {call.path}",
            marks=[pytest.mark.exhaustive] if call.method == "GET" and "{" in call.path else [],
        )
        for call in CALLS[1:]
    ],
)
def test_no_operation_forgets(account: Account, ledger: Ledger, call: Call) -> None:
    """Every operation that needs a token asks for it."""
    _expect_401(ledger, "auth.missing-token-401", _send(account, call, None))


@pytest.mark.rules("auth.before-404")
@pytest.mark.parametrize("method", ["GET", pytest.param("PATCH", marks=pytest.mark.exhaustive)])
def test_before_404(account: Account, ledger: Ledger, method: str) -> None:
    """Who is not authorised does not learn that an id is unknown."""
    call = Call(method, f"/license_keys/{unknown_id('lic')}", {} if method == "PATCH" else None)
    _expect_401(ledger, "auth.before-404", _send(account, call, None))


@pytest.mark.rules("auth.before-body")
@pytest.mark.parametrize("content", [b"{", b'{"activations_limit": "x"}'], ids=["broken", "wrong"])
def test_before_body(account: Account, ledger: Ledger, content: bytes) -> None:
    """Who is not authorised does not learn what is wrong with a body."""
    exchange = account.send(
        "PATCH",
        f"/license_keys/{unknown_id('lic')}",
        content=content,
        headers={"content-type": "application/json"},
        authorization=None,
    )
    _expect_401(ledger, "auth.before-body", exchange)


@pytest.mark.rules("auth.changes-nothing")
def test_refused_changes_nothing(account: Account) -> None:
    """None of the refused PATCHes had an effect."""
    account.read(account.pick(), "auth.changes-nothing")


def _send(account: Account, call: Call, authorization: str | None) -> Exchange:
    path = call.path.replace("{instance}", unknown_id("lki"))
    if "{key}" in path:
        path = path.replace("{key}", account.pick())
    if call.body is None:
        return account.send(call.method, path, authorization=authorization)
    return account.send(call.method, path, call.body, authorization=authorization)


def _expect_401(ledger: Ledger, rule: str, exchange: Exchange) -> None:
    if ledger.judge(rule, exchange, exchange.status == 401, "401"):
        code = exchange.item.get("code")
        ledger.judge("auth.code", exchange, code == "UNAUTHORIZED", "UNAUTHORIZED")
