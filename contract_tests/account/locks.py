"""Locks that keep two runs of this user from changing the same keys or the same journal."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import filelock

from ..address import origin
from ..errors import CannotRunError
from .journal_directory import create, directory

_FIX = "make it writable or set XDG_STATE_HOME to a directory that is"


@contextmanager
def locked(base_url: str, key_ids: Iterable[str], journal: Path) -> Iterator[None]:
    """Lock keys of a target and a journal. The end of the process releases the locks in any case.

    Args:
        base_url: Scheme, host and port of the target.
        key_ids: Ids of the keys.
        journal: The path of the journal.

    Raises:
        CannotRunError: Another run has one of the locks, or a lock cannot be created.
    """
    server = origin(base_url)
    names = {f"the journal {journal}": str(journal.resolve())}
    names |= {f"the key {each}": f"{server} {each}" for each in sorted(key_ids)}
    folder = create(directory().parent / "locks", _FIX)
    with ExitStack() as held:
        for what, name in names.items():
            path = folder / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.lock"
            try:
                held.enter_context(filelock.FileLock(path, blocking=False))
            except filelock.Timeout as error:
                sentence = f"another run uses {what}: try again when it has ended"
                raise CannotRunError(sentence) from error
            except OSError as error:
                sentence = f"{path} cannot be locked: {error.strerror}; {_FIX}"
                raise CannotRunError(sentence) from error
        yield
