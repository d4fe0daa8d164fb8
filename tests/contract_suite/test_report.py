import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest

from contract_tests import report
from contract_tests.__main__ import main
from contract_tests.errors import CannotRunError
from contract_tests.judge.verdict import Verdict
from contract_tests.report.redaction import Redactor
from mutants.server.messages import Request, Response
from tests.contract_suite.runs import Outcome, run_rewritten


def ignore_null_limit_and_leak_a_path(request: Request, response: Response) -> Response:
    if (
        request.method == "PATCH"
        and response.status == 200
        and b'"activations_limit": null' in request.body
    ):
        return replace(
            response,
            body=json.dumps({**json.loads(response.body), "activations_limit": 5}).encode(),
        )
    if response.status == 404:
        error = {"code": "NOT_FOUND", "message": "at /usr/src/main.rs:7"}
        return replace(response, body=json.dumps(error).encode())
    return response


@pytest.fixture(scope="module", name="outcome")
def outcome_fixture() -> Outcome:
    return run_rewritten(ignore_null_limit_and_leak_a_path)


def written(folder: Path, verdict: Verdict, redactor: Redactor | None = None) -> Path:
    report.prepare(folder)
    report.write(folder, verdict, redactor or Redactor())
    return folder


def junit_suite(folder: Path) -> ET.Element:
    return ET.parse(folder / "junit.xml").getroot()[0]  # noqa: S314 - the file is our own


def test_document_shows_the_exchange_that_proves_a_violation(
    outcome: Outcome, tmp_path: Path
) -> None:
    folder = written(tmp_path / "new" / "folder", outcome.verdict, outcome.redactor)
    document = json.loads(folder.joinpath("verdict.json").read_text())
    assert document["verdict"] == "violates"
    rules = {each["id"]: each for each in document["rules"]}
    broken = rules["patch.limit.null-removes"]
    assert broken["status"] == "violated"
    proof = broken["evidence"][0]
    assert (proof["expected"], proof["seen"]) == ("activations_limit None", "activations_limit 5")
    assert proof["request"]["method"] == "PATCH"
    assert json.loads(proof["request"]["body"])["activations_limit"] is None
    assert proof["response"]["status"] == 200
    assert json.loads(proof["response"]["body"])["activations_limit"] == 5
    assert "-X PATCH" in proof["curl"]
    assert proof["seconds"] > 0
    assert rules["get.known-200"]["evidence"] == []
    update = next(e for e in document["operations"] if e["operation"] == "update_license_key")
    assert 0 < update["median"] <= update["longest"]
    assert sum(each["requests"] for each in document["operations"]) == outcome.verdict.requests


def test_junit_has_a_test_case_for_every_rule(outcome: Outcome, tmp_path: Path) -> None:
    folder = written(tmp_path, outcome.verdict, outcome.redactor)
    suite = junit_suite(folder)
    cases = {case.get("name", ""): case for case in suite.iter("testcase")}
    assert set(cases) == {entry.rule.id for entry in outcome.verdict.entries}
    broken = cases["patch.limit.null-removes"]
    assert broken.get("classname") == "patch"
    failure = broken.find("failure")
    assert failure is not None
    assert "activations_limit 5" in (failure.text or "")
    statuses = [entry.status for entry in outcome.verdict.entries]
    assert suite.get("tests") == str(len(statuses))
    assert suite.get("failures") == str(statuses.count("violated"))
    assert suite.get("skipped") == str(statuses.count("skipped"))


def test_junit_passes_what_is_only_a_deviation_from_policy(
    outcome: Outcome, tmp_path: Path
) -> None:
    broken = [each for each in outcome.verdict.violated if each.rule.level == "policy"]
    assert [each.rule.id for each in broken] == ["error.no-internals"]
    lenient = replace(outcome.verdict, strict=False, entries=tuple(broken))
    suite = junit_suite(written(tmp_path, lenient))
    assert suite.get("failures") == "0"
    assert "Deviates" in "".join(suite.itertext())


def test_junit_fails_where_the_run_could_not_tell(outcome: Outcome, tmp_path: Path) -> None:
    unfinished = replace(outcome.verdict, entries=(), ended_early="the target went away")
    suite = junit_suite(written(tmp_path, unfinished))
    assert suite.get("errors") == "1"
    error = suite.find("testcase/error")
    assert error is not None
    assert error.get("message") == "the target went away"


def test_unprintable_characters_break_no_file(tmp_path: Path) -> None:
    nasty = "\x00\x1b[2J\ud800\ufffe\u202e\x85<]]>&\"'"

    def rewrite(_: Request, response: Response) -> Response:
        if response.status == 404:
            return replace(response, body=json.dumps({"code": nasty, "message": nasty}).encode())
        return response

    outcome = run_rewritten(rewrite)
    folder = written(tmp_path, outcome.verdict, outcome.redactor)
    assert junit_suite(folder).get("failures") != "0"
    assert json.loads(folder.joinpath("verdict.json").read_text())["verdict"] == "violates"
    for file in folder.iterdir():
        text = file.read_text(encoding="utf-8")
        assert [each for each in text if not each.isprintable() and each not in "\n\t"] == []


def test_report_is_replaced_as_a_whole(outcome: Outcome, tmp_path: Path) -> None:
    tmp_path.joinpath("verdict.json").write_text("the report of an earlier run")
    written(tmp_path, outcome.verdict, outcome.redactor)
    assert {each.name for each in tmp_path.iterdir()} == {
        "verdict.json",
        "junit.xml",
        "report.html",
    }
    assert "the report of an earlier run" not in tmp_path.joinpath("verdict.json").read_text()


def test_file_that_cannot_be_written_is_one_sentence(outcome: Outcome, tmp_path: Path) -> None:
    tmp_path.joinpath("junit.xml").mkdir()
    with pytest.raises(CannotRunError, match=r"junit\.xml cannot be written: Is a directory$"):
        report.write(tmp_path, outcome.verdict, outcome.redactor)
    assert {each.name for each in tmp_path.iterdir()} == {"verdict.json", "junit.xml"}


def test_folder_that_cannot_be_used_is_told_before_the_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file"
    file.touch()
    assert main(["--report", str(file)]) == 2
    captured = capsys.readouterr()
    assert captured.err == f"contract_tests: --report {file} cannot be used: File exists\n"
    assert captured.out == ""


@pytest.mark.slow
def test_schemathesis_failures_come_with_their_exchange(tmp_path: Path) -> None:
    def rewrite(request: Request, response: Response) -> Response:
        return replace(response, status=500) if request.method == "POST" else response

    outcome = run_rewritten(rewrite, profile="full")
    folder = written(tmp_path, outcome.verdict, outcome.redactor)
    document = json.loads(folder.joinpath("verdict.json").read_text())
    rules = {each["id"]: each for each in document["rules"]}
    assert rules["schema.fuzzing"]["evidence"]
    for each in rules["schema.fuzzing"]["evidence"]:
        assert each["request"]["method"] == "POST"
        assert each["response"]["status"] == 500
        assert each["curl"].startswith(("curl -i -X POST", "printf "))


def test_page_shows_drift_and_what_the_contract_leaves_open(
    outcome: Outcome, tmp_path: Path
) -> None:
    drifted = replace(
        outcome.verdict, drift=("the <code> is new",), observed={"404 code": {"NOT_FOUND", "GONE"}}
    )
    page = written(tmp_path, drifted).joinpath("report.html").read_text()
    assert "<li>the &lt;code&gt; is new</li>" in page
    assert "<dt>404 code</dt><dd>GONE, NOT_FOUND</dd>" in page
