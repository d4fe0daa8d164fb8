"""The command `restore`: restores the keys of journals that earlier runs left behind."""

import sys
from collections.abc import Sequence

from ..account.journal import Contents, Journal
from ..account.journal_directory import all_journals, directory
from ..account.locks import locked
from ..account.restore import Restorer
from ..account.saved_key import Saved, SavedKey
from ..address import origin
from ..errors import CannotRunError
from ..report.redaction import Redactor
from ..transport.deadline_transport import DeadlineTransport
from ..transport.guard import Guard
from ..transport.guarded_transport import DEFAULT_LIMITS, GuardedTransport
from ..transport.rate_limiter import RateLimiter
from ..transport.requester import Requester
from .interrupts import INTERRUPTS
from .restore_options import RestoreOptions

RESTORED, NOT_RESTORED = 0, 2


def restore_journals(options: RestoreOptions, name: str) -> int:
    """Restore the keys of one journal or of all of them, and print a sentence about each.

    Args:
        options: The settings.
        name: The name of the program in messages.

    Returns:
        The exit code: 0 if every key is as before its run, 2 if not.

    Raises:
        CannotRunError: The journal that the options name cannot be used.
    """
    if options.journal is not None:
        journal = Journal(options.journal, options.token, options.previous_token)
        return _restore(journal, options, name, is_named=True)
    codes = []
    for journal in all_journals(options.token, options.previous_token):
        try:
            contents = journal.read()
            if contents.pending or not contents.is_complete:
                codes.append(_restore(journal, options, name, is_named=False))
        except CannotRunError as error:
            # One damaged file must not keep the keys of the others changed.
            _complain(name, str(error))
            codes.append(NOT_RESTORED)
    if not codes:
        print(f"{directory()}: no keys to restore")
    return max(codes, default=RESTORED)


def _restore(journal: Journal, options: RestoreOptions, name: str, *, is_named: bool) -> int:
    contents = journal.read()
    INTERRUPTS.protect(journal.restore_command)
    INTERRUPTS.start_restoring()
    sentences = []
    restored = 0
    for base_url in dict.fromkeys(each.base_url for each in contents.pending):
        of_target = [each for each in contents.pending if each.base_url == base_url]
        if options.base_url is not None and origin(base_url) != origin(options.base_url):
            if is_named:
                sentences.append(f"its keys belong to {base_url}, not to {options.base_url}")
            continue
        chosen = [each for each in of_target if _is_chosen(each, options.key_ids)]
        with locked(base_url, {each.id for each in chosen}, journal.path):
            failures = _restore_target(journal, base_url, chosen, options.token)
        restored += len(chosen) - len(failures)
        sentences += failures
    sentences += _unmatched(contents, options.key_ids) if is_named else []
    if not contents.is_complete:
        _complain(name, journal.incomplete)
    INTERRUPTS.release()
    redactor = Redactor(options.token)
    for sentence in sentences:
        _complain(name, redactor.text(f"{journal.path}: {sentence}"))
    if sentences:
        _complain(name, f"once this is fixed, run {journal.restore_command}")
    if restored or not sentences:
        print(f"{journal.path}: {restored} keys were restored")
    return NOT_RESTORED if sentences or not contents.is_complete else RESTORED


def _restore_target(
    journal: Journal, base_url: str, saved: Sequence[Saved], token: str
) -> list[str]:
    """Restore keys of one target and return a sentence about each failure."""
    with DeadlineTransport(DEFAULT_LIMITS.seconds) as inner:
        guard = Guard((each.id for each in saved if isinstance(each, SavedKey)), base_url)
        transport = GuardedTransport(inner, guard, RateLimiter())
        restorer = Restorer(Requester(transport, base_url, token), guard, journal)
        return [
            f"these keys could not be restored: {each.what}: {each.reason}"
            for each in restorer.restore(saved)
        ]


def _is_chosen(saved: Saved, key_ids: Sequence[str]) -> bool:
    return not key_ids or saved.id in key_ids


def _unmatched(contents: Contents, key_ids: Sequence[str]) -> list[str]:
    """What differs between the keys that are named and those in the journal."""
    if not key_ids:
        return []
    pending = {each.id for each in contents.pending}
    others = sorted(pending - set(key_ids))
    unknown = sorted(set(key_ids) - pending - contents.closed)
    sentences = [f"it also has {', '.join(others)}, which --key-id does not name"] if others else []
    if unknown:
        sentences.append(f"it does not have {', '.join(unknown)}: check --key-id")
    return sentences


def _complain(name: str, sentence: str) -> None:
    print(f"{name}: {sentence}", file=sys.stderr)
