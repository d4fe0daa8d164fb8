"""A file with the state of the keys before a run: even after a crash they can be put back."""

import json
import os
import shlex
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..errors import CannotRunError
from ..judge.patch_checks import Key
from ..options import COMMAND


@dataclass(frozen=True)
class SavedKey:
    """The part of a key that a run can change, and the API that the key belongs to.

    Attributes:
        marker: The start of the name of every instance that the run creates.
    """

    base_url: str
    id: str
    marker: str
    activations_limit: int | None
    expires_at: str | None
    status: str
    on_subscription: bool

    @classmethod
    def of(cls, key: Key, base_url: str, marker: str) -> "SavedKey":
        """Return the part to save of a key, as the API returned it."""
        return cls(
            base_url=base_url,
            id=key["id"],
            marker=marker,
            activations_limit=key.get("activations_limit"),
            expires_at=key.get("expires_at"),
            status=str(key.get("status")),
            on_subscription=bool(key.get("subscription_id")),
        )

    @property
    def body(self) -> dict[str, Any]:
        """The body of the PATCH that puts the key back."""
        body = {
            "activations_limit": self.activations_limit,
            "disabled": self.status == "disabled",
        }
        return body if self.on_subscription else {**body, "expires_at": self.expires_at}


class Journal:
    """A file of JSON lines: one for each key that was saved, one for each key that was put back.

    Every line is on the disk before the call that writes it returns. The file contains no license
    key string, no customer and no token.

    Attributes:
        path: The file; it is created by the first call that writes.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def check_no_pending(self) -> None:
        """Check that every key of an earlier run was put back.

        Raises:
            CannotRunError: A key was not put back.
        """
        if self.path.exists() and self.pending():
            raise CannotRunError(
                f"{self.path} has keys that an earlier run did not put back: "
                f"run {COMMAND} restore --journal {shlex.quote(str(self.path))}"
            )

    def save(self, keys: Iterable[SavedKey]) -> None:
        """Write the state of keys.

        Raises:
            CannotRunError: The file cannot be written.
        """
        self._write({"saved": asdict(key)} for key in keys)

    def close(self, key_id: str) -> None:
        """Write that a key was put back."""
        self._write([{"restored": key_id}])

    def pending(self) -> list[SavedKey]:
        """Return the keys that were not put back yet.

        Raises:
            CannotRunError: The file cannot be read or is not a journal.
        """
        pending: dict[str, SavedKey] = {}
        try:
            # A line that was cut off by a crash was never acted on.
            for line in self.path.read_bytes().split(b"\n")[:-1]:
                entry = json.loads(line)
                if "saved" in entry:
                    pending[entry["saved"]["id"]] = SavedKey(**entry["saved"])
                else:
                    pending.pop(entry["restored"], None)
        except OSError as error:
            raise CannotRunError(f"{self.path} cannot be read: {error.strerror}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise CannotRunError(f"{self.path} is not a journal of a run") from error
        return list(pending.values())

    def _write(self, entries: Iterable[dict[str, Any]]) -> None:
        text = "".join(json.dumps(entry) + "\n" for entry in entries)
        try:
            with self.path.open("a+b") as file:
                file.seek(0)
                # A crash may have cut off the last line.
                file.truncate(file.read().rfind(b"\n") + 1)
                file.write(text.encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise CannotRunError(f"{self.path} cannot be written: {error.strerror}") from error
