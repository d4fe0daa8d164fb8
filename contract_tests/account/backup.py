"""The state of the keys before the run, and putting them back after it."""

from collections.abc import Iterable

from ..judge.patch_checks import Key
from ..transport.requester import Requester
from .journal import Journal, SavedKey
from .restore import restore


class Backup:
    """Saves keys before their first change and puts them back.

    Args:
        base_url: Scheme, host and port of the API that the keys belong to.
        marker: The start of the name of every instance that the run creates.
        journal: The file that the state is written to.
    """

    def __init__(self, base_url: str, marker: str, journal: Journal) -> None:
        self._base_url = base_url
        self._marker = marker
        self._journal = journal
        self._saved: dict[str, SavedKey] = {}

    def save(self, keys: Iterable[Key]) -> None:
        """Save the state of keys, except those that were saved before.

        Raises:
            CannotRunError: The journal cannot be written.
        """
        new = {
            key["id"]: SavedKey.of(key, self._base_url, self._marker)
            for key in keys
            if key["id"] not in self._saved
        }
        if new:
            self._journal.save(new.values())
            self._saved |= new

    def restore(self, requester: Requester) -> tuple[str, ...]:
        """Put the saved keys back and return the ids of those that could not be put back."""
        return tuple(restore(requester, self._saved.values(), self._journal))
