"""Whatever a server answers, a run ends in time, in a clear verdict and with whole reports."""

import json
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from pathlib import Path

import httpx
import pytest
from dodo_license_mock import LicenseMock

from contract_tests import report
from contract_tests.__main__ import main
from contract_tests.contract.specification import Specification
from contract_tests.errors import CannotRunError
from contract_tests.judge.verdict import Verdict
from contract_tests.options import TOKEN_VARIABLE, Options, Profile
from contract_tests.report.terminal import Style, render
from contract_tests.run.run import Run
from contract_tests.run.target import Target
from contract_tests.transport.deadline_transport import DeadlineTransport
from contract_tests.transport.guard import Guard
from contract_tests.transport.guarded_transport import GuardedTransport, Limits
from contract_tests.transport.rate_limiter import RateLimiter
from tests.contract_suite.hostile import (
    ATTACKS,
    SCRIPT,
    Attack,
    hostile_server,
    slow_headers,
)
from tests.contract_suite.runs import Silence

# Long enough for a busy machine to answer what is spared.
LIMITS = Limits(body=200_000, seconds=1.5, patience=0.5, patience_to_restore=15)
AFTER_THE_MEETING = 12
UNREACHABLE = (
    "slow headers",
    "endless interim answers",
    "silence",
    "reset",
    "closed at once",
    "no HTTP",
    "too long a length",
    "length that is no number",
    "two lengths",
    "too huge headers",
    "status 000",
    "throttled",
    "throttled in the past",
    "throttled in nonsense",
    "unavailable",
)


def attacked(
    attack: Attack,
    folder: Path,
    spared: int = AFTER_THE_MEETING,
    profile: Profile = "quick",
    limits: Limits = LIMITS,
) -> Verdict:
    """Run on a hostile server and write the report; keys are journalled and restored."""
    mock = LicenseMock()
    with (
        hostile_server(mock, attack, spared) as server,
        DeadlineTransport(limits.seconds) as transport,
    ):
        key_ids = tuple(mock.key_ids[:3])
        target = Target(server.base_url, server.base_url, mock.token, key_ids, transport)
        options = Options(profile=profile, journal=folder / "journal")
        run = Run(target, Specification.load(), options, limits)
        verdict = run.verdict(Silence())
    report.write(folder, verdict, run.redactor)
    assert json.loads(folder.joinpath("verdict.json").read_text())["verdict"] == verdict.outcome
    ET.parse(folder / "junit.xml")  # noqa: S314 - the file is our own
    page = folder.joinpath("report.html").read_text()
    assert "<script" not in page
    assert "<img" not in page
    text = render(verdict, run.redactor, Style(80))
    assert text.replace("\n", "").isprintable()
    return verdict


@pytest.mark.weekly
@pytest.mark.parametrize("name", ATTACKS)
def test_attack_ends_in_a_verdict(name: str, tmp_path: Path) -> None:
    verdict = attacked(ATTACKS[name], tmp_path)
    assert verdict.outcome in ("violates", "inconclusive")
    assert "crashed" not in (verdict.ended_early or "")
    assert verdict.seconds < 60


@pytest.mark.weekly
@pytest.mark.parametrize("name", UNREACHABLE)
def test_attack_from_the_start_is_one_sentence(name: str, tmp_path: Path) -> None:
    with pytest.raises(
        CannotRunError, match=r"^http://127\.0\.0\.1:\d+ delays the run too long: .+"
    ):
        attacked(ATTACKS[name], tmp_path, spared=0)


@pytest.mark.weekly
def test_every_attack_in_turn_ends_in_a_verdict(tmp_path: Path) -> None:
    """Every layer meets every attack that does not end the run."""
    ending = {*UNREACHABLE, "slow body"}
    calm = [each for name, each in ATTACKS.items() if name not in ending]
    turn = count()

    def attack(request: httpx.Request, response: httpx.Response) -> Iterable[bytes]:
        return calm[next(turn) % len(calm)](request, response)

    verdict = attacked(attack, tmp_path, profile="full", limits=replace(LIMITS, patience=20))
    assert verdict.outcome == "violates"
    assert "crashed" not in (verdict.ended_early or "")
    assert next(turn) > 2 * len(calm)


@pytest.mark.slow
def test_script_is_shown_as_text(tmp_path: Path) -> None:
    verdict = attacked(ATTACKS["scripts"], tmp_path)
    assert verdict.outcome == "violates"
    page = tmp_path.joinpath("report.html").read_text()
    assert "&lt;/script&gt;&lt;script&gt;document.title=" in page
    assert SCRIPT not in page


def test_command_ends_with_an_exit_code_and_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    mock = LicenseMock()
    monkeypatch.setenv(TOKEN_VARIABLE, mock.token)
    with hostile_server(mock, ATTACKS["scripts"], 0) as server:
        arguments = ["--base-url", server.base_url, "--key-id", mock.key_ids[0]]
        files = ["--journal", str(tmp_path / "journal"), "--report", str(tmp_path)]
        code = main([*arguments, *files, "--profile", "quick"])
    captured = capfd.readouterr()
    assert code == 1
    assert captured.out.splitlines()[-1].startswith("VIOLATES: ")
    assert "Traceback" not in captured.out + captured.err


def test_headers_that_drip_are_cut_off_in_every_thread() -> None:
    patient = Limits(seconds=0.3)
    with (
        hostile_server(LicenseMock(), slow_headers, 0) as server,
        DeadlineTransport(patient.seconds) as transport,
    ):
        guarded = GuardedTransport(transport, Guard([]), RateLimiter(()), limits=patient)
        request = httpx.Request("POST", f"{server.base_url}/licenses/validate")
        started = time.monotonic()
        with ThreadPoolExecutor(3) as pool:
            problems = [each.problem for each in pool.map(guarded.send, [request] * 3)]
        assert time.monotonic() - started < 10
    assert [str(each).partition(":")[0] for each in problems] == ["no response came"] * 3


def test_answer_that_does_not_arrive_whole_breaks_only_the_rule_that_says_so(
    tmp_path: Path,
) -> None:
    verdict = attacked(ATTACKS["broken chunks"], tmp_path)
    # The response to HEAD has no body that could be incomplete, so its status counts.
    violated = {
        entry.rule.id
        for entry in verdict.violated
        for each in entry.broken
        if each.exchange is None or each.exchange.method != "HEAD"
    }
    assert violated == {"response.complete"}
