"""Whatever ends a run, every key is restored."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from dodo_license_mock import LicenseMock

from contract_tests.account.journal import Journal
from contract_tests.account.journal_directory import directory, journal_for
from contract_tests.account.restore import Restorer
from contract_tests.errors import CannotRunError
from contract_tests.run.target import Target
from contract_tests.transport.asgi import ApplicationTransport
from contract_tests.transport.guard import Guard
from contract_tests.transport.guarded_transport import GuardedTransport
from contract_tests.transport.rate_limiter import RateLimiter
from contract_tests.transport.requester import Requester
from tests.contract_suite.runs import heed_interrupts, live, run_on, snapshot

ROOT = Path(__file__).parents[2]


class Killed(BaseException):
    """The process is no more."""


class Dying(httpx.BaseTransport):
    """Answers so many requests and then none, not even to clean up.

    The last request is lost before or after the server acts on it.
    """

    def __init__(self, inner: httpx.BaseTransport, lifetime: int, acts: bool) -> None:
        self._inner = inner
        self._left = lifetime
        self._acts = acts

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._left -= 1
        if self._left == 0 and self._acts:
            self._inner.handle_request(request)
        if self._left <= 0:
            raise Killed
        return self._inner.handle_request(request)


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 8))]
)
def test_randomised_kills_in_process(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    for number in range(25):
        journal = tmp_path / f"{number}.jsonl"
        mock = LicenseMock()
        key_ids = tuple(chance.sample(mock.key_ids, 3))
        before = snapshot(mock)
        with ApplicationTransport(mock.app) as transport:
            dying = Dying(transport, chance.randint(1, 60), chance.random() < 0.5)
            target = Target("mock", "http://mock.invalid", mock.token, key_ids, dying)
            with pytest.raises(Killed):
                run_on(target, live(journal))
            for _ in range(2):
                guard = Guard(key_ids)
                guarded = GuardedTransport(transport, guard, RateLimiter(()))
                requester = Requester(guarded, target.base_url, target.token)
                saved = Journal(journal, target.token)
                pending = saved.pending() if journal.exists() else []
                assert list(Restorer(requester, guard, saved).restore(pending)) == []
        assert snapshot(mock) == before, (seed, number)


@pytest.fixture(name="server")
def server_fixture() -> Iterator[tuple[str, LicenseMock]]:
    mock = LicenseMock()
    with mock.serve() as base_url:
        yield base_url, mock


def _start(base_url: str, mock: LicenseMock, *arguments: str) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "DODO_PAYMENTS_API_KEY": mock.token,
        "LICENSE_KEY_IDS": ",".join(mock.key_ids[:4]),
    }
    command = [sys.executable, "-m", "contract_tests", "--base-url", base_url, *arguments]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=heed_interrupts,
    )


def _wait_for_change(mock: LicenseMock, before: list[object]) -> None:
    deadline = time.monotonic() + 60
    while snapshot(mock) == before:
        assert time.monotonic() < deadline, "the run changes nothing"
        time.sleep(0.02)


def test_kill_over_tcp(server: tuple[str, LicenseMock], tmp_path: Path) -> None:
    base_url, mock = server
    journal = str(tmp_path / "journal.jsonl")
    before = snapshot(mock)
    with _start(base_url, mock, "--journal", journal) as run:
        _wait_for_change(mock, before)
        run.kill()
    assert snapshot(mock) != before

    with _start(base_url, mock, "--journal", journal) as again:
        _, errors = again.communicate(timeout=60)
    assert again.returncode == 2
    assert "an earlier run did not restore" in errors

    environment = {**os.environ, "DODO_PAYMENTS_API_KEY": mock.token}
    command = [sys.executable, "-m", "contract_tests", "restore", "--journal", journal]
    for _ in range(2):
        restored = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        assert restored.returncode == 0, restored.stderr
        assert snapshot(mock) == before
    text = Path(journal).read_text()
    assert mock.token not in text
    assert not any(key in text for key in _license_keys(before))


def _restore(token: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "contract_tests", "restore"],
        cwd=ROOT,
        env={**os.environ, "DODO_PAYMENTS_API_KEY": token},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_journals_of_two_targets_do_not_collide_and_one_restore_finds_both() -> None:
    mocks = [LicenseMock(), LicenseMock()]
    before = [snapshot(mock) for mock in mocks]
    with mocks[0].serve() as first, mocks[1].serve() as second:
        for base_url, mock in ((first, mocks[0]), (second, mocks[1])):
            with _start(base_url, mock) as run:
                _wait_for_change(mock, snapshot(mock))
                run.kill()
                assert run.stderr is not None
                assert "the state of the keys is saved in" in run.stderr.read()
        journals = sorted(directory().iterdir())
        assert len(journals) == 2
        restored = _restore(mocks[0].token)
        again = _restore(mocks[0].token)
    assert restored.returncode == 0, restored.stderr
    assert restored.stdout.splitlines() == [f"{path}: 4 keys were restored" for path in journals]
    assert (again.returncode, again.stdout) == (0, f"{directory()}: no keys to restore\n")
    assert [snapshot(mock) for mock in mocks] == before
    assert not list(ROOT.glob("*.jsonl"))


def test_damaged_journal_does_not_keep_restore_from_the_others() -> None:
    mock = LicenseMock()
    before = snapshot(mock)
    with mock.serve() as base_url:
        with _start(base_url, mock) as run:
            _wait_for_change(mock, before)
            run.kill()
        damaged = directory() / "0.jsonl"
        damaged.write_text("not a journal\n")
        restored = _restore(mock.token)
    assert restored.returncode == 2
    assert restored.stderr == f"contract_tests: {damaged} is not a journal of a run\n"
    assert restored.stdout.endswith(": 4 keys were restored\n")
    assert snapshot(mock) == before


def test_journal_depends_on_the_target_and_the_set_of_keys() -> None:
    path = journal_for("https://one.example", ["lic_1", "lic_2"], "token").path
    assert journal_for("https://one.example", ["lic_2", "lic_1"], "token").path == path
    assert journal_for("https://two.example", ["lic_1", "lic_2"], "token").path != path
    assert journal_for("https://one.example", ["lic_1"], "token").path != path


def test_state_directory_that_cannot_be_created_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.joinpath("file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    with pytest.raises(CannotRunError, match=r"cannot be created: .*; use --journal FILE$"):
        journal_for("https://one.example", [], "token")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=lambda how: how.name)
def test_interrupted_over_tcp(
    server: tuple[str, LicenseMock], tmp_path: Path, how: signal.Signals
) -> None:
    base_url, mock = server
    before = snapshot(mock)
    with _start(base_url, mock, "--journal", str(tmp_path / "journal.jsonl")) as run:
        _wait_for_change(mock, before)
        run.send_signal(how)
        output, errors = run.communicate(timeout=60)
    assert run.returncode == 2, output + errors
    assert "interrupted" in output
    assert "Traceback" not in errors
    assert snapshot(mock) == before


def test_a_file_that_is_no_journal(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_text("not a journal\n")
    with pytest.raises(CannotRunError, match="is not a journal"):
        Journal(path, "token").pending()


def _license_keys(state: list[object]) -> list[str]:
    listing = state[0]
    assert isinstance(listing, dict)
    return [each["key"] for each in listing["items"]]
