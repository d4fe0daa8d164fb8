"""What the tests of the workflows share."""

from collections.abc import Iterator

import pytest

from tests.github.stand_in import GitHubStandIn, serve


@pytest.fixture
def github() -> Iterator[GitHubStandIn]:
    """Serve a stand-in and check at the end that it got documented requests only."""
    with serve() as stand_in:
        yield stand_in
        assert stand_in.problems == []
