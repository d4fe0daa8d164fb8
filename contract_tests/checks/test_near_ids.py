"""Ids that are nearly those of an allowed key, ids of other objects, and hostile bytes."""

from collections.abc import Callable
from urllib.parse import quote, unquote

import pytest

from ..account.account import Account
from ..errors import UnavailableError
from ..judge.ledger import Ledger
from ..judge.patch_checks import Key
from ..transport.guard import MARKER, unknown_id
from .created import created_key
from .near_misses import altered
from .patch_cases import above
from .test_keys import expect_404

pytestmark = [pytest.mark.priority(25), pytest.mark.exhaustive]
RULE = "get.nearly-known-404"

# From the id of a key to the path segment, percent-encoded.
NEARLY: dict[str, Callable[[str], str]] = {
    "other case": lambda key_id: quote(key_id.swapcase(), safe=""),
    "without its prefix": lambda key_id: quote(key_id.partition("_")[2] or key_id[1:], safe=""),
    "without its last character": lambda key_id: quote(key_id[:-1], safe=""),
    "another last character": lambda key_id: quote(altered(key_id), safe=""),
    "a character more": lambda key_id: f"{quote(key_id, safe='')}x",
    "a space after it": lambda key_id: f"{quote(key_id, safe='')}%20",
    "a zero byte after it": lambda key_id: f"{quote(key_id, safe='')}%00",
    "an extension": lambda key_id: f"{quote(key_id, safe='')}.json",
    "parameters": lambda key_id: f"{quote(key_id, safe='')};a=b",
    "a percent sign for the end": lambda key_id: f"{quote(key_id[:-3], safe='')}%25",
    "an underscore for a character": lambda key_id: quote(key_id[:-1], safe="") + "_",
    "an asterisk for the end": lambda key_id: f"{quote(key_id[:-3], safe='')}*",
    "wide letters": lambda key_id: quote(_wide(key_id), safe=""),
    "encoded twice": lambda key_id: quote(key_id, safe="").replace("_", "%255F"),
    "a list": lambda key_id: f"{quote(key_id, safe='')},{MARKER}",
}
WORDS = ("latest", "me", "0", "null")
OTHER_IDS = ("customer_id", "product_id", "payment_id", "subscription_id")
# All of them together, and those that are not UTF-8: a server may reject these before it decodes.
ALL_HOSTILE = (
    "%2F%2E%2E%2F%C3%BC%0A%25%5C%7B%7Ba%7D%7D%27%20OR%20%271%27=%271%F0%9F%98%80%00" + "x" * 1200,
    "%C0%80%ED%A0%80%FF",
)
HOSTILE = ("%0A", "%25", "%5C", "%7B%7Ba%7D%7D", "%C0%80", "%F0%9F%98%80", "%ED%A0%80")


@pytest.mark.rules(RULE)
@pytest.mark.parametrize("form", NEARLY)
def test_nearly_known_id(account: Account, ledger: Ledger, form: str) -> None:
    """GET of an id that differs from that of a key does not return the key."""
    key_id = _long_id(account)
    segment = NEARLY[form](key_id)
    if unquote(unquote(segment)) == key_id and "%25" not in segment:
        raise UnavailableError("requires an id for which this form is another id")
    _expect_rejection(account, ledger, segment)


@pytest.mark.rules(RULE)
@pytest.mark.parametrize("word", WORDS)
def test_word_is_not_an_id(account: Account, ledger: Ledger, word: str) -> None:
    """GET of a word that another API could understand returns no key."""
    _expect_rejection(account, ledger, word)


@pytest.mark.rules(RULE)
@pytest.mark.parametrize("name", OTHER_IDS)
def test_id_of_another_object(account: Account, ledger: Ledger, name: str) -> None:
    """GET of the id of a customer, product, payment or subscription returns no key."""
    ids = (key.get(name) for key in account.keys.values())
    other = next((each for each in ids if isinstance(each, str)), None)
    if other is None:
        raise UnavailableError(f"requires an allowed key with {name}")
    _expect_rejection(account, ledger, quote(other, safe=""))


@pytest.mark.rules(RULE)
def test_id_of_an_instance(account: Account, ledger: Ledger) -> None:
    """The id of an instance is not that of its key, nor the other way round."""
    key_id = account.pick(in_use=True)
    listed = account.send("GET", f"/license_key_instances?license_key_id={key_id}")
    instance_id = next((str(each.get("id")) for each in listed.items), MARKER)
    _expect_rejection(account, ledger, quote(instance_id, safe=""))
    exchange = account.send("GET", f"/license_key_instances/{key_id}")
    ledger.judge("instance.unknown-404", exchange, exchange.status == 404, "404")


@pytest.mark.rules(RULE)
def test_key_string_is_not_an_id(account: Account, ledger: Ledger) -> None:
    """The string of a key that the run created is not its id."""
    _expect_rejection(account, ledger, quote(str(created_key(account)["key"]), safe=""))


@pytest.mark.rules("get.unusual-id-refused")
@pytest.mark.parametrize("collection", ["license_keys", "license_key_instances"])
def test_hostile_id(account: Account, ledger: Ledger, collection: str) -> None:
    """GET of an id with bytes that a server may misread is rejected."""
    for hostile in HOSTILE:
        exchange = account.send("GET", f"/{collection}/{MARKER}{hostile}")
        rejected = 400 <= exchange.status < 500
        ledger.judge("get.unusual-id-refused", exchange, rejected, "a 4xx status")


@pytest.mark.combined
@pytest.mark.rules("get.unusual-id-refused")
@pytest.mark.parametrize("hostile", ALL_HOSTILE, ids=["UTF-8", "not UTF-8"])
@pytest.mark.parametrize("collection", ["license_keys", "license_key_instances"])
def test_hostile_bytes(account: Account, ledger: Ledger, collection: str, hostile: str) -> None:
    """GET of a long id with dots, slashes, a quote and all such bytes at once is rejected."""
    exchange = account.send("GET", f"/{collection}/{MARKER}{hostile}")
    rejected = 400 <= exchange.status < 500
    ledger.judge("get.unusual-id-refused", exchange, rejected, "a 4xx status")


@pytest.mark.rules("patch.frame.id")
def test_only_the_path_names_the_key(account: Account, ledger: Ledger) -> None:
    """An id in the query or in the body does not redirect a PATCH to another key."""
    key_id = account.pick()
    others = [each for each in account.keys if each != key_id]
    if not others:
        raise UnavailableError("requires two allowed keys: add another --key-id")
    limit = above(11)(account.keys[key_id])
    body = {"id": others[0], "activations_limit": limit}
    target = f"/license_keys/{key_id}?id={others[0]}"
    exchange = account.patch(key_id, body, "patch.unknown-fields", target=target)
    same = exchange.status != 200 or exchange.item.get("id") == key_id
    ledger.judge("patch.frame.id", exchange, same, f"the key {key_id}")


@pytest.mark.combined
# Before the checks that ask less of the same request.
@pytest.mark.priority(19)
@pytest.mark.rules(
    "patch.unknown-id-404", "get.unknown-code", "patch.frame.id", "patch.unknown-fields"
)
def test_update_of_an_unknown_id_reaches_no_key(account: Account, ledger: Ledger) -> None:
    """PATCH of an unknown id returns 404, even if the query and the body name a known key."""
    key_id = account.pick()
    body = {"id": key_id, "activations_limit": above(16)(account.keys[key_id])}
    path = f"/license_keys/{unknown_id('lic')}"
    exchange = account.send("PATCH", f"{path}?id={key_id}&license_key_id={key_id}", body)
    if exchange.status == 404:
        expect_404(ledger, "patch.unknown-id-404", exchange)
        return
    account.refresh(key_id)
    plain = account.send("PATCH", path, {})
    expect_404(ledger, "patch.unknown-id-404", plain)
    if plain.status == 404:
        is_invalid = exchange.status in (400, 422)
        rule = "patch.unknown-fields" if is_invalid else "patch.frame.id"
        ledger.judge(rule, exchange, False, "404 for the id in the path")


@pytest.mark.combined
@pytest.mark.rules("patch.unknown-fields", "patch.frame.id")
def test_only_documented_members_count(account: Account, ledger: Ledger) -> None:
    """Whatever else a PATCH contains, only the member that the contract names has an effect.

    If the response shows no key, single requests find the cause.
    """
    key_id = account.pick()
    key = account.keys[key_id]
    limit = above(14 if key.get("activations_limit") != above(14)(key) else 15)(key)
    other = account.other_than(key_id) or unknown_id("lic")
    body = _with_others(key, limit, other)
    path = f"/license_keys/{key_id}?id={other}&license_key_id={other}&page_number=ten"
    named = f"/license_keys/{other}"
    headers = {"x-original-url": named, "x-rewrite-url": named}
    exchange = account.send("PATCH", path, body, headers={**headers, "accept": "text/html"})
    if exchange.status == 406:
        exchange = account.send("PATCH", path, body, headers=headers)
    shown = exchange.item.get("id", key_id) if exchange.status == 200 else key_id
    if not ledger.judge("patch.frame.id", exchange, shown == key_id, f"the key {key_id}"):
        for changed in {key_id, other} & account.keys.keys():
            account.refresh(changed)
        return
    found = ledger.violations
    if exchange.status != 200 or "id" not in exchange.item:
        account.refresh(key_id)
        account.send("GET", f"/license_keys/{key_id}", headers={"accept": "text/html"})
        account.patch(key_id, {**body, "id": key_id}, "patch.unknown-fields")
        if other in account.keys:
            test_only_the_path_names_the_key(account, ledger)
    if ledger.violations == found:
        account.judge_patched(key_id, body, exchange, "patch.unknown-fields")


def _with_others(key: Key, limit: int, other: str) -> Key:
    """A limit before and after members that are not in the contract, or spelled otherwise."""
    is_disabled = key.get("status") == "disabled"
    return {
        "no_such_field": 1,
        "id": other,
        "activations_limit": limit,
        "ACTIVATIONS_LIMIT": limit + 1,
        "activationsLimit": limit + 1,
        "Disabled": not is_disabled,
        "isDisabled": not is_disabled,
        "Expires_At": "2077-01-01T00:00:00Z",
        "expiresAt": "2077-01-01T00:00:00Z",
        "instances_count": 99,
        "status": "active" if is_disabled else "disabled",
    }


def _long_id(account: Account) -> str:
    key_id = next((each for each in account.keys if len(each) > 8 and each.isascii()), None)
    if key_id is None:
        raise UnavailableError("requires an allowed key with an id of more than 8 characters")
    return key_id


def _expect_rejection(account: Account, ledger: Ledger, segment: str) -> None:
    exchange = account.send("GET", f"/license_keys/{segment}")
    rejected = 400 <= exchange.status < 500
    ledger.judge(RULE, exchange, rejected, "404 or another 4xx status")


def _wide(key_id: str) -> str:
    """The id with its last letters in the wide forms of Unicode."""
    return key_id[:-3] + "".join(chr(ord(each) + 0xFEE0) for each in key_id[-3:])
