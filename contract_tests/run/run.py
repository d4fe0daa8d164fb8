"""One run: prepare the account, run the checks, put every key back, return the verdict."""

import secrets
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from dodo_license_recording import HarWriter

from ..account.account import Account
from ..account.backup import Backup
from ..account.journal import Journal
from ..account.journal_directory import journal_for
from ..contract.specification import Specification
from ..errors import CannotRunError
from ..judge.baseline import drift, load
from ..judge.patch_checks import Key
from ..judge.verdict import Verdict
from ..options import Options
from ..report.redaction import Redactor
from ..transport.guard import MARKER, Guard
from ..transport.guarded_transport import DEFAULT_LIMITS, GuardedTransport, Limits
from ..transport.rate_limiter import LIMITS, RateLimiter
from .budget import budget_of_checks
from .checks_runner import run_checks
from .plugin import Plugin
from .preflight import final_states, prepare
from .progress import Progress
from .recorder import Recorder
from .target import Target


class Run:
    """A run of the suite on one target.

    Args:
        target: The API under test.
        specification: The contract.
        options: The settings of the run.
        limits: How much the suite waits for and reads from the target.

    Raises:
        CannotRunError: The baseline cannot be read, or the journal cannot be created.
    """

    def __init__(
        self,
        target: Target,
        specification: Specification,
        options: Options,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self._target = target
        self._specification = specification
        self._options = options
        self._baseline = load(options.baseline) if options.baseline else None
        self._har = _har(options.record) if options.record else None
        self._recorder = Recorder(specification, options.max_response_time, target.token, self._har)
        guard = Guard(target.key_ids)
        self._transport = GuardedTransport(
            target.transport,
            guard,
            RateLimiter(() if target.is_local else LIMITS),
            self._recorder.record,
            budget_of_checks(target, options),
            limits,
        )
        marker = f"{MARKER}-{secrets.token_hex(4)}"
        self._account = Account(
            self._transport, guard, target.base_url, target.token, self._recorder.ledger, marker
        )
        self._journal = None if target.is_disposable else _journal(target, options)
        self._backup = (
            None if self._journal is None else Backup(target.base_url, marker, self._journal)
        )

    @property
    def redactor(self) -> Redactor:
        """Knows every secret in the exchanges of the run."""
        return self._recorder.redactor

    def verdict(self, progress: Progress) -> Verdict:
        """Run every check, put the keys back and return the verdict.

        Raises:
            CannotRunError: The target cannot be reached or rejects the token or a key id, an
                earlier run did not put its keys back, or the journal cannot be written.
        """
        started = time.monotonic()
        if self._journal is not None:
            self._journal.check_no_pending()
        plugin = Plugin(
            self._account,
            self._recorder.ledger,
            self._specification,
            progress,
            full=self._options.profile == "full",
        )
        try:
            create_for = self._options.create_keys
            prepare(self._target, self._account, self._recorder.ledger, create_for, self._save)
            if self._journal is not None and self._account.keys:
                progress.note(f"the state of the keys is saved in {self._journal.path}")
            run_checks(plugin)
        finally:
            progress.close()
            not_restored = self._restore()
            if self._har is not None:
                self._har.close()
        verdict = Verdict(
            target=self._target.name,
            specification=(self._specification.version, self._specification.sha256),
            requests=self._transport.requests,
            seconds=time.monotonic() - started,
            keys=len(self._account.keys),
            entries=tuple(self._recorder.ledger.entries.values()),
            ended_early=plugin.ended_early,
            not_restored=not_restored,
            strict=self._options.strict,
            timings=tuple(self._recorder.timings),
            observed=dict(self._recorder.observations.seen),
        )
        changes = drift(self._baseline, verdict) if self._baseline else ()
        return replace(verdict, drift=tuple(changes))

    def _save(self, keys: Iterable[Key]) -> None:
        if self._backup is not None:
            self._backup.save(keys)

    def _restore(self) -> tuple[str, ...]:
        """Put every key back and disable those that the run created; return the ids of failures."""
        if self._backup is None:
            return ()
        self._transport.start_restoring()
        self._backup.save(final_states(self._account))
        return self._backup.restore(self._account)


def _har(path: Path) -> HarWriter:
    """Create the recording of a run, which has its keys to itself."""
    try:
        return HarWriter(path, complete=True)
    except OSError as error:
        raise CannotRunError(f"--record {path} cannot be written: {error.strerror}") from error


def _journal(target: Target, options: Options) -> Journal:
    if options.journal is not None:
        return Journal(options.journal)
    return journal_for(target.base_url, target.key_ids)
