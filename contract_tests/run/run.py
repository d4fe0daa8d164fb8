"""One run: prepare the account, run the checks, restore every key, return the verdict."""

import contextlib
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from dodo_license_recording import HarWriter

from ..account.account import Account, now
from ..account.backup import Backup
from ..account.journal import Journal
from ..account.journal_directory import journal_for
from ..account.locks import locked
from ..account.restore import Failure
from ..account.writes import Writes
from ..contract.selection import excluded_by
from ..contract.specification import Specification
from ..errors import CannotRunError, ForeignChangeError
from ..judge import known_violations
from ..judge.baseline import drift, load
from ..judge.history import CheckRun
from ..judge.verdict import Verdict
from ..options import Options
from ..report.redaction import Redactor
from ..transport.guard import MARKER, Guard
from ..transport.guarded_transport import (
    DEFAULT_LIMITS,
    LIVE_LIMITS,
    GuardedTransport,
    Limits,
)
from ..transport.rate_limiter import LIMITS, RateLimiter
from .budget import budget_of, reserve_of
from .checks_runner import run_checks
from .interrupts import INTERRUPTS
from .plugin import Plugin
from .preflight import prepare
from .progress import Progress
from .recorder import Recorder
from .target import Target


class Run:
    """A run of the suite on one target.

    Args:
        target: The API under test.
        specification: The contract.
        options: The settings of the run.
        limits: How much the suite waits for and reads from the target, None for the limits of the
            profile.

    Raises:
        CannotRunError: The baseline or the known violations cannot be read, a pattern matches no
            rule, the journal cannot be created, or the budget is too small.
    """

    def __init__(
        self,
        target: Target,
        specification: Specification,
        options: Options,
        limits: Limits | None = None,
    ) -> None:
        self._target = target
        self._specification = specification
        self._options = options
        self._baseline = load(options.baseline) if options.baseline else None
        self._har = _har(options.record) if options.record else None
        self._known = (
            known_violations.load(options.known_violations) if options.known_violations else {}
        )
        self._recorder = Recorder(
            specification,
            options.max_response_time,
            target.token,
            excluded_by(options.rules) if options.rules else (),
            self._har,
        )
        guard = Guard(target.key_ids, target.base_url)
        self._transport = GuardedTransport(
            target.transport,
            guard,
            RateLimiter(() if target.is_local else LIMITS),
            self._recorder.record,
            budget_of(target, options),
            limits or (LIVE_LIMITS if options.profile == "live" else DEFAULT_LIMITS),
            lambda: reserve_of(self._backup),
        )
        marker = f"{MARKER}-{secrets.token_hex(4)}"
        self._account = Account(
            self._transport,
            guard,
            target.base_url,
            target.token,
            self._recorder.ledger,
            marker,
            is_shared=not target.is_disposable,
        )
        self._journal = None if target.is_disposable else _journal(target, options)
        self._backup: Backup | None = None
        if self._journal is not None:
            writes = Writes()
            self._transport.observers.append(writes)
            self._backup = Backup(target.base_url, marker, self._journal, guard, writes)

    @property
    def redactor(self) -> Redactor:
        """Knows every secret in the exchanges of the run."""
        return self._recorder.redactor

    def verdict(self, progress: Progress) -> Verdict:
        """Run every check, restore the keys and return the verdict.

        Raises:
            CannotRunError: The target cannot be reached or rejects the token or a key id, an
                earlier run did not restore its keys, another run uses a key, or the journal cannot
                be written.
        """
        started = time.monotonic()
        with self._locked():
            if self._journal is not None:
                self._journal.check_no_pending()
            plugin = Plugin(
                self._account,
                self._recorder.ledger,
                self._recorder.observations,
                self._specification,
                progress,
                full=self._options.profile == "full",
                budget=budget_of(self._target, self._options),
                history=self._baseline["history"] if self._baseline else {},
            )
            failures: list[Failure] = []
            with self._restoring(progress, failures):
                self._prepare(progress)
                run_checks(plugin)
        verdict = Verdict(
            target=self._target.name,
            specification=(self._specification.version, self._specification.sha256),
            requests=self._transport.requests,
            seconds=time.monotonic() - started,
            keys=len(self._account.keys),
            entries=tuple(self._recorder.ledger.entries.values()),
            ended_early=plugin.ended_early,
            not_restored=tuple(each.what for each in failures),
            disturbed=_disturbed(plugin, failures) or self._account.other_runs.sign,
            strict=self._options.strict,
            timings=tuple(self._recorder.timings),
            observed=dict(self._recorder.observations.seen),
            known=self._known,
            checks=tuple(self._checks(plugin)),
            checked_at=self._checked_at(),
        )
        changes = drift(self._baseline, verdict) if self._baseline else ()
        return replace(verdict, drift=tuple(changes))

    def _checks(self, plugin: Plugin) -> Iterable[CheckRun]:
        """The last run of each check; a check that an earlier run has tested is carried over."""
        history = self._baseline["history"] if self._baseline else {}
        return {**history, **{each.name: each for each in plugin.checks}}.values()

    def _checked_at(self) -> dict[str, tuple[str, str]]:
        """When each rule was last checked, and its status then."""
        earlier = self._baseline["checked_at"] if self._baseline else {}
        at = now().strftime("%Y-%m-%dT%H:%M:%SZ")
        entries = self._recorder.ledger.entries
        tonight = {name: (at, entry.status) for name, entry in entries.items() if entry.checked}
        return {**earlier, **tonight}

    @contextmanager
    def _locked(self) -> Iterator[None]:
        if self._journal is None:
            yield
        else:
            with locked(self._target.base_url, self._target.key_ids, self._journal.path):
                yield

    def _prepare(self, progress: Progress) -> None:
        create_for = self._options.create_keys
        prepare(self._target, self._account, self._recorder.ledger, create_for, self._backup)
        if self._journal is not None and self._account.keys:
            progress.note(f"the state of the keys is saved in {self._journal.path}")

    @contextmanager
    def _restoring(self, progress: Progress, failures: list[Failure]) -> Iterator[None]:
        """Restore every key at the end, whatever ends the run, and add what fails to a list."""
        if self._journal is not None:
            INTERRUPTS.protect(self._journal.restore_command)
        try:
            yield
        finally:
            INTERRUPTS.start_restoring()
            # A terminal that is closed must not keep the keys changed.
            with contextlib.suppress(OSError):
                progress.close()
            if self._backup is not None and not self._backup.is_empty:
                self._restore(self._backup, progress, failures)
            INTERRUPTS.release()
            if self._har is not None:
                self._har.close()

    def _restore(self, backup: Backup, progress: Progress, failures: list[Failure]) -> None:
        self._transport.start_restoring()
        self._account.lag.be_patient()
        failures += backup.restore(self._account, overwrite=self._account.has_faults)
        with contextlib.suppress(OSError):
            for each in failures:
                what, reason = (self.redactor.text(text) for text in (each.what, each.reason))
                progress.note(f"{what} was not restored: {reason}")
            if failures and self._journal is not None:
                progress.note(f"to restore the keys, run {self._journal.restore_command}")


def _har(path: Path) -> HarWriter:
    """Create the recording of a run, which has its keys to itself."""
    try:
        return HarWriter(path, complete=True)
    except OSError as error:
        raise CannotRunError(f"--record {path} cannot be written: {error.strerror}") from error


def _journal(target: Target, options: Options) -> Journal:
    if options.journal is not None:
        return Journal(options.journal, target.token)
    return journal_for(target.base_url, target.key_ids, target.token)


def _disturbed(plugin: Plugin, failures: list[Failure]) -> str | None:
    """Why the findings may be those of another program, None if they are not."""
    if isinstance(plugin.stopped_by, ForeignChangeError):
        return str(plugin.stopped_by)
    foreign = [each.what for each in failures if each.is_foreign]
    return f"another program changed {', '.join(foreign)} during the run" if foreign else None
