"""The file that remembers how every key was, so that it can be put back after any kind of end."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..errors import CannotRunError
from ..judge.patch_checks import Key


@dataclass(frozen=True)
class SavedKey:
    """What a run can change of a key, and which API the key belongs to.

    Attributes:
        marker: Begins the name of every instance that the run makes of the key.
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
        """Take what matters from a key as the API shows it."""
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
        """The PATCH that brings the key back."""
        body = {
            "activations_limit": self.activations_limit,
            "disabled": self.status == "disabled",
        }
        return body if self.on_subscription else {**body, "expires_at": self.expires_at}


class Journal:
    """A file of JSON lines, one for a key that was saved and one for a key that was put back.

    Every line is on the disk before the call that writes it returns. No license key string, no
    customer and no token goes into it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def begin(self) -> None:
        """See that no earlier run left keys to put back.

        Raises:
            CannotRunError: One did.
        """
        if self._path.exists() and self.pending():
            raise CannotRunError(
                f"{self._path} has keys that an earlier run did not put back: "
                f"run python -m contract_tests restore --journal {self._path}"
            )

    def save(self, keys: Iterable[SavedKey]) -> None:
        """Write down how keys are.

        Raises:
            CannotRunError: The file cannot be written.
        """
        self._write({"saved": asdict(key)} for key in keys)

    def close(self, key_id: str) -> None:
        """Write down that a key was put back."""
        self._write([{"restored": key_id}])

    def pending(self) -> list[SavedKey]:
        """Read which keys are still to be put back.

        Raises:
            CannotRunError: The file cannot be read or is no journal.
        """
        pending: dict[str, SavedKey] = {}
        try:
            # A line that was cut off by a crash was never acted on.
            for line in self._path.read_bytes().split(b"\n")[:-1]:
                entry = json.loads(line)
                if "saved" in entry:
                    pending[entry["saved"]["id"]] = SavedKey(**entry["saved"])
                else:
                    pending.pop(entry["restored"], None)
        except OSError as error:
            raise CannotRunError(f"{self._path} cannot be read: {error.strerror}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise CannotRunError(f"{self._path} is no journal of a run") from error
        return list(pending.values())

    def _write(self, entries: Iterable[dict[str, Any]]) -> None:
        text = "".join(json.dumps(entry) + "\n" for entry in entries)
        try:
            with self._path.open("a+b") as file:
                file.seek(0)
                # A crash may have cut off the last line.
                file.truncate(file.read().rfind(b"\n") + 1)
                file.write(text.encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise CannotRunError(f"{self._path} cannot be written: {error.strerror}") from error
