"""One journal for each target and set of keys, in the user's state directory."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import platformdirs

from ..errors import CannotRunError
from .journal import Journal


def directory() -> Path:
    """The directory of the journals: `dodo-license-keys/journals` in the user's state directory."""
    return platformdirs.user_state_path("dodo-license-keys") / "journals"


def journal_for(base_url: str, key_ids: Iterable[str], token: str) -> Journal:
    """Return the journal of the runs that change a set of keys, the same one for every such run.

    Args:
        base_url: Scheme, host and port of the target.
        key_ids: Ids of the keys that may be changed, in any order.
        token: The token of the run.

    Raises:
        CannotRunError: The directory cannot be created.
    """
    folder = create(directory(), "use --journal FILE")
    text = "\n".join([base_url, *sorted(key_ids)])
    return Journal(folder / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.jsonl", token)


def all_journals(token: str, previous_token: str = "") -> list[Journal]:
    """Return the journals in the directory, sorted by name."""
    return [Journal(path, token, previous_token) for path in sorted(directory().glob("*.jsonl"))]


def create(folder: Path, fix: str) -> Path:
    """Create a directory that only the user can read, and return it.

    Raises:
        CannotRunError: It cannot be created.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CannotRunError(f"{folder} cannot be created: {error.strerror}; {fix}") from error
    return folder
