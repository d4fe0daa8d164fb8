"""Tells a fault of the API from a change by another program: a fault can be reproduced."""

import secrets
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Protocol

from ..contract.oracle import parse_instant
from ..errors import BudgetSpentError, ForeignChangeError
from ..judge.ledger import Finding
from ..judge.patch_checks import Key, judge_patch, judge_unchanged
from ..transport.exchange import Exchange
from ..transport.requester import Requester
from .saved_key import SavedKey

_ATTEMPTS = 2
# After so many reproduced faults, further differences are taken for faults without an experiment.
_ENOUGH = 3


class Doubt(Protocol):
    """Is asked before a difference counts as a fault."""

    def confirm_patch(self, before: Key, exchange: Exchange, body: Any, rule: str | None) -> None:
        """Return if the response to a PATCH violates the same rules when it is repeated."""

    def confirm_seen(self, known: Key, exchange: Exchange, rule: str) -> None:
        """Return if a key differs from its last known state again after the same requests."""

    def comes_from(self, source: Key, other_id: str, name: str) -> bool:
        """Whether a new value of one key shows up in another key."""


class Experiment:
    """Repeats the last change of a run and compares what the API shows then.

    Args:
        requester: Sends the requests.
        learn: Is told the new state of a key that an experiment changed.
    """

    def __init__(self, requester: Requester, learn: Callable[[Key], None]) -> None:
        self.reproduced = 0
        self._requester = requester
        self._learn = learn
        self._last: tuple[str, Any] | None = None

    def patched(self, key_id: str, body: Any) -> None:
        """Remember the last PATCH of the run."""
        self._last = (key_id, body)

    def confirm_patch(self, before: Key, exchange: Exchange, body: Any, rule: str | None) -> None:
        """Repeat a PATCH from the state before it.

        Raises:
            ForeignChangeError: The same rules are not violated again.
        """
        broken = _broken(judge_patch(before, body, exchange, datetime.now(UTC), rule))

        def repeated() -> set[str]:
            base = self._put_back(before)
            again = self._patch(before["id"], body)
            return _broken(judge_patch(base, body, again, datetime.now(UTC), rule))

        self._require(before["id"], broken, repeated)

    def confirm_seen(self, known: Key, exchange: Exchange, rule: str) -> None:
        """Repeat the last PATCH and the request that showed the difference.

        Raises:
            ForeignChangeError: The difference does not come back.
        """
        key_id = known["id"]
        broken = _broken(judge_unchanged(known, _find(exchange, key_id), rule))

        def repeated() -> set[str]:
            base = self._put_back(known)
            if self._last is not None:
                patched_id, body = self._last
                response = self._patch(patched_id, body)
                if patched_id == key_id and response.status == 200:
                    base = response.item
            target = exchange.url.raw_path.decode("ascii")
            again = self._requester.send(exchange.method, target)
            return _broken(judge_unchanged(base, _find(again, key_id), rule))

        self._require(key_id, broken, repeated)

    def comes_from(self, source: Key, other_id: str, name: str) -> bool:
        """Write a value that nobody else writes to a key and look for it in the other key."""
        number = 1_000_000 + secrets.randbelow(1_000_000_000)
        moment = datetime.fromtimestamp(2_500_000_000 + number, UTC)
        value = number if name == "activations_limit" else moment.isoformat()
        self._patch(source["id"], {name: value})
        seen = self._requester.send("GET", f"/license_keys/{other_id}").item.get(name)
        self._put_back(source)
        if name == "expires_at":
            return parse_instant(seen) == moment
        return bool(seen == value)

    def _require(self, key_id: str, broken: set[str], repeated: Callable[[], set[str]]) -> None:
        if not broken or self.reproduced >= _ENOUGH:
            return
        try:
            for _ in range(_ATTEMPTS):
                if broken <= repeated():
                    self.reproduced += 1
                    return
        except BudgetSpentError as error:
            raise ForeignChangeError(
                f"{key_id} differs from its last known state, and {error} before it is clear"
                " whether another program changed it"
            ) from error
        raise ForeignChangeError(f"another program changes {key_id} during the run")

    def _put_back(self, known: Key) -> Key:
        response = self._patch(known["id"], SavedKey.of(known, "", "").body)
        return response.item if response.status == 200 else known

    def _patch(self, key_id: str, body: Any) -> Exchange:
        exchange = self._requester.send("PATCH", f"/license_keys/{key_id}", body)
        if exchange.status == 200 and exchange.item.get("id") == key_id:
            self._learn(exchange.item)
        return exchange


def _broken(findings: Iterable[Finding]) -> set[str]:
    return {each.rule_id for each in findings if not each.holds}


def _find(exchange: Exchange, key_id: str) -> Key:
    items = (exchange.item, *exchange.items)
    return next((each for each in items if each.get("id") == key_id), {})
