"""What the tests of safety share: an account with its own server, and the real command."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract_suite.safety.account_server import Account, serve
from tests.contract_suite.safety.commands import ForkServer, fork_server
from tests.contract_suite.safety.live_account import LiveAccount


@pytest.fixture(name="forks", scope="session")
def forks_fixture() -> Iterator[ForkServer]:
    with fork_server() as server:
        yield server


@pytest.fixture(name="live")
def live_fixture(tmp_path: Path, forks: ForkServer) -> Iterator[LiveAccount]:
    account = Account.of()
    with serve(account) as base_url:
        yield LiveAccount(account, base_url, tmp_path, forks)
