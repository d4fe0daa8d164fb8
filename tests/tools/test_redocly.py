"""The contract and the comparison against Redocly's linter and comparison, which we did not write.

Redocly's comparison (https://redocly.com/docs/cli/commands/diff) calls a change major when it may
break a client.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from specification import load
from tests.tools.documents import NEWEST, OLDEST, ROOT, needs_upstream, request, response
from tests.tools.rule_cases import SCHEMAS
from tools.diff.compare import compare
from tools.diff.rules import RULES

NODE_FOLDER = Path(__file__).parent / "node"
# Where the two differ on purpose, by the name of the case and who has to understand it.
DISAGREEMENTS = {
    ("a pattern that allows everything", "request"): "Redocly does not read patterns.",
    ("a smaller step", "request"): "Redocly does not see that each multiple of 4 is one of 2.",
    ("any becomes one", "response"): "Fewer values are returned, but Redocly sees another keyword.",
    ("an unknown keyword", "request"): "Redocly ignores keywords that JSON Schema does not define.",
    (
        "an unknown keyword",
        "response",
    ): "Redocly ignores keywords that JSON Schema does not define.",
    ("a union with null", "request"): "Redocly takes null as an alternative for another schema.",
    ("a format joins", "response"): "The value fits, but the client gives it as another type.",
    ("a wider number", "request"): "Redocly does not know that int64 holds int32.",
    ("a narrower number", "response"): "Redocly does not know that double holds float.",
    ("an enum value leaves", "response"): "Redocly does not read const as an enum of one.",
    ("nothing fits any more", "request"): "Redocly does not look at the schema false.",
    ("a required property leaves", "request"): "The value is let pass, but has no effect any more.",
    ("a property joins a closed object", "response"): "Redocly does not look at what was closed.",
    ("an alternative leaves a list of types", "response"): "Redocly tells types from alternatives.",
}


@pytest.fixture(scope="module")
def redocly(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Install Redocly; return the start of its command line."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("Redocly needs node and npm")
    folder = tmp_path_factory.mktemp("redocly")
    shutil.copytree(NODE_FOLDER, folder, dirs_exist_ok=True)
    install = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    run = subprocess.run(install, cwd=folder, check=False, capture_output=True, text=True)
    if run.returncode:
        pytest.skip("the npm registry cannot be reached")
    return [node, str(folder / "node_modules" / "@redocly" / "cli" / "bin" / "cli.js")]


def run(redocly: list[str], *arguments: str | Path) -> str:
    """Run Redocly, without its telemetry and its look for updates, and return what it printed."""
    quiet = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    done = subprocess.run(
        [*redocly, *arguments], check=True, capture_output=True, text=True, env=os.environ | quiet
    )
    return done.stdout


def major_changes(redocly: list[str], old: Path, new: Path) -> set[tuple[str, ...]]:
    """Return the path and, in lower case, the method of every change that Redocly calls major."""
    report = run(redocly, "diff", old, new, "--format=json", "--fail-on=none")
    return {
        tuple(part.replace("~1", "/") for part in change["path"].split("/")[2:4])
        for change in json.loads(report)["changes"]
        if change["impact"] == "major"
    }


def test_the_contract_breaks_no_rule_that_redocly_recommends(redocly: list[str]) -> None:
    run(redocly, "lint", ROOT / "openapi.yaml", "--extends=recommended")


def test_the_two_agree_on_every_kind_of_change_but_where_we_know_why(
    redocly: list[str], tmp_path: Path
) -> None:
    documents: list[dict[str, Any]] = [
        {"openapi": "3.1.0", "info": {"title": "Cases", "version": "1"}, "paths": {}}
        for _ in range(2)
    ]
    breaking = {}
    for number, (name, (*schemas, for_request, for_response)) in enumerate(SCHEMAS.items()):
        for build, side, rule in (
            (request, "request", for_request),
            (response, "response", for_response),
        ):
            path = f"/{side}/{number}"
            breaking[path] = (name, side), RULES[f"{side}-{rule}"].impact.breaking
            for document, schema in zip(documents, schemas, strict=True):
                document["paths"][path] = build(schema)["paths"]["/things"]
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    for file, document in zip((old, new), documents, strict=True):
        file.write_text(json.dumps(document))
    theirs = {path for path, *_ in major_changes(redocly, old, new)}
    differing = {case for path, (case, ours) in breaking.items() if ours != (path in theirs)}
    assert differing == DISAGREEMENTS.keys()


@needs_upstream
def test_what_redocly_calls_major_between_the_published_documents_we_call_breaking(
    redocly: list[str],
) -> None:
    ours = {
        operation
        for change in compare(load(str(OLDEST)), load(str(NEWEST)))
        if change.rule.impact.breaking
        for operation in change.operations
    }
    theirs = major_changes(redocly, OLDEST, NEWEST)
    assert ("/license_keys", "get") in theirs
    for path, *method in theirs:
        if method:
            assert f"{method[0].upper()} {path}" in ours
        else:  # a path that is gone with all its operations
            assert any(operation.endswith(f" {path}") for operation in ours)
