"""What the tests of the contract suite share, some of it with those of the mock."""

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from contract_tests.options import Profile
from mutants.scoring.trial import Trial, attempt, attempt_full
from tests.mock.conftest import cluster

__all__ = ["cluster", "pool", "trial"]


@pytest.fixture(autouse=True)
def state_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the journals of the tests out of the user's state directory, subprocesses included."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture(scope="session")
def pool() -> Iterator[ProcessPoolExecutor]:
    """Run the suite in another process.

    The suite runs on pytest, and a pytest within a pytest would inherit its warning filters.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        yield pool


@pytest.fixture(scope="session")
def trial(pool: ProcessPoolExecutor) -> Callable[[str, Profile], Trial]:
    """Run the suite on a mutant."""

    def made(mutant_id: str, profile: Profile) -> Trial:
        if profile == "full":
            return pool.submit(attempt_full, mutant_id).result()
        return pool.submit(attempt, mutant_id, profile).result()

    return made
