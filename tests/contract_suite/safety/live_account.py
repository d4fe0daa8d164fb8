"""Runs of the real command on an account, and what must be true after them."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.contract_suite.safety.account_server import Account, Call
from tests.contract_suite.safety.commands import Ended, Forked, ForkServer, environment

MARKER = "contracttest"


@dataclass
class LiveAccount:
    """An account that a run must leave as it was.

    Attributes:
        before: The keys and instances before the first run.
    """

    account: Account
    base_url: str
    folder: Path
    forks: ForkServer
    before: Any = field(init=False)

    def __post_init__(self) -> None:
        self.before = self.account.state()

    @property
    def named(self) -> list[str]:
        return [each for each in self.account.keys if each.startswith("lic_named")]

    @property
    def journals(self) -> list[Path]:
        return sorted(self.folder.glob("dodo-license-keys/journals/*.jsonl"))

    def start(self, *arguments: str, **more: Any) -> Forked:
        """Start a run in the profile `live`, unless the arguments name another command."""
        is_restore = arguments[:1] == ("restore",)
        given = arguments if is_restore else ("--base-url", self.base_url, *_live(arguments))
        names = () if is_restore else more.pop("key_ids", self.named)
        variables = environment(self.folder, more.pop("token", self.account.token), names)
        variables |= more.pop("variables", {})
        return self.forks.start(self.folder, given, variables, **more)

    def run(self, *arguments: str, **more: Any) -> Ended:
        return self.start(*arguments, **more).wait()

    def restore(self, *arguments: str, **more: Any) -> Ended:
        return self.run("restore", *arguments, **more)

    def kill_after_writes(self, count: int, *arguments: str, **more: Any) -> Ended:
        """Start a run and kill it once it has changed keys so often."""
        killed: list[Forked] = []

        def kill(call: Call) -> None:
            if call.is_write and len(self.writes) >= count and killed:
                killed[0].signal(9)

        self.account.after = kill
        killed.append(self.start(*arguments, **more))
        ended = killed[0].wait()
        self.account.after = lambda _: None
        return ended

    @property
    def writes(self) -> list[Call]:
        return [each for each in self.account.log if each.is_write]

    @property
    def is_as_before(self) -> bool:
        return bool(self.account.state() == self.before)

    @property
    def changed(self) -> list[str]:
        """Ids of the keys that are not as before."""
        keys, instances = self.before
        now, active = self.account.state()
        changed = {key_id for key_id, key in now.items() if keys.get(key_id, _disabled(key)) != key}
        changed |= {each["license_key_id"] for each in instances + active if each not in instances}
        return sorted(changed)

    def check_allowlist(self) -> None:
        """No write names a key, an instance or a customer that the run may not change."""
        own_keys = {self.account.keys[each]["key"] for each in self.named}
        created = [each for each in self.account.keys if each.startswith("lic_created")]
        for call in self.writes:
            collection, _, last = call.path.strip("/").partition("/")
            if collection == "license_keys" and last:
                assert last in self.named + created or MARKER in last, call
            if collection == "licenses":
                keys = re.findall(rb'"license_key": "([^"]*)"', call.body)
                assert all(each.decode() in own_keys or b"contracttest" in each for each in keys)


def is_restoring(live: LiveAccount, call: Call) -> bool:
    """Whether a request puts a key back: it sets all that a run can change, as it was before."""
    if call.method != "PATCH" or not call.body.startswith(b'{"activations_limit"'):
        return False
    key = live.before[0].get(call.path.rpartition("/")[2])
    body = json.loads(call.body)
    names = {"activations_limit", "disabled"} | (set() if key is None else {"expires_at"})
    return (
        key is not None
        and set(body) >= names - {"expires_at"}
        and all(body[name] == key[name] for name in body)
        and len(body) >= (2 if key["subscription_id"] else 3)
    )


def _live(arguments: tuple[str, ...]) -> tuple[str, ...]:
    return arguments if "--profile" in arguments else ("--profile", "live", *arguments)


def _disabled(key: dict[str, Any]) -> dict[str, Any] | None:
    """A key that a run created may only remain disabled."""
    return key if key["disabled"] and key["key"].startswith(MARKER) else None
