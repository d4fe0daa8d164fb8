"""The package as a whole: what it needs, what it costs to import, and that it moves anywhere."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import dodo_license_keys as dodo
import pytest

from tests.client.server import KEY, reply, serve

PACKAGE = Path(dodo.__file__).parent


def run(program: str, path: Path = PACKAGE.parent) -> str:
    """Run a program on a fresh interpreter that sees the package, and return what it printed."""
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(path)!r})\n{program}"]
    # Measuring the coverage of subprocesses would import more than the package does.
    environment = {name: value for name, value in os.environ.items() if "COVERAGE" not in name}
    run = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return run.stdout


def test_only_the_standard_library_attrs_and_httpx_are_imported() -> None:
    imported = set()
    for module in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                imported.add(str(node.module).partition(".")[0])
    # typing_extensions is for type checkers alone, which bring it along.
    assert imported - sys.stdlib_module_names == {"attrs", "httpx", "typing_extensions"}
    assert "dodo_license_keys" not in imported


def test_importing_brings_in_nothing_heavy_until_it_is_used() -> None:
    loaded = "print(*sorted({'attrs', 'httpx', 'asyncio', 'typing'} & sys.modules.keys()))"
    assert run(f"import dodo_license_keys\n{loaded}").split() == []
    first = "from dodo_license_keys import DodoLicenseKeys as D; D(bearer_token='t').license_keys"
    assert "httpx" not in run(f"{first}\n{loaded}").split()


def test_every_public_name_is_there_and_no_other() -> None:
    for name in dodo.__all__:
        assert getattr(dodo, name) is not None
        assert name in dir(dodo)
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = dodo.Nothing  # type: ignore[attr-defined]


def test_it_works_under_any_name_and_beside_itself(tmp_path: Path) -> None:
    service = tmp_path / "service" / "vendored"
    service.mkdir(parents=True)
    (tmp_path / "service" / "__init__.py").touch()
    service.rmdir()
    service.symlink_to(PACKAGE, target_is_directory=True)
    with serve(reply(200, KEY)) as server:
        printed = run(
            "from service.vendored import DodoLicenseKeys, NotFoundError\n"
            f"with DodoLicenseKeys(bearer_token='t', base_url={server.url!r}) as client:\n"
            "    print(client.licenses.__module__, client.license_keys.retrieve('a').id)\n"
            "print('dodo_license_keys' in sys.modules)",
            tmp_path,
        )
    assert printed.split() == ["service.vendored.resources.licenses", "lic_123", "False"]
