"""The report of the comparison as a page in a browser, and the page of its rules."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from specification import parse
from tests.browser import beacon, browse, needs_browser
from tests.tools.documents import NEWEST, OLDEST, changes, needs_upstream, ours, request, response
from tools.diff import catalogue
from tools.diff.cli import main
from tools.diff.consequences import GROUPS, PARTIES, consequences
from tools.diff.page import as_html
from tools.diff.report import Report
from tools.diff.rules import RULES


def page(old: dict[str, Any], new: dict[str, Any]) -> str:
    documents = parse("old", old), parse("new", new)
    return as_html(Report(*documents, changes(old, new)))


@pytest.fixture(name="beacon")
def beacon_fixture() -> Iterator[tuple[str, list[str]]]:
    with beacon() as served:
        yield served


def rendered(folder: Path, html: str) -> str:
    """Return what the browser makes of a page."""
    path = folder / "page.html"
    path.write_text(html, encoding="utf-8")
    return browse(path, folder, "--dump-dom")


def test_the_page_has_the_consequences_the_operations_and_a_link_to_the_rule() -> None:
    text = page(ours(), changed())
    assert "docs/changes.md#response-enum-value-added" in text
    assert "<dt>Old client, new server</dt><dd>may receive responses that it does not" in text
    assert "<li><code>PATCH /license_keys/{id}</code></li>" in text
    assert "which is too little." in text


def changed() -> dict[str, Any]:
    content = ours()
    content["components"]["schemas"]["LicenseKeyStatus"]["enum"].append("revoked")
    return content


@needs_browser
@pytest.mark.slow
def test_the_page_shows_any_text_and_runs_nothing(
    beacon: tuple[str, list[str]], tmp_path: Path
) -> None:
    url, calls = beacon
    attack = (
        f"</code></p><script>fetch('{url}/script')</script><img src='{url}/image'>"
        f"<style>@import '{url}/style';</style>{{{{ 7 * 191 }}}}"
    )
    dom = rendered(tmp_path, page(response({"enum": ["a"]}), response({"enum": ["a", attack]})))
    assert calls == []
    assert "&lt;script&gt;fetch" in dom
    assert "1337" not in dom
    assert "response-enum-value-added" in dom


@needs_browser
@needs_upstream
@pytest.mark.slow
def test_the_page_of_the_published_pair_has_every_change(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(OLDEST), str(NEWEST), "--format", "html", "--documentation"]) == 0
    html = capsys.readouterr().out
    assert main([str(OLDEST), str(NEWEST), "--format", "json"]) == 0
    expected = capsys.readouterr().out.count('"rule": ')
    assert rendered(tmp_path, html).count("<article") == expected > 100


def test_every_rule_has_an_anchor_and_a_breaking_one_its_consequences() -> None:
    text = catalogue.render()
    anchors = [line[4:] for line in text.splitlines() if line.startswith("### ")]
    assert anchors == list(RULES)
    for section in text.split("### ")[1:]:
        rule = RULES[section.split("\n")[0]]
        if rule.impact.breaking:
            assert all(f"- **{party.capitalize()}**: " in section for party in PARTIES)


def test_the_groups_of_consequences_name_rules_once() -> None:
    named = [rule for rules in GROUPS.values() for rule in rules]
    assert len(named) == len(set(named))
    assert RULES.keys() >= set(named)


def test_a_stale_page_of_rules_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert catalogue.main(["--check"]) == 0
    monkeypatch.setattr(catalogue, "ROOT", tmp_path)
    (tmp_path / "docs").mkdir()
    assert catalogue.main(["--check"]) == 1
    assert capsys.readouterr().err == "docs/changes.md is out of date: run make rules\n"
    assert catalogue.main([]) == 0
    assert catalogue.main(["--check"]) == 0


@pytest.mark.parametrize(
    ("build", "rule", "old_client", "new_client"),
    [
        (request, "request-became-required", "may reject", "unaffected"),
        (response, "response-became-required", "unaffected", "may violate the new schema"),
    ],
)
def test_a_newly_required_property_names_who_is_affected(
    build: Any, rule: str, old_client: str, new_client: str
) -> None:
    schema: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "string"}}}
    (change,) = changes(build(schema), build(schema | {"required": ["a"]}))
    assert change.rule.id == rule
    effects = consequences(change)
    assert effects is not None
    assert old_client in effects.old_client
    assert new_client in effects.new_client
