from pathlib import Path

import pytest

from contract_tests.contract.rules import CATALOGUE, Rule
from contract_tests.report import catalogue


def test_page_in_docs_is_up_to_date() -> None:
    assert catalogue.PAGE.read_text(encoding="utf-8") == catalogue.render(), "run make rules"


def test_page_has_every_rule() -> None:
    page = catalogue.render()
    for rule in CATALOGUE:
        assert f"| `{rule.id}` | {rule.statement} |" in page


def test_check_tells_a_stale_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(catalogue, "PAGE", tmp_path / "rules.md")
    assert catalogue.main(["--check"]) == 1
    assert capsys.readouterr().err == "docs/rules.md is out of date: run make rules\n"
    assert catalogue.main([]) == 0
    assert catalogue.main(["--check"]) == 0


def test_bar_in_a_statement_does_not_split_the_row() -> None:
    page = catalogue.render([Rule("a.b", "policy", "P", "Either | or.")])
    assert "| `a.b` | Either &#124; or. | policy | project policy |" in page


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("S, P", "OpenAPI specification, project policy"),
        ("D error codes", "public documentation (error codes)"),
        ("S 400, 422", "OpenAPI specification (400, 422)"),
        (
            "S GET /license_keys/{id}, D",
            "OpenAPI specification (GET /license_keys/{id}), public documentation",
        ),
        ("RFC 8259", "RFC 8259"),
    ],
)
def test_source_is_spelled_out(source: str, text: str) -> None:
    assert Rule("a.b", "contract", source, "Statement.").source_text == text
