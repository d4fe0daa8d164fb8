"""The comparison as a whole: published documents, equal documents, cycles, the command line."""

import copy
import json
import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from specification import DocumentError, load, parse
from tests.tools.documents import (
    NEWEST,
    OLDEST,
    ROOT,
    changes,
    document,
    needs_upstream,
    ours,
    request,
    response,
    rules,
)
from tools.diff.change import Impact, release
from tools.diff.cli import main
from tools.diff.compare import compare
from tools.diff.render import as_text
from tools.diff.report import Report

LICENSES = ["--tag", "License Keys", "--tag", "Licenses"]


@needs_upstream
def test_the_published_pair_cut_to_the_license_operations(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([str(OLDEST), str(NEWEST), "--format", "json", *LICENSES]) == 0
    report = json.loads(capsys.readouterr().out)
    found = {
        impact.value: {
            (change["rule"], change["where"])
            for change in report["changes"]
            if change["impact"] == impact.value
        }
        for impact in Impact
    }
    assert found["breaking for callers"] == set()
    assert found["breaking for readers"] == {
        ("response-became-nullable", "LicenseKeyResponse.payment_id"),
        ("response-became-optional", "LicenseKeyResponse.payment_id"),
    }
    assert found["compatible"] == {
        ("response-property-added", "LicenseKeyResponse.source"),
        ("response-property-added", "LicenseKeyResponse.brand_id"),
        ("operation-added", "POST /license_keys"),
        ("parameter-added", "GET /license_keys query created_at_gte"),
        ("parameter-added", "GET /license_keys query created_at_lte"),
        ("parameter-added", "GET /license_keys query source"),
        ("parameter-added", "GET /license_key_instances query grant_id"),
        ("deprecated", "GET /license_keys"),
        ("deprecated", "GET /license_keys/{id}"),
        ("deprecated", "PATCH /license_keys/{id}"),
        # The answer of an activation names the customer, who gained two fields.
        ("response-property-added", "CustomerLimitedDetailsResponse.metadata"),
        ("response-property-added", "CustomerLimitedDetailsResponse.phone_number"),
    }
    added = {change["where"]: change["detail"] for change in report["changes"]}
    assert added["LicenseKeyResponse.source"] == "always present"
    assert added["LicenseKeyResponse.brand_id"] == "always present"
    assert not any(change["where"].startswith("Patch") for change in report["changes"])
    assert report["release"] == "major"


@needs_upstream
@pytest.mark.parametrize("path", [OLDEST, NEWEST], ids=lambda path: path.suffix)
def test_a_published_document_does_not_differ_from_itself(path: Path) -> None:
    assert compare(load(str(path)), load(str(path))) == []


@needs_upstream
def test_the_published_pair_in_full() -> None:
    found = compare(load(str(OLDEST)), load(str(NEWEST)))
    added = {change.where for change in found if change.rule.id == "operation-added"}
    assert "POST /license_keys" in added
    assert {change.rule.impact for change in found} == set(Impact)


def reordered(value: Any) -> Any:
    """Turn the order of every mapping around, and of the lists whose order says nothing."""
    if isinstance(value, dict):
        return {
            key: (
                [reordered(each) for each in reversed(item)]
                if key in {"required", "enum", "type", "parameters"} and isinstance(item, list)
                else reordered(item)
            )
            for key, item in reversed(value.items())
        }
    return [reordered(each) for each in value] if isinstance(value, list) else value


def inlined(value: Any, root: dict[str, Any]) -> Any:
    """Replace every reference with what it refers to."""
    if isinstance(value, list):
        return [inlined(each, root) for each in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        target: Any = root
        for part in value["$ref"][2:].split("/"):
            target = target[part]
        return inlined(target, root)
    return {key: inlined(each, root) for key, each in value.items()}


def test_another_order_is_no_change() -> None:
    assert changes(ours(), reordered(ours())) == []


def test_another_notation_is_no_change(tmp_path: Path) -> None:
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(ours()))
    assert compare(load("openapi.yaml"), load(str(path))) == []


def test_a_reference_says_the_same_as_what_it_refers_to() -> None:
    assert {change.rule.id for change in changes(ours(), inlined(ours(), ours()))} == {
        "schema-renamed"  # the classes of inline schemas have other names
    }


EQUAL: dict[str, tuple[Any, Any]] = {
    "null as a type or as an alternative": (
        {"type": ["string", "null"]},
        {"oneOf": [{"type": "null"}, {"type": "string"}]},
    ),
    "types as a list or as alternatives": (
        {"type": ["string", "boolean"]},
        {"anyOf": [{"type": "boolean"}, {"type": "string"}]},
    ),
    "one value": ({"const": "a"}, {"type": "string", "enum": ["a"]}),
    "what goes without saying": (
        {"type": "object"},
        {"type": "object", "required": [], "properties": {}, "additionalProperties": True},
    ),
    "allOf of one": ({"type": "string"}, {"allOf": [{"type": "string"}]}),
    "allOf of two": (
        {"type": "object", "properties": {"a": {}, "b": {}}, "required": ["a", "b"]},
        {
            "allOf": [
                {"type": "object", "properties": {"a": {}}, "required": ["a"]},
                {"type": "object", "properties": {"b": {}}, "required": ["b"]},
            ]
        },
    ),
    "integers among numbers": ({"type": ["number", "integer"]}, {"type": "number"}),
}


@pytest.mark.parametrize(("old", "new"), EQUAL.values(), ids=EQUAL)
@pytest.mark.parametrize("build", [request, response])
def test_two_ways_to_say_the_same_are_no_change(
    build: Callable[[Any], dict[str, Any]], old: Any, new: Any
) -> None:
    assert changes(build(old), build(new)) == []
    assert changes(build(new), build(old)) == []


def tree(leaf: dict[str, Any]) -> dict[str, Any]:
    """Build a document with schemas that refer to each other in circles, through allOf as well."""
    reference = {"$ref": "#/components/schemas/Node"}
    node = {
        "type": "object",
        "properties": {
            "leaf": leaf,
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
            "parent": {"oneOf": [{"type": "null"}, reference]},
            "twin": {"allOf": [reference], "description": "Prose"},
            "other": {"$ref": "#/components/schemas/Other"},
        },
    }
    other = {"anyOf": [{"type": "string"}, {"$ref": "#/components/schemas/Node"}]}
    return response(reference, {"Node": node, "Other": other})


def test_a_change_within_a_cycle_is_found_once_for_its_place() -> None:
    found = changes(tree({"type": "string"}), tree({"type": "integer"}))
    assert [(change.rule.id, change.where) for change in found] == [
        ("response-type-changed", "Node.leaf")
    ]
    assert changes(tree({"type": "string"}), tree({"type": "string"})) == []


def test_a_change_behind_a_keyword_that_cannot_be_judged_is_not_missed() -> None:
    def build(kind: str) -> dict[str, Any]:
        schema = {"type": "array", "prefixItems": [{"$ref": "#/components/schemas/First"}]}
        return response(schema, {"First": {"type": kind}})

    assert rules(build("string"), build("integer")) == ["response-type-changed"]
    assert rules(build("string"), build("string")) == []


def test_every_place_of_a_boolean_schema_is_told() -> None:
    def build(value: bool) -> dict[str, Any]:
        return response({"type": "object", "properties": {"a": value, "b": value}})

    found = changes(build(False), build(True))
    assert [change.where for change in found] == ["POST /things 200.a", "POST /things 200.b"]


def test_an_allof_that_cannot_be_merged_is_no_plain_schema() -> None:
    members = [{"properties": {"a": kind}} for kind in ({"type": "null"}, {"type": "string"})]
    alternatives = {"oneOf": [{"type": "object"}, {"type": "string"}]}
    assert rules(response({"allOf": members}), response(alternatives)) == [
        "response-schema-changed"
    ]


def test_the_release_follows_the_gravest_change() -> None:
    assert release([]) == "none"
    plain, described = document(), document({"description": "Prose"})
    assert release(changes(plain, described)) == "patch"
    assert release(changes(plain, document({"deprecated": True}))) == "minor"
    assert release(changes(plain, document(paths={}))) == "major"


def written(folder: Path, name: str, content: Any) -> str:
    path = folder / name
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content))
    return str(path)


DANGLING = document({"requestBody": {"$ref": "#/components/requestBodies/Lost"}})
CIRCULAR = response({"$ref": "#/components/schemas/A"}, {"A": {"$ref": "#/components/schemas/A"}})
ELSEWHERE = response({"$ref": "other.yaml#/Thing"})
UNREADABLE = {
    "a missing file": (None, "cannot be read"),
    "broken YAML": ("a: [", "is neither YAML nor JSON"),
    "broken JSON": ('{"openapi": ', "is neither YAML nor JSON"),
    "no mapping": ("- a", "is not an OpenAPI document"),
    "Swagger": ({"swagger": "2.0"}, "is a Swagger 2 document"),
    "OpenAPI 4": (document() | {"openapi": "4.0.0"}, "is OpenAPI 4.0.0; OpenAPI 3.1 is required"),
    "no version": ({"openapi": "3.1.0"}, "# has no info"),
    "a dangling reference": (DANGLING, "#/components/requestBodies/Lost points to nothing"),
    "a reference to itself": (CIRCULAR, "#/components/schemas/A refers only to itself"),
    "another file": (ELSEWHERE, "other.yaml#/Thing points to another file"),
    "a malformed operation": (
        document({"parameters": [{"in": "query"}]}),
        "/parameters/0 has no name",
    ),
}


@pytest.mark.parametrize(("content", "sentence"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_compared_gets_one_sentence(
    content: Any, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = str(tmp_path / "bad.yaml")
    if content is not None:
        written(tmp_path, "bad.yaml", content)
    good = written(tmp_path, "good.yaml", document())
    for pair in ([bad, good], [good, bad]):
        assert main(pair) == 2
        output = capsys.readouterr()
        assert output.out == ""
        assert output.err.count("\n") == 1
        assert output.err.startswith("diff: ")
        assert sentence in output.err


def test_fail_on(tmp_path: Path) -> None:
    full = written(tmp_path, "full.yaml", document())
    empty = written(tmp_path, "empty.yaml", document(paths={}))
    assert main([empty, full, "--fail-on", "breaking"]) == 0
    assert main([empty, full, "--fail-on", "any"]) == 1
    assert main([full, empty, "--fail-on", "breaking"]) == 1
    assert main([full, empty]) == 0


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("1.4.0", "1.5.0", 1),
        ("1.4.0", "2.0.0", 0),
        ("0.4.0", "0.4.1", 1),
        ("0.4.0", "0.5.0", 0),
        ("0.4.0", "1.0.0", 0),
        ("2.0.0", "1.9.0", 1),
    ],
)
def test_a_breaking_change_needs_its_version(
    old: str, new: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, after = document(), document(paths={})
    before["info"]["version"], after["info"]["version"] = old, new
    paths = written(tmp_path, "old.yaml", before), written(tmp_path, "new.yaml", after)
    assert main([*paths, "--fail-on", "unversioned"]) == code
    assert ("breaks the API: raise info.version" in capsys.readouterr().err) is bool(code)
    # A change that breaks nothing needs no version here.
    assert main([*reversed(paths), "--fail-on", "unversioned"]) == 0


def test_text_and_markdown_say_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = written(tmp_path, "old.yaml", response({"type": "object", "properties": {"a|b": {}}}))
    new = written(tmp_path, "new.yaml", response({"type": "object"}) | {"x-note": "Prose"})
    main([old, new])
    output = capsys.readouterr().out
    assert "Breaking for readers\n  POST /things 200.a|b\n" in output
    assert "response-property-removed: The property was removed. Stop reading it." in output
    assert output.endswith("1 breaking for readers. The client needs a major release.\n")
    main([old, new, "--format", "markdown"])
    row = capsys.readouterr().out.splitlines()[-1]
    assert row == (
        r"| POST /things 200.a\|b | The property was removed. | [response-property-removed]"
        "(https://github.com/OWNER/dodo-license-keys/blob/main/docs/changes.md"
        "#response-property-removed) "
        "| Stop reading it. | POST /things | old client, new server: does not receive what it reads"
        "<br>new client, old server or mock: ignores what the old server still returns"
        "<br>contract suite: requires nothing that was removed, once it reads the new document"
        "<br>mock: returns it until it is changed |"
    )


def test_the_default_is_the_last_commit_against_the_working_tree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    content = ours()
    written(tmp_path, "openapi.yaml", content)
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
    for command in (["init", "--quiet"], ["add", "."], [*identity, "commit", "--quiet", "-m", "."]):
        subprocess.run(["git", *command], check=True)  # noqa: S607
    assert main([]) == 0
    assert "Nothing changed." in capsys.readouterr().out
    edited = copy.deepcopy(content)
    edited["components"]["schemas"]["LicenseKeyStatus"]["enum"].append("revoked")
    written(tmp_path, "openapi.yaml", edited)
    assert main(["--fail-on", "breaking"]) == 1
    output = capsys.readouterr().out
    assert "response-enum-value-added" in output
    assert "request-enum-value-added" in output


def install_oasdiff(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a stand-in on the PATH that answers as oasdiff does: no package registry has it."""
    program = folder / "oasdiff"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_the_cross_check_shows_where_oasdiff_differs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs = [{"id": "their-rule", "operation": "GET", "path": "/other", "level": 3}]
    install_oasdiff(tmp_path, monkeypatch, f"test -f $2 -a -f $3 && echo '{json.dumps(theirs)}'")
    old = written(tmp_path, "old.yaml", document())
    new = written(tmp_path, "new.yaml", document(paths={}))
    assert main([old, new, "--cross-check"]) == 0
    output = capsys.readouterr().out
    assert "oasdiff reports 1 broken operations, this tool 1" in output
    assert "only oasdiff: GET /other: their-rule" in output
    assert "only this tool: POST /things" in output


@pytest.mark.parametrize("script", ["exit 101", "echo surprise"])
def test_a_failing_oasdiff_is_told(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    install_oasdiff(tmp_path, monkeypatch, script)
    path = written(tmp_path, "same.yaml", document())
    assert main([path, path, "--cross-check"]) == 2
    assert "oasdiff" in capsys.readouterr().err


def test_a_missing_oasdiff_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    path = written(tmp_path, "same.yaml", document())
    assert main([path, path, "--cross-check"]) == 2
    assert "--cross-check needs oasdiff on the PATH" in capsys.readouterr().err


def test_yaml_is_read_with_the_types_of_json(tmp_path: Path) -> None:
    flow = written(tmp_path, "flow.yaml", "{openapi: 3.1.0, info: {version: 1}, paths: {}}")
    assert load(flow).content["info"]["version"] == 1
    text = "{openapi: 3.1.0, info: {version: 2024-01-01, x: no}, paths: {}}"
    dated = written(tmp_path, "dated.yaml", text)
    assert load(dated).content["info"] == {"version": "2024-01-01", "x": "no"}


def test_a_document_error_is_raised_for_a_malformed_schema() -> None:
    with pytest.raises(DocumentError, match="200/content/application~1json/schema is an array"):
        compare(parse("old", response([])), parse("new", response({"type": "string"})))


def test_a_schema_made_of_itself_is_told() -> None:
    reference = {"$ref": "#/components/schemas/A"}
    endless = response(reference, {"A": {"allOf": [reference]}})
    with pytest.raises(DocumentError, match="#/components/schemas/A contains itself"):
        changes(endless, endless)


def test_the_example_of_the_documentation_is_what_the_comparison_prints() -> None:
    text = (ROOT / "docs" / "lifecycle.md").read_text(encoding="utf-8")
    shown = text.partition("$ make diff\n")[2].partition("$ make generate\n")[0]
    edited = ours()
    edited["info"]["version"] = "1.1.0"
    edited["components"]["schemas"]["LicenseKeyStatus"]["enum"].append("revoked")
    old, new = parse("HEAD:openapi.yaml", ours()), parse("openapi.yaml", edited)
    assert as_text(Report(old, new, compare(old, new))) == shown


def test_a_promise_is_compatible_but_the_suite_and_the_mock_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    optional: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "string"}}}
    old = written(tmp_path, "old.yaml", response(optional))
    new = written(tmp_path, "new.yaml", response(optional | {"required": ["a"]}))
    assert main([old, new, "--format", "json"]) == 0
    (change,) = json.loads(capsys.readouterr().out)["changes"]
    assert change["impact"] == "compatible"
    assert change["consequences"]["contract suite"].startswith("reports the mock as violating")
    assert change["consequences"]["mock"].startswith("must be changed")


@pytest.mark.parametrize(
    ("version", "change", "judgement"),
    [
        ("1.0.0", "none", "info.version did not change, which is too little."),
        ("1.1.0", "minor", "info.version is a minor change, which is too little."),
        ("2.0.0", "major", "The client needs a major release."),
        ("0.9.0", "", "The client needs a major release."),
        ("2026-01", "", "The client needs a major release."),
    ],
)
def test_the_required_release_is_compared_with_the_version(
    version: str, change: str, judgement: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, after = document(), document(paths={})
    before["info"] = {"title": "T", "version": "1.0.0"}
    after["info"] = {"title": "T", "version": version}
    arguments = [written(tmp_path, "old.yaml", before), written(tmp_path, "new.yaml", after)]
    main(arguments)
    assert capsys.readouterr().out.rstrip().endswith(judgement)
    main([*arguments, "--format", "json"])
    assert json.loads(capsys.readouterr().out)["version_change"] == change
