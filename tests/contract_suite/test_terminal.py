import io
import json
from dataclasses import replace

import pytest

from contract_tests.report.terminal import Style, TerminalProgress, render, show
from mutants.server.messages import Request, Response
from tests.contract_suite.runs import Outcome, run_rewritten


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def leak_a_path(_: Request, response: Response) -> Response:
    if response.status == 404:
        message = "\x1b[2J\x07 at /usr/src/main.rs:7\n" + "long " * 400
        return replace(
            response, body=json.dumps({"code": "NOT_FOUND", "message": message}).encode()
        )
    return response


@pytest.fixture(scope="module", name="outcome")
def outcome_fixture() -> Outcome:
    return run_rewritten(leak_a_path)


def test_verdict_ends_with_the_outcome(outcome: Outcome) -> None:
    text = render(outcome.verdict, outcome.redactor, Style())
    assert text.splitlines()[-1].startswith("VIOLATES: ")
    assert "VIOLATED error.no-internals (policy)" in text
    expected = "an error without stack trace, path, query, address, token and license key"
    assert f"  expected  {expected}\n" in text
    assert "  curl -i " in text


def test_lines_fit_the_terminal_but_for_commands(outcome: Outcome) -> None:
    lines = render(outcome.verdict, outcome.redactor, Style(width=80)).splitlines()
    assert [line for line in lines if len(line) > 80 and not line.startswith("  curl ")] == []


def test_server_cannot_steer_the_terminal(outcome: Outcome) -> None:
    stream = Terminal()
    show(outcome.verdict, outcome.redactor, stream)
    assert "\x1b[2J" not in stream.getvalue()
    assert "\x07" not in stream.getvalue()


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, True), ({"NO_COLOR": ""}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
)
def test_colours(environment: dict[str, str], coloured: bool) -> None:
    assert Style.of(Terminal(), environment).colour is coloured
    assert Style.of(io.StringIO(), environment) == Style()


def test_without_colour_there_is_no_escape(outcome: Outcome) -> None:
    assert "\x1b" not in render(outcome.verdict, outcome.redactor, Style(80))
    assert "\x1b[1;31mVIOLATES\x1b[0m" in render(outcome.verdict, outcome.redactor, Style(80, True))


def test_deviation_from_policy_is_told_apart(outcome: Outcome) -> None:
    lenient = replace(outcome.verdict, strict=False)
    text = render(lenient, outcome.redactor, Style())
    assert "DEVIATES error.no-internals (policy)" in text
    assert "VIOLATED" not in text


def test_stream_of_a_small_encoding_gets_escapes(outcome: Outcome) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    show(outcome.verdict, outcome.redactor, stream)
    stream.seek(0)
    assert "VIOLATES" in stream.read()


def test_progress_rewrites_one_line_on_a_terminal() -> None:
    stream = Terminal()
    progress = TerminalProgress(stream)
    progress.step(3, 12, "test_patch_case[patch.limit.zero]")
    assert stream.getvalue() == "\r\x1b[K[#####---------------] 3/12 checks, 0 s: patch.limit.zero"
    progress.close()
    assert stream.getvalue().endswith("\r\x1b[K")


def test_progress_elsewhere_is_a_plain_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter([0.0, 1.0, 6.0])
    monkeypatch.setattr("time.monotonic", lambda: next(seconds))
    stream = io.StringIO()
    progress = TerminalProgress(stream)
    progress.step(0, 2, "test_one")
    progress.step(1, 2, "test_pages_follow")
    progress.close()
    assert stream.getvalue() == "1/2 checks, 6 s: pages follow\n"
