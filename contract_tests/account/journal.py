"""A file with the state of the keys before a run: even after a crash they can be restored."""

import hashlib
import hmac
import json
import os
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import CannotRunError
from ..options import COMMAND, PREVIOUS_TOKEN_VARIABLE
from .saved_key import Creation, Saved, SavedKey

_KINDS: dict[str, Callable[[Mapping[str, Any]], Saved]] = {
    "saved": SavedKey.parse,
    "creating": Creation.parse,
}
_CONTEXT = b"dodo-license-keys journal"


@dataclass(frozen=True)
class Contents:
    """What a journal says.

    Attributes:
        pending: What was not restored yet, the newest run first.
        closed: Ids of the keys that were restored.
        is_complete: Whether no entry is missing at the end.
    """

    pending: tuple[Saved, ...] = ()
    closed: frozenset[str] = frozenset()
    is_complete: bool = True


class Journal:
    """A file of JSON lines: one for each key that was saved, one for each key that was restored.

    Every write replaces the file as a whole and is on the disk before the call returns. Each line
    has a message authentication code (HMAC-SHA256) under a key derived from the token; it covers
    the lines before it. The last line marks the end, so that a missing end is noticed. The file
    contains no license key string and no token.

    Args:
        path: The file; it is created by the first call that writes.
        token: The token of the run.
        previous_token: The token of an earlier run, after it was replaced by `token`.
    """

    def __init__(self, path: Path, token: str, previous_token: str = "") -> None:
        self.path = path
        self._secrets = [_derive(each) for each in (token, previous_token) if each]

    @property
    def restore_command(self) -> str:
        """The command that restores what is pending."""
        return f"{COMMAND} restore --journal {shlex.quote(str(self.path))}"

    def check_no_pending(self) -> None:
        """Check that every key of an earlier run was restored.

        Raises:
            CannotRunError: A key was not restored, or the file is not a complete journal.
        """
        if not self.path.exists():
            return
        contents = self.read()
        if contents.pending:
            raise CannotRunError(
                f"{self.path} has keys that an earlier run did not restore: "
                f"run {self.restore_command}"
            )
        if not contents.is_complete:
            raise CannotRunError(f"{self.incomplete}; delete the file afterwards")

    @property
    def incomplete(self) -> str:
        """The sentence about a journal without an end."""
        return f"{self.path} is incomplete, its end is missing: check the keys of that run by hand"

    def save(self, saved: Iterable[Saved]) -> None:
        """Write the state of keys, or the intent to create keys.

        Raises:
            CannotRunError: The file cannot be written.
        """
        self._append(
            {"creating" if isinstance(each, Creation) else "saved": each.entry} for each in saved
        )

    def close(self, saved: Saved) -> None:
        """Write that a key was restored.

        Raises:
            CannotRunError: The file cannot be written.
        """
        self._append([{"restored": saved.id, "run": saved.marker}])

    def pending(self) -> list[Saved]:
        """Return what was not restored yet, the newest run first.

        Raises:
            CannotRunError: The file cannot be read, is not a journal, or was not written with the
                token.
        """
        return list(self.read().pending)

    def read(self) -> Contents:
        """Return what the journal says.

        Raises:
            CannotRunError: The file cannot be read, is not a journal, or was not written with the
                token.
        """
        lines, is_complete = self._lines()
        entries = [json.loads(line) for line in lines]
        pending: dict[tuple[str, str], Saved] = {}
        closed: set[str] = set()
        for entry in entries:
            try:
                if "restored" in entry:
                    pending.pop((entry["run"], entry["restored"]), None)
                    closed.add(entry["restored"])
                else:
                    ((kind, members),) = ((k, v) for k, v in entry.items() if k != "mac")
                    saved = _KINDS[kind](members)
                    pending.setdefault((saved.marker, saved.id), saved)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise CannotRunError(f"{self.path} is not a journal of a run") from error
        runs = list(dict.fromkeys(run for run, _ in pending))
        ordered = sorted(pending.values(), key=lambda each: -runs.index(each.marker))
        return Contents(tuple(ordered), frozenset(closed), is_complete)

    def _lines(self) -> tuple[list[bytes], bool]:
        """The authentic lines without the mark of the end, and whether the end is there."""
        try:
            *lines, rest = self.path.read_bytes().split(b"\n")
        except OSError as error:
            raise CannotRunError(f"{self.path} cannot be read: {error.strerror}") from error
        authentic = [
            secret
            for secret in self._secrets
            if not lines or _is_authentic(lines[0], b"", secret, self.path)
        ]
        if not authentic:
            raise CannotRunError(
                f"{self.path} was changed, or written with another token: set"
                f" {PREVIOUS_TOKEN_VARIABLE} to the token of the run"
            )
        self._secrets = authentic
        before = b""
        for number, line in enumerate(lines, start=1):
            if not _is_authentic(line, before, self._secrets[0], self.path):
                raise CannotRunError(f"{self.path} was changed after the run: line {number}")
            before = line
        is_complete = not rest and bool(lines) and "end" in json.loads(lines[-1])
        return [each for each in lines if "end" not in json.loads(each)], is_complete

    def _append(self, entries: Iterable[dict[str, Any]]) -> None:
        lines, is_complete = self._lines() if self.path.exists() else ([], True)
        for entry in entries:
            lines.append(self._sealed(entry, lines))
        # An incomplete journal remains so: what is missing cannot come back.
        if is_complete:
            lines.append(self._sealed({"end": len(lines)}, lines))
        path = self.path.resolve()
        try:
            _replace(path, b"".join(line + b"\n" for line in lines))
        except OSError as error:
            raise CannotRunError(f"{self.path} cannot be written: {error.strerror}") from error

    def _sealed(self, entry: dict[str, Any], before: Sequence[bytes]) -> bytes:
        mac = _mac(entry, before[-1] if before else b"", self._secrets[0])
        return json.dumps({**entry, "mac": mac}).encode()


def _derive(token: str) -> bytes:
    return hmac.digest(token.encode(), _CONTEXT, hashlib.sha256)


def _mac(entry: dict[str, Any], before: bytes, secret: bytes) -> str:
    text = before + b"\n" + json.dumps(entry, sort_keys=True).encode()
    return hmac.new(secret, text, hashlib.sha256).hexdigest()


def _is_authentic(line: bytes, before: bytes, secret: bytes, path: Path) -> bool:
    try:
        entry = json.loads(line)
        mac = entry.pop("mac")
        return hmac.compare_digest(mac.encode(), _mac(entry, before, secret).encode())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CannotRunError(f"{path} is not a journal of a run") from error


def _replace(path: Path, content: bytes) -> None:
    """Replace a file at once, so that a crash leaves either the old or the new content."""
    new = path.with_name(f"{path.name}.new")
    try:
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        new.replace(path)
    except OSError:
        new.unlink(missing_ok=True)
        raise
    if hasattr(os, "O_DIRECTORY"):
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
