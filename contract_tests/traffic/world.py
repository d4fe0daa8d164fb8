"""What is known of the account at a point of a recording."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from dodo_license_recording.pseudonyms import PREFIX

from ..contract.oracle import parse_instant
from ..judge.ledger import Finding, Ledger, holding
from ..judge.patch_checks import Key
from .recorded import RecordedExchange

_T = TypeVar("_T")
_MOST_KEYS = 10_000
_MOST_INSTANCES = 20_000
# How far the clocks of the recorder and of the server can differ, in seconds.
CLOCK_MARGIN = 86_400.0
# How long a read may show a state from before a write, in seconds. A run reads again for longer.
LAG = 1.5
_MOST_EARLIER = 50


@dataclass(slots=True)
class KnownKey:
    """A key as last seen.

    Attributes:
        key: The key as the API returned it.
        at: When it was seen, in seconds since 1970.
        is_current: Whether no request that the recording lacks can have changed it since.
        is_patched: Whether it was seen in the response to a PATCH and not since.
        is_refused: Whether a PATCH was rejected since it was seen.
        count_rule: Id of the rule that a wrong instances_count violates, None for the default.
        repeated: The body and the response of the last PATCH if nothing came after it.
        earlier: The states before the last writes, None for an unknown one, each with the time
            until which a read may still show it.
    """

    key: Key
    at: float = 0.0
    is_current: bool = False
    is_patched: bool = False
    is_refused: bool = False
    count_rule: str | None = None
    repeated: tuple[Any, int, Any] | None = None
    earlier: tuple[tuple[float, Key | None], ...] = ()

    def earlier_at(self, at: float) -> tuple[tuple[float, Key | None], ...]:
        """The earlier states that a read may show, once there is a write at a time."""
        past = tuple(each for each in self.earlier if each[0] > at)[-_MOST_EARLIER:]
        return (*past, (at + LAG, self.key if self.is_current else None))

    def may_show(self, seen: Key, at: float | None) -> bool:
        """Whether a read at a time may show a key like this because reads lag behind writes."""
        return at is not None and any(
            at < until and (key is None or key == seen) for until, key in self.earlier
        )


@dataclass(slots=True)
class KnownInstance:
    """An instance as last seen.

    Attributes:
        is_gone: Whether it was deactivated.
        is_renamed: Whether its name was set and not seen since.
    """

    instance: dict[str, Any]
    is_current: bool = False
    is_gone: bool = False
    is_renamed: bool = False


class _Recent(OrderedDict[str, _T], Generic[_T]):
    """A mapping that forgets what was not set for longest."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size

    def put(self, name: str, value: _T) -> None:
        """Set a value and forget the oldest if there are too many."""
        self[name] = value
        self.move_to_end(name)
        if len(self) > self._size:
            self.popitem(last=False)


@dataclass
class World:
    """The state that the exchanges so far establish.

    Attributes:
        ledger: Receives the findings.
        learn: Receives the values that the report must mask.
        is_complete: Whether the recording contains every request to its keys.
        keys: The keys by id.
        ids: The ids of the keys by key string.
        instances: The instances by id.
    """

    ledger: Ledger
    learn: Callable[[Any], None]
    is_complete: bool = False
    keys: "_Recent[KnownKey]" = field(default_factory=lambda: _Recent(_MOST_KEYS))
    ids: "_Recent[str]" = field(default_factory=lambda: _Recent(_MOST_KEYS))
    instances: "_Recent[KnownInstance]" = field(default_factory=lambda: _Recent(_MOST_INSTANCES))

    def forget(self) -> None:
        """Regard the state of everything as unknown. What never changes stays known."""
        for key in self.keys.values():
            key.is_current = False
            key.repeated = None
        for instance in self.instances.values():
            instance.is_current = False

    def forget_key(self, key_id: str) -> None:
        """Regard the state of a key as unknown."""
        known = self.keys.get(key_id)
        if known is not None:
            known.is_current = False
            known.repeated = None

    def key_of(self, license_key: Any) -> KnownKey | None:
        """The key with a key string, None if it is not known."""
        key_id = self.ids.get(license_key) if isinstance(license_key, str) else None
        return self.keys.get(key_id) if key_id is not None else None

    def check(
        self, rule_id: str, exchange: RecordedExchange, holds: bool, expected: str, seen: str = ""
    ) -> None:
        """Add whether an exchange keeps a rule."""
        if holds:
            finding = holding(rule_id)
        else:
            finding = Finding(rule_id, False, expected, seen or exchange.summary)
        self.ledger.add((finding,), exchange)


def is_hidden(value: Any) -> bool:
    """Whether a recording of this project hides a value, such as an id sent as a license key."""
    return isinstance(value, str) and value.startswith(PREFIX)


def can_be_equal(one: Any, other: Any) -> bool:
    """Whether two values are equal, or a recording hides one of them."""
    return bool(one == other) or is_hidden(one) != is_hidden(other)


def instant_of(seconds: float) -> datetime:
    """Convert seconds since 1970 to a UTC datetime."""
    return datetime.fromtimestamp(seconds, UTC)


def can_expire_between(key: Key, earlier: float, later: float) -> bool:
    """Whether a key can expire between two times by a clock that differs by up to a day."""
    expires_at = parse_instant(key.get("expires_at"))
    if expires_at is None:
        return False
    return earlier - CLOCK_MARGIN <= expires_at.timestamp() <= later + CLOCK_MARGIN
