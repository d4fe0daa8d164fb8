"""Authorization: one request tests an operation, a form of the token and what must not matter.

Its response is 401 whatever else it contains, so each difference shows. Only after a difference do
further requests find the cause.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from ..account.account import Account
from ..errors import UnavailableError
from ..judge.ledger import Ledger
from . import test_tokens as tokens
from .test_authorization import CALLS, Call, expect_401, send_call

pytestmark = [pytest.mark.combined, pytest.mark.priority(29)]

_MISSING, _UNKNOWN = "auth.missing-token-401", "auth.unknown-token-401"
_SCHEME, _CODE = "auth.other-scheme-401", "auth.code"
_BEFORE_404, _BEFORE_BODY = "auth.before-404", "auth.before-body"
_OF_BODIES = (400, 415, 422)
_UPDATE, _GET, _LIST, _INSTANCES, _INSTANCE, _RENAME, _CREATE = CALLS
_LISTS = tuple(each for each in tokens.FURTHER_CALLS if each.path.startswith("/license_keys?"))
_EVERY_FILTER = (
    "customer_id={customer}&product_id={product}&status=active&source=auto"
    "&created_at_gte=2020-01-01T00:00:00Z&page_number=1&page_size=ten"
)

# What only a proxy in front of the API may say: who the user is, and that the path is public.
_CLAIMS = {
    **dict.fromkeys(("x-forwarded-user", "x-remote-user", "remote-user"), "admin"),
    **dict.fromkeys(("x-original-url", "x-rewrite-url", "x-forwarded-uri"), "/licenses/validate"),
}

FORMS: dict[str, tuple[str, Callable[[str], str]]] = {
    **{name: (_UNKNOWN, form) for name, form in tokens.NEARLY.items()},
    "in other case": (_UNKNOWN, lambda token: f"Bearer {token.swapcase()}"),
    "empty": ("auth.empty-token-401", lambda _token: "Bearer"),
    "under the scheme Token": (_SCHEME, lambda token: f"Token {token}"),
    "without a scheme": (_SCHEME, lambda token: token),
    "twice": (_SCHEME, tokens.SCHEMES["twice"]),
    # For a server that takes the first word, one from a list, or what begins with the right token.
    "before a list": (_UNKNOWN, lambda token: f"Bearer {token} ,{token}"),
    "Basic, as user and password": (_SCHEME, lambda token: tokens.basic(f"{token}:{token}")),
}


@dataclass(frozen=True)
class Access:
    """A request that must return 401.

    Attributes:
        form: The form of the token, empty for no token.
        call: The request.
        plain: A request to the same operation that violates no other rule, sent to find a cause.
        before: The rules on what 401 comes before, as far as the request tests them.
    """

    form: str
    call: Call
    plain: Call | None = None
    before: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of the check."""
        return f"{self.call.method} {self.call.path} {self.form or 'no token'}"

    @property
    def rule(self) -> str:
        """The rule on the token."""
        return FORMS[self.form][0] if self.form else _MISSING

    def blamed(self, status: int) -> str:
        """The rule that a response with another status than 401 violates."""
        if status == 404 and _BEFORE_404 in self.before:
            return _BEFORE_404
        if status in _OF_BODIES and _BEFORE_BODY in self.before:
            return _BEFORE_BODY
        return self.rule


_BROKEN = b"{"
NO_TOKEN = (
    Access("", Call("GET", "/license_keys/{unknown}"), _GET, (_BEFORE_404,)),
    Access("", Call("PATCH", _RENAME.path, {"name": 5}), _RENAME, (_BEFORE_404, _BEFORE_BODY)),
    Access("", Call("POST", _CREATE.path, content=_BROKEN), _CREATE, (_BEFORE_BODY,)),
    Access("", Call("GET", f"{_INSTANCES.path}?license_key_id={{key}}&page_size=ten"), _INSTANCES),
)
WRONG_TOKEN = (
    Access("under the scheme Token", Call("GET", f"{_LIST.path}?page_number=1&page_size=1")),
    Access("without its last character", Call("GET", f"{_INSTANCES.path}?license_key_id={{key}}")),
    Access("without its first character", _GET),
    Access("in quotes", _GET),
    Access("null", _INSTANCE, before=(_BEFORE_404,)),
    Access("twice", _RENAME, before=(_BEFORE_404,)),
    Access(
        "an unsigned JWT", Call("POST", _CREATE.path, content=_BROKEN), _CREATE, (_BEFORE_BODY,)
    ),
    Access("empty", Call("GET", "/license_keys/{unknown}"), _GET, (_BEFORE_404,)),
    Access(
        "in other case",
        Call("PATCH", "/license_keys/{unknown}", content=_BROKEN),
        _UPDATE,
        (_BEFORE_404, _BEFORE_BODY),
    ),
    Access(
        "without a scheme",
        Call("PATCH", _UPDATE.path, {"activations_limit": "x"}),
        _UPDATE,
        (_BEFORE_BODY,),
    ),
    Access("before a list", Call("PATCH", _UPDATE.path, {})),
    Access("Basic, as user and password", _UPDATE),
)


def _parameters(accesses: tuple[Access, ...]) -> list[object]:
    return [
        pytest.param(each, id=each.name, marks=pytest.mark.rules(each.rule, *each.before))
        for each in accesses
    ]


# First, so that it follows a request with the right token, which the connection must forget.
@pytest.mark.priority(28)
@pytest.mark.rules(_MISSING, _CODE)
def test_list_without_token(account: Account, ledger: Ledger) -> None:
    """A later page of a list with every filter, a wrong query and the token elsewhere is a 401."""
    query, headers = tokens.elsewhere(account)
    headers |= _CLAIMS
    call = Call("GET", f"{_LIST.path}?{_EVERY_FILTER}&{query}")
    if not expect_401(ledger, _MISSING, send_call(account, call, None, headers)):
        for single in (_LIST, *_LISTS):
            expect_401(ledger, _MISSING, send_call(account, single, None))
        expect_401(ledger, _MISSING, send_call(account, _LIST, None, _CLAIMS))
        tokens.test_token_elsewhere(account, ledger)


@pytest.mark.rules(_CODE)
@pytest.mark.parametrize("access", _parameters((*NO_TOKEN, *WRONG_TOKEN)))
def test_access(account: Account, ledger: Ledger, access: Access) -> None:
    """A request without the right token returns 401, with an invalid body or id too."""
    authorization = FORMS[access.form][1](account.token) if access.form else None
    if access.form and (len(account.token) < 2 or authorization == f"Bearer {account.token}"):
        raise UnavailableError("requires a token of at least two characters")
    exchange = send_call(account, access.call, authorization)
    if expect_401(ledger, access.blamed(exchange.status), exchange):
        for rule in access.before:
            ledger.judge(rule, exchange, True, "401")
    elif access.plain is not None:
        expect_401(ledger, access.rule, send_call(account, access.plain, authorization))
