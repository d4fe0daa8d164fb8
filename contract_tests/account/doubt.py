"""Tells a fault of the API from a change by another program: a fault can be reproduced."""

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import MAXYEAR, UTC, datetime, timedelta
from typing import Any, Protocol

from ..contract.oracle import parse_instant
from ..errors import BudgetSpentError, ForeignChangeError
from ..judge.ledger import Finding
from ..judge.patch_checks import Key, changes, is_same_state, judge_patch, judge_unchanged
from ..transport.exchange import Exchange
from ..transport.requester import Requester
from .saved_key import SavedKey
from .steps import Step, Steps, changeable

_ROUNDS = 2
# After so many reproduced faults, further differences are taken for faults without an experiment.
_ENOUGH = 2
_COUNT_RULE = "patch.frame.instances-count"
_INSTANCES_PAGE = 100
_MARKS = 40_000
_LONGEST_PAUSE = 150  # milliseconds
# More instances than any limit allows.
_MANY = 2**31


class Doubt(Protocol):
    """Is asked before a difference counts as a fault."""

    def confirm_patch(self, before: Key, exchange: Exchange, body: Any, rule: str | None) -> None:
        """Return if no other program can have caused the violations in a response to a PATCH."""

    def confirm_seen(self, known: Key, exchange: Exchange, rule: str) -> None:
        """Return if no other program can have caused the difference from the last known state."""

    def comes_from(self, source: Key, other_id: str, name: str) -> bool:
        """Whether a new value of one key shows up in another key."""

    def patched(self, key_id: str) -> None:
        """Remember that the response to the last PATCH has shown a key."""

    def seen(self, key_id: str) -> None:
        """Remember that a read has shown a key."""


class Experiment:
    """Repeats what the run sent since it last saw a key, and compares what the API shows then.

    A violation counts without an experiment if the response contradicts the request whatever
    state the key was in: then no other program can be the cause.

    Args:
        requester: Sends the requests.
        learn: Is told the new state of a key that an experiment changed.

    Attributes:
        reproduced: How many faults came back.
    """

    def __init__(self, requester: Requester, learn: Callable[[Key], None]) -> None:
        self.reproduced = 0
        self._requester = requester
        self._learn = learn
        self._steps = Steps()
        self._is_running = False

    def sent(
        self, method: str, target: str, arguments: Sequence[Any], options: Mapping[str, Any]
    ) -> None:
        """Remember a request of the run that may change a key."""
        if method == "PATCH" and target.startswith("/license_keys/") and not self._is_running:
            self._steps.add(Step(target, arguments, options))

    def patched(self, key_id: str) -> None:
        """Remember that the response to the last PATCH has shown a key."""
        self._steps.patched(key_id)

    def seen(self, key_id: str) -> None:
        """Remember that a read has shown a key."""
        self._steps.seen(key_id)

    def confirm_patch(self, before: Key, exchange: Exchange, body: Any, rule: str | None) -> None:
        """Repeat a PATCH from the state before it, unless its response contradicts the request.

        Raises:
            ForeignChangeError: The same rules are not violated again.
        """

        def broken_from(state: Key, response: Exchange) -> set[str]:
            return _broken(judge_patch(state, body, response, datetime.now(UTC), rule))

        if all(broken_from(state, exchange) for state in _possible(before, exchange, body)):
            return
        key_id = before["id"]
        causes = self._steps.causes(before, exchange.item, with_last=False)

        def repeated(earlier: Sequence[Step]) -> set[str]:
            base = self._replay(earlier, self._put_back(_marked(before)))
            return broken_from(base, self._patch(key_id, body))

        broken = broken_from(before, exchange)
        if broken == {_COUNT_RULE}:
            self._require(
                key_id, lambda: self._miscounts(lambda: self._patch(key_id, body), key_id)
            )
        else:
            self._require(
                key_id,
                lambda: any(broken == repeated(each) for each in causes) and self._is_quiet(key_id),
            )

    def confirm_seen(self, known: Key, exchange: Exchange, rule: str) -> None:
        """Repeat the last PATCHes and the request that showed the difference.

        Raises:
            ForeignChangeError: The difference does not come back.
        """
        key_id = known["id"]
        seen = _find(exchange, key_id)
        if _broken(judge_unchanged({**known, **changeable(seen)}, seen, rule)):
            return
        causes = self._steps.causes(known, seen, with_last=True)
        target = exchange.url.raw_path.decode("ascii")

        def read() -> Exchange:
            return self._requester.send(exchange.method, target)

        def repeated(steps: Sequence[Step]) -> list[str]:
            base = self._replay(steps, self._put_back(_marked(known)))
            return changes(base, _find(read(), key_id))

        changed = changes(known, seen)
        if not changed:
            self._require(key_id, lambda: self._miscounts(read, key_id))
        else:
            self._require(
                key_id,
                lambda: (
                    any(changed == repeated(each) for each in causes if each)
                    and self._is_quiet(key_id)
                ),
            )

    def comes_from(self, source: Key, other_id: str, name: str) -> bool:
        """Write a value that nobody else writes to a key and look for it in the other key."""
        number = 1_000_000 + secrets.randbelow(1_000_000_000)
        moment = datetime.fromtimestamp(2_500_000_000 + number, UTC)
        value = number if name == "activations_limit" else moment.isoformat()
        with self._running():
            self._patch(source["id"], {name: value})
            seen = self._requester.send("GET", f"/license_keys/{other_id}").item.get(name)
            self._put_back(source)
        if name == "expires_at":
            return parse_instant(seen) == moment
        return bool(seen == value)

    def _require(self, key_id: str, comes_back: Callable[[], bool]) -> None:
        if self.reproduced >= _ENOUGH:
            return
        try:
            with self._running():
                is_fault = all(comes_back() for _ in range(_ROUNDS))
        except BudgetSpentError as error:
            raise ForeignChangeError(
                f"{key_id} differs from its last known state, and {error} before it is clear"
                " whether another program changed it"
            ) from error
        if not is_fault:
            raise ForeignChangeError(f"another program changes {key_id} during the run")
        self.reproduced += 1

    @contextmanager
    def _running(self) -> Iterator[None]:
        """Mark what is sent meanwhile as part of an experiment, not of the run."""
        self._is_running = True
        try:
            yield
        finally:
            self._is_running = False

    def _is_quiet(self, key_id: str) -> bool:
        """Whether a key stays as it is while the run sends no PATCH.

        The pause is random: another run that does the same at the same time falls out of step, so
        that its next PATCH comes in the pause.
        """
        one = self._requester.send("GET", f"/license_keys/{key_id}").item
        time.sleep(secrets.randbelow(_LONGEST_PAUSE) / 1000)
        two = self._requester.send("GET", f"/license_keys/{key_id}").item
        if two.get("id") == key_id:
            # The last PATCH may have changed more than its response shows.
            self._learn(two)
            self.seen(key_id)
        return is_same_state(one, two)

    def _miscounts(self, show: Callable[[], Exchange], key_id: str) -> bool:
        """Whether a response shows another number of instances of a key than their list has."""
        query = f"license_key_id={key_id}&page_size={_INSTANCES_PAGE}"
        listed = self._requester.send("GET", f"/license_key_instances?{query}")
        count = _find(show(), key_id).get("instances_count")
        is_whole = listed.status == 200 and len(listed.items) < _INSTANCES_PAGE
        return is_whole and count != len(listed.items)

    def _replay(self, steps: Iterable[Step], base: Key) -> Key:
        """Send PATCHes again and return the key as the last response shows it."""
        for step in steps:
            response = self._requester.send("PATCH", step.target, *step.arguments, **step.options)
            if response.status == 200 and response.item.get("id") == base["id"]:
                base = response.item
        return base

    def _put_back(self, known: Key) -> Key:
        response = self._patch(known["id"], SavedKey.of(known, "", "").body)
        return response.item if response.status == 200 else known

    def _patch(self, key_id: str, body: Any) -> Exchange:
        exchange = self._requester.send("PATCH", f"/license_keys/{key_id}", body)
        if exchange.status == 200 and exchange.item.get("id") == key_id:
            self._learn(exchange.item)
        return exchange


def _marked(known: Key) -> Key:
    """A key with another expiry, or another limit, that no other program is likely to write.

    Another program that writes the same key while an experiment runs replaces it.
    """
    expiry, limit = parse_instant(known.get("expires_at")), known.get("activations_limit")
    if expiry is not None and expiry > datetime.now(UTC) and not known.get("subscription_id"):
        mark = timedelta(seconds=1 + secrets.randbelow(_MARKS))
        marked = expiry - mark if expiry.year == MAXYEAR else expiry + mark
        return {**known, "expires_at": marked.isoformat()}
    if isinstance(limit, int) and 0 < limit < _MANY - _MARKS:
        return {**known, "activations_limit": limit + 1 + secrets.randbelow(_MARKS)}
    return known


def _possible(before: Key, exchange: Exchange, body: Any) -> list[Key]:
    """The states that a key may have had before a PATCH, given that others may change it."""
    if exchange.status != 200:
        return [before, {**before, "instances_count": _MANY}]
    given = body if isinstance(body, dict) else {}
    shown = changeable(exchange.item)
    if isinstance(given.get("disabled"), bool):
        shown.pop("status", None)
    return [{**before, **{name: shown[name] for name in shown if name not in given}}]


def _broken(findings: Iterable[Finding]) -> set[str]:
    return {each.rule_id for each in findings if not each.holds}


def _find(exchange: Exchange, key_id: str) -> Key:
    items = (exchange.item, *exchange.items)
    return next((each for each in items if each.get("id") == key_id), {})
