"""One strict loader for every program: what it rejects, in one line, and what it accepts."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from contract_tests.contract.specification import Specification
from contract_tests.errors import CannotRunError
from specification import DocumentError, load
from tests.tools.documents import ROOT, ours
from tools.client import generate
from tools.diff.cli import main as diff
from tools.upstream import main as upstream

INFO = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"
BOMB = "".join(f"x-{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 20))
# text or bytes, and what the only line of the message contains
REJECTED: dict[str, tuple[str | bytes, str]] = {
    "a path twice": (
        f"{INFO}paths:\n  /a: {{}}\n  /b: {{}}\n  /a: {{}}\n",
        "#/paths/~1a is defined twice",
    ),
    "properties twice": (
        f"{INFO}components: {{schemas: {{A: {{properties: {{}}, properties: {{}}}}}}}}\n",
        "#/components/schemas/A/properties is defined twice",
    ),
    "a JSON key twice": (
        '{"openapi": "3.1.0", "info": {"version": "1"}, "paths": {"/a": {}, "/a": {}}}',
        "#/paths/~1a is defined twice",
    ),
    "Latin-1": ("title: Grün\n".encode("latin-1"), "is not valid UTF-8 at byte 9"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00", "is not valid UTF-8"),
    "null bytes": (b"openapi: 3.1.0\x00", "line 1 contains a control character"),
    "nested YAML": (f"{INFO}x-a: {'[' * 5000}{']' * 5000}\n", "more than 100 levels deep"),
    "nested JSON": ('{"a":' * 5000 + "1" + "}" * 5000, "more than 100 levels deep"),
    "an alias bomb": (f"{INFO}x-0: &a0 [1]\n{BOMB}", "through its aliases"),
    "an alias of itself": (f"{INFO}x-a: &a [*a]\n", "#/x-a/0 uses the alias *a"),
    "no info": ("openapi: 3.1.0\npaths: {}\n", "# has no info"),
    "no version": ("openapi: 3.1.0\ninfo: {title: T}\npaths: {}\n", "#/info has no version"),
    "null paths": (f"{INFO}paths:\n", "#/paths is null but must be an object"),
    "null path": (f"{INFO}paths: {{/a: null}}\n", "#/paths/~1a is null but must be an object"),
    "null operation": (f"{INFO}paths: {{/a: {{get: }}}}\n", "#/paths/~1a/get is null"),
    "null schema": (
        f"{INFO}components: {{schemas: {{A: {{properties: {{b: }}}}}}}}\n",
        "#/components/schemas/A/properties/b is null",
    ),
    "null responses": (f"{INFO}paths: {{/a: {{get: {{responses: }}}}}}\n", "get/responses is null"),
    "a merge conflict": (
        f"{INFO}<<<<<<< HEAD\npaths: {{}}\n=======\npaths: {{}}\n>>>>>>> theirs\n",
        "contains a merge conflict at line 3",
    ),
    "a tab": (f"{INFO}paths:\n\t/a: {{}}\n", "is indented with a tab at line 4"),
    "a merge key": (
        f"{INFO}paths: {{}}\nx-a: &a {{b: 1}}\nx-c: {{<<: *a}}\n",
        "#/x-c/<< is a YAML merge key",
    ),
    "two documents": (f"{INFO}paths: {{}}\n---\na: 1\n", "contains several YAML documents"),
    "an infinity": (f"{INFO}paths: {{}}\nx-a: .inf\n", "#/x-a is .inf, which is not a JSON number"),
    "a tag": (f"{INFO}paths: {{}}\nx-a: !!set {{a}}\n", "x-a"),
    "nothing": ("", "is empty"),
    "text": ("hello\n", "is not an OpenAPI document"),
    "no content": (INFO, "has no paths, no webhooks and no components"),
    "Swagger": ("swagger: '2.0'\n", "is a Swagger 2 document"),
    "OpenAPI 4": ("openapi: 4.0.0\n", "is OpenAPI 4.0.0"),
    "a lost reference": (f"{INFO}paths: {{/a: {{$ref: '#/b'}}}}\n", "#/b points to nothing"),
    "a query string": (
        INFO.replace("3.1", "3.2")
        + "paths: {/a: {get: {parameters: [{name: a, in: querystring}]}}}\n",
        "#/paths/~1a/get/parameters/0 has in: querystring",
    ),
    "a QUERY operation": (
        INFO.replace("3.1", "3.2") + "paths: {/a: {query: {}}}\n",
        "#/paths/~1a/query is new in OpenAPI 3.2",
    ),
}
ACCEPTED = {
    "unquoted statuses": f"{INFO}paths: {{/a: {{get: {{responses: {{200: {{}}}}}}}}}}\n",
    "webhooks only": f"{INFO}webhooks: {{a: {{post: {{}}}}}}\n",
    "components only": f"{INFO}components: {{schemas: {{A: {{}}}}}}\n",
    "a version that is a number": "openapi: 3.1.0\ninfo: {title: T, version: 1.0}\npaths: {}\n",
    "a byte order mark": f"\ufeff{INFO}paths: {{}}\n",
    "an alias": f"{INFO}paths: {{}}\nx-a: &a {{b: 1}}\nx-c: [*a, *a]\n",
}


@pytest.fixture(params=REJECTED)
def rejected(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    content, problem = REJECTED[request.param]
    path = tmp_path / "bad.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path, problem


def test_every_program_rejects_a_broken_document_with_the_same_line(
    rejected: tuple[Path, str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path, problem = rejected
    with pytest.raises(DocumentError) as error:
        load(str(path))
    line = str(error.value)
    assert problem in line
    assert "\n" not in line
    assert len(line) < 300
    monkeypatch.setattr(generate, "SPECIFICATION", path)
    for program, arguments in (
        (diff, [str(path), str(ROOT / "openapi.yaml")]),
        (upstream, [str(path)]),
        (generate.main, []),
    ):
        assert program(arguments) == 2
        printed = capsys.readouterr()
        assert printed.err.split(": ", 1)[1] == f"{line}\n"
        assert printed.out == ""
    with pytest.raises(CannotRunError, match="bad") as same:
        Specification.load(path)
    assert str(same.value) == line


@pytest.mark.parametrize("text", ACCEPTED.values(), ids=ACCEPTED)
def test_what_the_specification_allows_is_loaded(text: str, tmp_path: Path) -> None:
    path = tmp_path / "good.yaml"
    path.write_text(text, encoding="utf-8")
    assert load(str(path)).content["info"]["title"] == "T"


def test_scalars_are_read_as_in_yaml_1_2(tmp_path: Path) -> None:
    scalars = "[yes, no, 2024-01-01, 1:30, 1_000, 010, 0x1F, 1e3, -0.5, '7', null, True, .5, +1]"
    path = tmp_path / "good.yaml"
    path.write_text(f"{INFO}paths: {{}}\nx-all: {scalars}\n")
    assert load(str(path)).content["x-all"] == [
        *("yes", "no", "2024-01-01", "1:30", "1_000", 10, 31, 1000.0, -0.5, "7", None, True, 0.5, 1)
    ]


def test_a_document_of_openapi_3_0_is_converted(tmp_path: Path) -> None:
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {
            "nullable": {"type": "string"},  # a property, not the keyword
            "a": {"type": "string", "nullable": True, "enum": ["x"]},
            "b": {"type": "integer", "minimum": 0, "exclusiveMinimum": True},
            "c": {"type": "integer", "maximum": 9, "exclusiveMaximum": False},
            "d": {"nullable": True, "allOf": [{"$ref": "#/components/schemas/E"}]},
            "e": {"$ref": "#/components/schemas/E", "description": "ignored"},
            "f": {"type": "array", "items": {"type": "number", "nullable": True}},
        },
        "example": {"nullable": True},
    }
    content = {
        "openapi": "3.0.3",
        "info": {"title": "T", "version": "1"},
        "paths": {},
        "components": {"schemas": {"S": schema, "E": {"type": "string"}}},
    }
    path = tmp_path / "old.json"
    path.write_text(json.dumps(content))
    converted = load(str(path)).content
    assert converted["openapi"] == "3.1.1"
    assert converted["components"]["schemas"]["S"] == {
        "type": "object",
        "properties": {
            "nullable": {"type": "string"},
            "a": {"type": ["string", "null"], "enum": ["x", None]},
            "b": {"type": "integer", "exclusiveMinimum": 0},
            "c": {"type": "integer", "maximum": 9},
            "d": {"anyOf": [{"allOf": [{"$ref": "#/components/schemas/E"}]}, {"type": "null"}]},
            "e": {"$ref": "#/components/schemas/E"},
            "f": {"type": "array", "items": {"type": ["number", "null"]}},
        },
        "example": {"nullable": True},
    }


def test_a_document_of_openapi_3_2_is_read_as_3_1(tmp_path: Path) -> None:
    path = tmp_path / "new.json"
    path.write_text(json.dumps(ours() | {"openapi": "3.2.0"}))
    assert load(str(path)).content == ours() | {"openapi": "3.1.1"}


def test_our_document_means_the_same_to_a_lenient_parser() -> None:
    assert load(str(ROOT / "openapi.yaml")).content == ours()


def test_a_bomb_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "bomb.yaml"
    path.write_text(f"{INFO}x-0: &a0 [1]\n{BOMB}")
    limited = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (400 << 20, 400 << 20))\n"
        f"from tools.diff.cli import main\nraise SystemExit(main([{str(path)!r}] * 2))"
    )
    run = subprocess.run(
        [sys.executable, "-c", limited], check=False, capture_output=True, text=True, cwd=ROOT
    )
    assert (run.returncode, run.stderr.count("\n")) == (2, 1), run.stderr


def test_a_yaml_dump_of_any_json_is_read_back(tmp_path: Path) -> None:
    content = ours() | {"x-odd": ["", " ", "1", "null", "é", "a: b", "#", "\u2028", 1.5, -3, []]}
    path = tmp_path / "dumped.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    assert load(str(path)).content == content
