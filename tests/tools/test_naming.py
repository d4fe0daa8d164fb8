"""The functions of openapi-python-client that the generator uses.

They are not part of a documented interface. If one of these tests fails after an upgrade, adapt
tools/client/naming.py, which is the only module that imports them.
"""

import ast

import pytest

from tests.tools.documents import ROOT
from tools.client.naming import (
    in_double_quote_literal,
    pascal_case,
    prose,
    safe_for_docstring,
    snake_case,
)

HOSTILE = '"""\\\n{x}\0\u2028'


@pytest.mark.parametrize(
    ("text", "snake", "pascal"),
    [
        ("list_license_keys_handler", "list_license_keys_handler", "ListLicenseKeysHandler"),
        ("licenseKey", "license_key", "LicenseKey"),
        ("LicenseKeyID", "license_key_id", "LicenseKeyID"),
        ("License Keys", "license_keys", "LicenseKeys"),
        ("created-at.gte", "created_at_gte", "CreatedAtGte"),
        ("OAuth2Token", "o_auth_2_token", "OAuth2Token"),
        ("$ref", "ref", "Ref"),
        ("", "", ""),
    ],
)
def test_words_become_names(text: str, snake: str, pascal: str) -> None:
    assert (snake_case(text), pascal_case(text)) == (snake, pascal)


@pytest.mark.parametrize("text", [HOSTILE, "'", "\\", '"', "a\r\nb", "{0}", "\x85"])
def test_a_literal_has_the_value_of_the_text(text: str) -> None:
    assert ast.literal_eval(f'"{in_double_quote_literal(text)}"') == text


@pytest.mark.parametrize("text", [HOSTILE, '"', "\\", '"""', "ends with \\", "\\N{DIGIT ONE}"])
def test_a_docstring_ends_where_it_should(text: str) -> None:
    for escaped in (prose(text), safe_for_docstring(text).rstrip('"\\') + "."):
        module = ast.parse(f'"""{escaped}"""\nx = 1\n')
        assert [type(each) for each in module.body] == [ast.Expr, ast.Assign]


def test_one_module_imports_the_generator() -> None:
    importing = {
        path.relative_to(ROOT).as_posix()
        for folder in ("tools", "tests", "templates", "runtime", "specification")
        for path in (ROOT / folder).rglob("*.py*")
        if path.suffix != ".pyc" and "openapi_python_client" in path.read_text(encoding="utf-8")
    }
    assert importing - {"tests/tools/test_naming.py"} == {"tools/client/naming.py"}
