"""One run: prepare, let pytest work through the checks, put every key back, judge."""

import secrets
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from ..account.account import Account
from ..account.journal import Journal, SavedKey
from ..account.restore import REQUESTS_TO_RESTORE, restore
from ..contract.specification import Specification
from ..errors import CannotRunError, UnreachableError
from ..judge import conformance
from ..judge.baseline import drift, load
from ..judge.ledger import Ledger
from ..judge.observations import Observations
from ..judge.patch_checks import Key
from ..judge.verdict import Timing, Verdict
from ..options import TOKEN_VARIABLE, Options, Profile
from ..report.redaction import Redactor
from ..transport.exchange import Exchange
from ..transport.guard import MARKER, Guard
from ..transport.guarded_transport import DEFAULT_LIMITS, Gate, Limits
from ..transport.rate_limiter import LIMITS, Pace
from .plugin import Plugin, Progress
from .target import Target

_FOLDER = Path(__file__).parents[1] / "checks"
_MADE_KEYS = 2
# The run prints for itself, and neither its outcome nor its warnings are pytest's to tell.
_UNNEEDED_PLUGINS = (
    "terminal",
    "cacheprovider",
    "logging",
    "faulthandler",
    "warnings",
    "unraisableexception",
    "threadexception",
)
# What a shell sets for another pytest is not for this one.
_FOREIGN_SETTINGS = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")
_RULES = (
    "test_patch_cases.py",
    "test_keys.py",
    "test_authorization.py",
    "test_bodies.py",
    "test_lists.py",
    "test_activations.py",
    "test_licenses.py",
    "test_instances.py",
    "test_create.py",
)
_CHECKS: dict[Profile, tuple[str, ...]] = {
    "live": _RULES,
    "quick": _RULES,
    "full": (*_RULES, "test_client.py", "test_sequences.py", "test_schema.py"),
}


class Run:
    """A run of the suite on one target.

    Attributes:
        redactor: Knows every secret that the run has met.
    """

    def __init__(
        self,
        target: Target,
        specification: Specification,
        options: Options,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self.redactor = Redactor(target.token)
        self.ledger = Ledger()
        self._options = options
        self._specification = specification
        self._target = target
        self._marker = f"{MARKER}-{secrets.token_hex(4)}"
        self._saved: list[SavedKey] = []
        self._baseline = load(options.baseline) if options.baseline else None
        self._observations = Observations(specification)
        self._timings: list[Timing] = []
        self._journal = None if target.is_disposable else Journal(options.journal)
        self._gate = Gate(
            target.transport,
            Guard(target.key_ids),
            Pace(() if target.is_local else LIMITS),
            self._record,
            self._budget(),
            limits,
        )
        self._account = Account(
            self._gate, target.base_url, target.token, self.ledger, self._marker
        )

    def verdict(self, progress: Progress) -> Verdict:
        """Work through every check, put the keys back and return the verdict.

        Raises:
            CannotRunError: The target cannot be reached, it refuses the token or a key id, or the
                journal cannot be written.
        """
        started = time.monotonic()
        if self._journal is not None:
            self._journal.begin()
        plugin = Plugin(self._account, self.ledger, self._specification, progress)
        try:
            self._meet()
            _pytest(_CHECKS[self._options.profile], plugin)
        finally:
            progress.close()
            not_restored = self._restore()
        verdict = Verdict(
            target=self._target.name,
            specification=(self._specification.version, self._specification.sha256),
            requests=self._gate.requests,
            seconds=time.monotonic() - started,
            keys=len(self._account.keys),
            entries=tuple(self.ledger.entries.values()),
            ended_early=plugin.ended_early,
            not_restored=not_restored,
            strict=self._options.strict,
            timings=tuple(self._timings),
            observed=dict(self._observations.seen),
        )
        changes = drift(self._baseline, verdict) if self._baseline else ()
        return replace(verdict, drift=tuple(changes))

    def _budget(self) -> int | None:
        """How many requests the checks may send, so that enough are left to put the keys back."""
        if self._options.profile != "live":
            return None
        keys = len(self._target.key_ids) + (_MADE_KEYS if self._options.create_keys else 0)
        reserve = 0 if self._target.is_disposable else REQUESTS_TO_RESTORE * keys
        return max(self._options.budget - reserve, 1)

    def _meet(self) -> None:
        """See that the target answers, takes the token and knows the keys, and save these."""
        try:
            if not self._target.key_ids:
                self._admit(self._account.send("GET", "/license_keys?page_size=1"))
            for key_id in self._target.key_ids:
                exchange = self._account.send("GET", f"/license_keys/{key_id}")
                self._admit(exchange)
                if exchange.status == 404:
                    raise CannotRunError(f"{self._target.name} has no key {key_id}: mend --key-id")
                found = exchange.item.get("id") == key_id
                self.ledger.judge("get.known-200", exchange, found, "200 with the key")
                if found:
                    self._account.keys[key_id] = exchange.item
            self._save(self._account.keys.values())
            self._may_create()
        except UnreachableError as error:
            raise CannotRunError(f"{error}: start it or mend --base-url") from error

    def _may_create(self) -> None:
        """Settle for whom keys may be made; with leave from the options, make the first ones."""
        account, asked_for = self._account, self._options.create_keys
        known = next(iter(account.keys.values()), {})
        of_mock = str(known.get("customer_id")), str(known.get("product_id"))
        account.create_for = asked_for or (of_mock if self._target.is_disposable else None)
        self._gate.guard.create_for = account.create_for and account.create_for[0]
        if asked_for:
            for number in range(_MADE_KEYS):
                body = {
                    "key": f"{self._marker}-{number}",
                    "customer_id": asked_for[0],
                    "product_id": asked_for[1],
                }
                exchange = account.send("POST", "/license_keys", body)
                if exchange.status != 201 or exchange.item.get("key") != body["key"]:
                    raise CannotRunError(
                        f"{self._target.name} makes no key, but answers {exchange.summary}:"
                        " mend --create-keys"
                    )
                account.adopt(exchange.item)
            self._save(self._made_keys())

    def _made_keys(self) -> list[Key]:
        """The keys that the run made, as it leaves them: no key can be deleted."""
        return [
            {**self._account.keys[key_id], "status": "disabled"} for key_id in self._account.made
        ]

    def _save(self, keys: Iterable[Key]) -> None:
        saved = [SavedKey.of(key, self._target.base_url, self._marker) for key in keys]
        if self._journal is not None and saved:
            self._journal.save(saved)
        self._saved += saved

    def _admit(self, exchange: Exchange) -> None:
        if exchange.status == 401:
            raise CannotRunError(f"{self._target.name} refuses the token: mend {TOKEN_VARIABLE}")

    def _record(self, exchange: Exchange) -> None:
        self.redactor.learn(exchange.json)
        self._observations.add(exchange)
        operation = self._specification.find(exchange.method, exchange.path)
        name = operation.id if operation else "other"
        self._timings.append(Timing(name, exchange.seconds, exchange.status))
        self.ledger.requests = self._gate.requests
        findings = conformance.judge(exchange, self._specification, self._options.max_response_time)
        self.ledger.add(findings, exchange)

    def _restore(self) -> tuple[str, ...]:
        if self._target.is_disposable:
            return ()
        self._gate.budget = None
        self._gate.lost = 0.0
        saved = {each.id for each in self._saved}
        self._save(key for key in self._made_keys() if key["id"] not in saved)
        return tuple(restore(self._account, self._saved, self._journal))


def _pytest(checks: tuple[str, ...], plugin: Plugin) -> None:
    arguments = [
        *(str(_FOLDER / name) for name in checks),
        f"--config-file={_FOLDER / 'pytest.ini'}",
        f"--rootdir={_FOLDER}",
        "--capture=no",
        "--disable-plugin-autoload",
    ]
    for name in _UNNEEDED_PLUGINS:
        arguments += ["-p", f"no:{name}"]
    with pytest.MonkeyPatch.context() as environment:
        for name in _FOREIGN_SETTINGS:
            environment.delenv(name, raising=False)
        code = pytest.main(arguments, plugins=[plugin])
    if code in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR):
        raise RuntimeError(f"pytest ended with {code!r}")
