"""The contract against the published specification, with every intended difference explained."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from specification import DocumentError, load, parse
from tests.tools.documents import NEWEST, OLDEST, needs_upstream, ours
from tools import upstream
from tools.upstream import DIFFERENCES, Explanation, find_drift, main, read_explanations

MADE_UP = Explanation("operation-removed", "GET /nowhere", "A test.")


@needs_upstream
def test_every_difference_from_the_published_specification_is_intended(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([str(NEWEST)]) == 0, capsys.readouterr().out
    assert ", 0 unexplained, 0 stale explanations." in capsys.readouterr().out


def test_every_explanation_gives_a_reason() -> None:
    _, explanations = read_explanations(DIFFERENCES)
    assert explanations
    assert all(each.reason.endswith(".") for each in explanations)


@needs_upstream
def test_drift_of_the_published_specification_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    published: dict[str, Any] = json.loads(NEWEST.read_text(encoding="utf-8"))
    published["components"]["schemas"]["LicenseKeyStatus"]["enum"].append("revoked")
    published["paths"]["/license_keys/{id}/revoke"] = {
        "post": {"tags": ["License Keys"], "responses": {}}
    }
    published["paths"]["/refunds"]["get"]["deprecated"] = True
    path = tmp_path / "published.json"
    path.write_text(json.dumps(published))
    assert main([str(path)]) == 1
    output = capsys.readouterr().out
    assert 'unexplained: LicenseKeyStatus: "revoked": response-enum-value-removed' in output
    assert "unexplained: POST /license_keys/{id}/revoke: operation-removed" in output
    assert "/refunds" not in output


@needs_upstream
def test_an_explanation_goes_stale_when_the_published_specification_catches_up() -> None:
    tags, explanations = read_explanations(DIFFERENCES)
    published = load(str(NEWEST))
    schemas = published.content["components"]["schemas"]
    schemas["LicenseKeyResponse"]["required"].remove("brand_id")
    drift = find_drift(published, parse("ours", ours()), tags, explanations)
    assert [each.where for each in drift.stale] == ["LicenseKeyResponse.brand_id"]
    assert drift.unexplained == []


@needs_upstream
def test_an_older_published_specification_drifts() -> None:
    tags, explanations = read_explanations(DIFFERENCES)
    drift = find_drift(load(str(OLDEST)), parse("ours", ours()), tags, explanations)
    assert "LicenseKeyResponse.payment_id" in {change.where for change in drift.unexplained}


def test_prose_is_no_drift() -> None:
    rewritten = copy.deepcopy(ours())
    rewritten["info"]["description"] = "Other words."
    rewritten["components"]["schemas"]["LicenseKeyResponse"]["description"] = "Other words."
    drift = find_drift(parse("published", rewritten), parse("ours", ours()), frozenset(), [MADE_UP])
    assert drift.explained == {}
    assert drift.unexplained == []
    assert drift.stale == [MADE_UP]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "cannot be read"),
        ("differences: []", "cannot be read"),
        (
            "{tags: [], differences: [{rule: odd, where: a, reason: b}]}",
            "names odd, which is not a rule",
        ),
    ],
)
def test_a_bad_file_of_explanations_gets_one_sentence(
    content: str | None,
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "differences.yml"
    if content is not None:
        path.write_text(content)
    with pytest.raises(DocumentError, match=sentence):
        read_explanations(path)
    monkeypatch.setattr(upstream, "DIFFERENCES", path)
    assert main(["openapi.yaml"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_an_unreachable_specification_gets_one_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["http://127.0.0.1:9/openapi.json"]) == 2
    assert "http://127.0.0.1:9/openapi.json cannot be read" in capsys.readouterr().err
