"""Where a seed comes from: a dictionary, a file, a number of keys, or the default."""

from pathlib import Path
from typing import Any

from ..domain.models import State
from .default_seed import default_state
from .filled_seed import MAX_KEYS, filled_state
from .recorded_seed import recorded_seed
from .seeds import SeedError, parse_seed

Seed = dict[str, Any] | str | Path | int
"""A seed as a dictionary, the path of a JSON file or a HAR recording, or the number of keys."""


def seed_state(seed: Seed | None) -> State:
    """Return the state of a seed, the default one for None.

    Raises:
        SeedError: The seed is invalid.
    """
    if seed is None:
        return default_state()
    if isinstance(seed, dict):
        return parse_seed(seed)
    if isinstance(seed, int):
        if not 0 <= seed <= MAX_KEYS:
            raise SeedError(f"the number of keys must be from 0 to {MAX_KEYS:,}, not {seed}")
        return filled_state(seed)
    seed = Path(seed)
    try:
        document = seed.read_bytes()
    except OSError as error:
        raise SeedError(f"cannot read the seed {seed}: {error.strerror}") from error
    try:
        if seed.suffix.lower() == ".har":
            return parse_seed(recorded_seed(document))
        return parse_seed(document)
    except SeedError as error:
        raise SeedError(f"{seed}: {error}") from error
