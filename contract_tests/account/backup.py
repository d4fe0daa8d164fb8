"""The state of the keys before the run, and its restoration."""

from collections.abc import Iterable, Sequence

from ..errors import CannotRunError
from ..judge.patch_checks import Key
from ..transport.guard import Guard
from ..transport.requester import Requester
from .journal import Journal
from .restore import (
    REQUESTS_FOR_AN_INSTANCE,
    REQUESTS_FOR_CREATED_KEYS,
    REQUESTS_TO_LIST_INSTANCES,
    Failure,
    Restorer,
    requests_to_restore,
)
from .saved_key import Creation, Saved, SavedKey
from .writes import Writes

# Disable a created key and verify it.
_REQUESTS_TO_DISABLE = 2


class Backup:
    """Saves keys before their first change and puts them back.

    Args:
        base_url: Scheme, host and port of the API that the keys belong to.
        marker: The start of the name of every instance and key that the run creates.
        journal: The file that the state is written to.
        guard: Knows the keys of the run, and learns which ones it created.
        writes: What the run writes.

    Attributes:
        created_keys: How many keys the run may create.
    """

    def __init__(
        self, base_url: str, marker: str, journal: Journal, guard: Guard, writes: Writes
    ) -> None:
        self._base_url = base_url
        self._marker = marker
        self._journal = journal
        self._guard = guard
        self._writes = writes
        self._saved: list[Saved] = []
        self.created_keys = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing was saved, so that nothing must be restored."""
        return not self._saved

    @property
    def reserve(self) -> int:
        """How many requests restoring everything may take, on a server that conforms."""
        ids = [each.id for each in self._saved if isinstance(each, SavedKey)]
        keys = len(ids)
        instances = self._writes.most_instances
        return (
            requests_to_restore(ids, self._writes.listed)
            + (REQUESTS_TO_LIST_INSTANCES * keys if instances else 0)
            + REQUESTS_FOR_AN_INSTANCE * instances
            + (REQUESTS_FOR_CREATED_KEYS if len(self._saved) > keys else 0)
            + _REQUESTS_TO_DISABLE * self.created_keys
        )

    def save(self, keys: Iterable[Key]) -> None:
        """Save the state of keys.

        Raises:
            CannotRunError: The journal cannot be written, or a state could not be restored.
        """
        keys = list(keys)
        for key in keys:
            self._writes.note_key(key)
        try:
            saved = [SavedKey.of(key, self._base_url, self._marker) for key in keys]
        except ValueError as error:
            raise CannotRunError(f"the state of a key cannot be saved: {error}") from error
        self._write(saved)

    def save_creation(self, customer_id: str, product_id: str) -> None:
        """Save that the run is about to create keys for a customer and a product.

        Raises:
            CannotRunError: The journal cannot be written.
        """
        self._write([Creation(self._base_url, self._marker, customer_id, product_id)])

    def restore(self, requester: Requester, *, overwrite: bool) -> tuple[Failure, ...]:
        """Restore what was saved and return what could not be restored.

        Args:
            requester: Sends requests to the API that the keys belong to.
            overwrite: Whether a value that the run has not written is restored as well.
        """
        restorer = Restorer(
            requester, self._guard, self._journal, self._writes, overwrite=overwrite
        )
        return tuple(restorer.restore(self._saved))

    def _write(self, saved: Sequence[Saved]) -> None:
        if saved:
            self._journal.save(saved)
            self._saved += saved
