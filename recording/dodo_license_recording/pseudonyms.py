"""Replaces secret values by pseudonyms that preserve equality and cannot be reversed."""

import hashlib
import re
import secrets
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

# Every pseudonym starts with it.
PREFIX = "anon_"
MASK = "[redacted]"

# The values of these members are secrets at any depth.
_SECRET_FIELDS = frozenset(
    {"key", "license_key", "customer_id", "email", "phone_number", "metadata", "customer", "name"}
)
# The values that may be masked in other members too. Names and metadata may equal public values.
_LEARNED_FIELDS = frozenset({"key", "license_key", "customer_id", "email", "phone_number"})
_PUBLIC_NUMBERS = frozenset({"activations_limit", "instances_count"})
_PUBLIC_WORDS = frozenset({"active", "expired", "disabled", "auto", "import", "manual"})
_RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_ID = re.compile(r"[a-z]{2,6}_[A-Za-z0-9_]{1,60}")
_INSTANT = re.compile(r"[0-9TZtz:.+-]{0,40}")
# Only values in these forms are written as they are. Any other string becomes a pseudonym.
_KEPT_FORMS = {
    "id": _ID,
    "business_id": _ID,
    "brand_id": _ID,
    "product_id": _ID,
    "payment_id": _ID,
    "subscription_id": _ID,
    "license_key_id": _ID,
    "license_key_instance_id": _ID,
    "grant_id": _ID,
    "status": re.compile(r"[a-z]{1,12}"),
    "source": re.compile(r"[a-z]{1,12}"),
    "code": re.compile(r"[A-Z]{2,20}(?:_[A-Z]{1,20}){0,8}"),
    "created_at": _INSTANT,
    "expires_at": _INSTANT,
    "created_at_gte": _INSTANT,
    "created_at_lte": _INSTANT,
    "page_size": re.compile(r"[0-9.+-]{0,12}|[a-z]{1,5}"),
    "page_number": re.compile(r"[0-9.+-]{0,12}|[a-z]{1,5}"),
}
_MEMBER_NAME = re.compile(r"[a-z]{1,20}(?:_[a-z]{1,20}){0,5}")
_INTERNALS = re.compile(
    r"Traceback \(most recent|thread '[^']*' panicked|\bat [\w.$]+\([\w.]+:\d+\)"
    r"|(?<![\w./-])[\w./-]+\.(?:rs|py|js|ts|go|java):\d+"
    r"|/(?:usr|home|app|src|var|opt|root)/[\w./-]+|\b[A-Z]:\\\w+"
    r"|\bSELECT\b.{1,200}\bFROM\b|\bINSERT INTO\b|\bDELETE FROM\b|\bUPDATE \w+ SET\b"
    r"|violates \w+(?: key)? constraint|\b[a-z]+://[^\s/@:]+:[^\s/@]+@"
    r"|\b[\w-]+\.(?:svc|internal|cluster\.local)\b"
    r"|\b(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}\b"
    r"|\bnode_modules/|\bat Object\.<anonymous>"
)
_SEARCHED = 100_000
TEXT_MASK = "[text]"
_MASKED_INTERNALS = f"{TEXT_MASK} with a server path or stack trace, such as /usr/redacted"
_LONG = 200
_REMEMBERED = 100_000


class RepeatedMembers(dict[str, Any]):
    """A JSON object in which a name occurs more than once. `items` has every member.

    Args:
        members: The names and values.
    """

    def __init__(self, members: list[tuple[str, Any]]) -> None:
        super().__init__(members)
        self._members = members

    def items(self) -> Any:
        """The members in their order, which `json` writes."""
        return self._members


def object_of(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object that has every member, even if a name occurs more than once."""
    unique = dict(members)
    return unique if len(unique) == len(members) else RepeatedMembers(members)


class Pseudonyms:
    """Maps secret values to pseudonyms with a keyed hash.

    The key is random and never leaves the object, so no one can compute the pseudonym of a guessed
    value later. Equal values have equal pseudonyms within one recording.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._secrets: OrderedDict[str, None] = OrderedDict()
        self._shown: OrderedDict[str, None] = OrderedDict()

    def of(self, value: str, prefix: str = "anon") -> str:
        """The pseudonym of a string, of the form `anon_` and 20 hexadecimal digits."""
        data = value.encode("utf-8", "surrogatepass")
        return f"{prefix}_{hashlib.blake2b(data, key=self._key, digest_size=10).hexdigest()}"

    def learn(self, value: Any) -> None:
        """Remember the secrets in a JSON value, so that they are masked in other members too."""
        for secret in _secrets_in(value):
            pseudonym = self.of(secret)
            self._secrets[pseudonym] = None
            self._secrets.move_to_end(pseudonym)
        while len(self._secrets) > _REMEMBERED:
            self._secrets.popitem(last=False)

    def json(self, value: Any, name: str = "", *, secret: bool = False) -> Any:
        """Replace the secrets in a JSON value.

        Args:
            value: The parsed JSON value.
            name: The name of the member that has this value.
            secret: Whether every value in it is a secret.
        """
        if isinstance(value, dict):
            inside = secret or (name in _SECRET_FIELDS and name != "")
            return object_of(
                [
                    (
                        self._member_name(each, secret=inside),
                        self.json(member, each, secret=inside or each in _SECRET_FIELDS),
                    )
                    for each, member in value.items()
                ]
            )
        if isinstance(value, list):
            return [self.json(each, name, secret=secret) for each in value]
        if isinstance(value, str):
            return self._string(value, name, secret=secret)
        if isinstance(value, bool) or value is None:
            return value
        return self._number(value, secret=secret or name not in _PUBLIC_NUMBERS)

    def text(self, text: str) -> str:
        """Replace a free text, such as an error message, and keep whether it exposes internals."""
        return _MASKED_INTERNALS if _INTERNALS.search(text[:_SEARCHED]) else TEXT_MASK

    def segment(self, text: str) -> str:
        """Replace a segment of a path unless it has the form of an id."""
        plain = unquote(text, errors="surrogateescape")
        known = _ID.fullmatch(plain) and not self._is_secret(plain)
        if known:
            return self._show(plain)
        # Servers reject long paths and encoded ones, so such an id stays long, or encoded.
        encoded = "%5F" if "%" in text else ""
        return self.of(plain) + encoded + "x" * (len(plain) if len(plain) > _LONG else 0)

    def parameter(self, name: str, value: str) -> tuple[str, str]:
        """Replace the name and the value of a query parameter if they can be a secret."""
        return self._member_name(name), self._string(value, name, secret=name in _SECRET_FIELDS)

    def _string(self, value: str, name: str, *, secret: bool) -> str:
        if name == "message" and not secret:
            return self.text(value)
        form = _KEPT_FORMS.get(name)
        if (
            form is not None
            and not secret
            and (value in _PUBLIC_WORDS or _RFC_3339.fullmatch(value))
        ):
            return value
        if secret or form is None or not form.fullmatch(value) or self._is_secret(value):
            return self.of(value, "cus" if name == "customer_id" else "anon")
        return self._show(value) if _ID.fullmatch(value) else value

    def _number(self, value: float, *, secret: bool) -> float:
        if not secret:
            return value
        digest = int(self.of(str(value))[-7:], 16)
        return digest if isinstance(value, int) else digest + 0.5

    def _member_name(self, name: str, *, secret: bool = False) -> str:
        known = name in _SECRET_FIELDS or name in _KEPT_FORMS
        if known or (_MEMBER_NAME.fullmatch(name) and not secret and not self._is_secret(name)):
            return name
        # The members of a customer have public names; those of its metadata do not.
        is_public = name in ("product", "items", "message", "valid", "disabled")
        return name if is_public else self.of(name)

    def _show(self, value: str) -> str:
        """Remember an id that the recording contains: hiding it later would protect nothing."""
        self._shown[value] = None
        if len(self._shown) > _REMEMBERED:
            self._shown.popitem(last=False)
        return value

    def _is_secret(self, value: str) -> bool:
        return value not in self._shown and self.of(value) in self._secrets


def _secrets_in(value: Any) -> Iterator[str]:
    """Yield every secret string in a JSON value."""
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, dict):
            for name, member in each.items():
                if name in _LEARNED_FIELDS and isinstance(member, str):
                    yield member
                else:
                    pending.append(member)
        elif isinstance(each, list):
            pending += each
