"""Small OpenAPI documents to compare."""

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, settings

from specification import parse
from tools.diff.change import Change
from tools.diff.compare import compare

ROOT = Path(__file__).parents[2]
UPSTREAM = ROOT.parent / "shared" / "upstream"
NEWEST = UPSTREAM / "dodo-openapi-1.113.0.json"
OLDEST = UPSTREAM / "dodo-openapi-1.53.2.yml"
needs_upstream = pytest.mark.skipif(
    not UPSTREAM.is_dir(), reason="the published specifications are not beside the project"
)

# For a machine that has other things to do as well.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

JSON_BODY = "application/json"


def ours() -> dict[str, Any]:
    """Load a fresh copy of openapi.yaml."""
    content: dict[str, Any] = yaml.safe_load((ROOT / "openapi.yaml").read_text(encoding="utf-8"))
    return content


def document(operation: dict[str, Any] | None = None, **parts: Any) -> dict[str, Any]:
    """Build a document of one operation, `POST /things`."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1"},
        "paths": {"/things": {"post": {"responses": {}} | (operation or {})}},
    } | parts


def request(schema: Any, components: dict[str, Any] | None = None) -> dict[str, Any]:
    """Build a document whose operation takes a body of a schema."""
    body = {"content": {JSON_BODY: {"schema": schema}}}
    return document({"requestBody": body}, components={"schemas": components or {}})


def response(schema: Any, components: dict[str, Any] | None = None) -> dict[str, Any]:
    """Build a document whose operation answers 200 with a schema."""
    answer = {"description": "", "content": {JSON_BODY: {"schema": schema}}}
    return document({"responses": {"200": answer}}, components={"schemas": components or {}})


def changes(old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    """Compare two documents, which stay as they are."""
    return compare(parse("old", copy.deepcopy(old)), parse("new", copy.deepcopy(new)))


def rules(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Compare two documents and return the sorted ids of the rules that speak."""
    return sorted(change.rule.id for change in changes(old, new))
