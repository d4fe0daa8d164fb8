"""Stops a pytest that is started on the checks without a run."""

import pytest

from .options import COMMAND


def pytest_configure() -> None:
    """Explain how to run the suite; a run starts its own pytest, which does not read this file."""
    pytest.exit(
        f"the checks need a target and run with {COMMAND} [OPTIONS], not with pytest", returncode=4
    )
