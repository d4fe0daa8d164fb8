"""One run: prepare, let pytest work through the checks, put every key back, judge."""

import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from contract_tests import conformance
from contract_tests.account import Account
from contract_tests.errors import CannotRunError
from contract_tests.exchange import Exchange
from contract_tests.gate import Gate, UnreachableError
from contract_tests.guard import Guard
from contract_tests.ledger import Ledger
from contract_tests.options import TOKEN_VARIABLE
from contract_tests.pace import LIMITS, Pace
from contract_tests.plugin import Plugin, Progress
from contract_tests.redaction import Redactor
from contract_tests.specification import Specification
from contract_tests.target import Target
from contract_tests.verdict import Verdict

_FOLDER = Path(__file__).parent
_CHECKS = (
    "test_patch_table.py",
    "test_keys.py",
    "test_authorization.py",
    "test_bodies.py",
    "test_lists.py",
    "test_sequences.py",
    "test_schema.py",
)


class Run:
    """A run of the suite on one target.

    Attributes:
        redactor: Knows every secret that the run has met.
    """

    def __init__(self, target: Target, specification: Specification) -> None:
        self.redactor = Redactor([target.token])
        self.specification = specification
        self.target = target
        self.ledger = Ledger()
        limits = () if target.is_local else LIMITS
        self.gate = Gate(target.transport, Guard(list(target.key_ids)), Pace(limits), self._record)
        self.account = Account(self.gate, target.base_url, target.token, self.ledger)

    def verdict(self, progress: Progress) -> Verdict:
        """Work through every check and return the verdict.

        Raises:
            CannotRunError: The target cannot be reached, or it refuses the token or a key id.
        """
        started = time.monotonic()
        self._meet()
        plugin = Plugin(self.account, self.ledger, self.specification, progress)
        try:
            _pytest(plugin)
        finally:
            progress.close()
            not_restored = self._restore()
        return Verdict(
            target=self.target.name,
            specification=(self.specification.version, self.specification.sha256),
            requests=self.gate.requests,
            seconds=time.monotonic() - started,
            entries=tuple(self.ledger.entries.values()),
            ended_early=plugin.ended_early,
            not_restored=tuple(not_restored),
        )

    def _meet(self) -> None:
        """See that the target answers, takes the token and knows the keys."""
        try:
            if not self.target.key_ids:
                self._admit(self.account.send("GET", "/license_keys?page_size=1"))
            for key_id in self.target.key_ids:
                exchange = self.account.send("GET", f"/license_keys/{key_id}")
                self._admit(exchange)
                if exchange.status == 404:
                    raise CannotRunError(f"{self.target.name} has no key {key_id}: mend --key-id")
                if exchange.item.get("id") == key_id:
                    self.account.adopt(exchange.item)
                    self.gate.guard.license_keys.add(str(exchange.item.get("key")))
        except UnreachableError as error:
            raise CannotRunError(f"{error}: start it or mend --base-url") from error

    def _admit(self, exchange: Exchange) -> None:
        if exchange.status == 401:
            raise CannotRunError(f"{self.target.name} refuses the token: mend {TOKEN_VARIABLE}")

    def _record(self, exchange: Exchange) -> None:
        self.redactor.learn(exchange.json)
        self.ledger.requests = self.gate.requests
        self.ledger.add(conformance.judge(exchange, self.specification, 5.0), exchange)

    def _restore(self) -> Iterable[str]:
        self.gate.budget = None
        try:
            return list(self.account.restore())
        except UnreachableError:
            return list(self.account.keys)


def _pytest(plugin: Plugin) -> None:
    arguments = [
        *(str(_FOLDER / name) for name in _CHECKS),
        f"--config-file={_FOLDER / 'pytest.ini'}",
        f"--rootdir={_FOLDER}",
        "--capture=no",
    ]
    for name in ("terminal", "cacheprovider", "logging", "faulthandler", "warnings", "xdist"):
        arguments += ["-p", f"no:{name}"]
    code = pytest.main(arguments, plugins=[plugin])
    if code in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR):
        raise RuntimeError(f"pytest ended with {code!r}")
