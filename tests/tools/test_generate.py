"""Generation as a pipeline: what is refused, what is left untouched, what is written down."""

import hashlib
import json
import shutil
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.tools.documents import ROOT, ours
from tools import folders
from tools.client import generate
from tools.client.lint import violations
from tools.folders import hashes, replace

CLIENT = ROOT / "generated" / "dodo_license_keys"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a copy of the client the one that the commands work on."""
    copy = tmp_path / "client" / "dodo_license_keys"
    shutil.copytree(CLIENT, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(generate, "PACKAGE", copy)
    return copy


def give(document: dict[str, Any], folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a document the one that the client is generated from."""
    path = folder / "openapi.yaml"
    path.write_text(yaml.safe_dump(document, sort_keys=False))
    monkeypatch.setattr(generate, "SPECIFICATION", path)
    return path


def test_the_committed_client_is_what_the_inputs_give(package: Path) -> None:
    committed = hashes(package)
    assert generate.main(["--check"]) == 0
    assert generate.main([]) == 0
    assert hashes(package) == committed


def test_the_manifest_names_every_input_and_every_file() -> None:
    manifest = json.loads((CLIENT / "_provenance.json").read_text())
    specification = (ROOT / "openapi.yaml").read_bytes()
    assert manifest["specification"] == {
        "name": "openapi.yaml",
        "version": ours()["info"]["version"],
        "sha256": hashlib.sha256(specification).hexdigest(),
    }
    assert manifest["generator"] == {
        "openapi-python-client": version("openapi-python-client"),
        "ruff": version("ruff"),
    }
    assert {"__init__.py", "models.py", "verify.py", "py.typed"} <= manifest["files"].keys()


@pytest.mark.parametrize("name", ["models.py", "py.typed", "_provenance.json"])
def test_an_edited_client_is_stale(
    name: str, package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = package / name
    path.write_text(path.read_text() + "# edited\n")
    assert generate.main(["--check"]) == 1
    output = capsys.readouterr()
    assert "-# edited" in output.out
    assert "stale: run make generate" in output.err


def test_another_runtime_module_makes_the_client_stale(
    package: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    runtime = tmp_path / "runtime"
    shutil.copytree(generate.RUNTIME, runtime)
    with (runtime / "errors.py").open("a") as module:
        module.write("\nNEW = 1\n")
    monkeypatch.setattr(generate, "RUNTIME", runtime)
    assert generate.main(["--check"]) == 1
    output = capsys.readouterr().out
    assert "+NEW = 1" in output
    assert "NEW" not in (package / "errors.py").read_text()


def test_a_module_that_breaks_halfway_leaves_the_client_untouched(
    package: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = hashes(package)
    runtime = tmp_path / "runtime"
    shutil.copytree(generate.RUNTIME, runtime)
    (runtime / "errors.py").write_text("def broken(:\n")
    monkeypatch.setattr(generate, "RUNTIME", runtime)
    assert generate.main([]) == 2
    assert "ruff check failed" in capsys.readouterr().err
    assert hashes(package) == before
    assert [path.name for path in package.parent.iterdir()] == [package.name]


def test_a_swap_that_fails_halfway_puts_the_old_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    for folder in (old, new):
        folder.mkdir()
        (folder / "name").write_text(folder.name)
    rename = Path.rename

    def fail_on_the_new_one(self: Path, target: Path) -> Path:
        if self.name == ".old.new":
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail_on_the_new_one)
    monkeypatch.setattr(folders, "exchange", lambda *_: False)
    with pytest.raises(OSError, match="No space left"):
        replace(old, new)
    assert (old / "name").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "old"]


def invalid(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["LicenseKeyStatus"]["type"] = "text"


def dangling(document: dict[str, Any]) -> None:
    schema = {"$ref": "#/components/schemas/Lost"}
    document["components"]["schemas"]["LicenseKeyResponse"]["properties"]["source"] = schema


def repeated(document: dict[str, Any]) -> None:
    document["paths"]["/license_keys"]["post"]["operationId"] = "list_license_keys_handler"


def unsummarised(document: dict[str, Any]) -> None:
    del document["paths"]["/license_keys"]["get"]["summary"]


def undescribed(document: dict[str, Any]) -> None:
    del document["components"]["schemas"]["Error"]["properties"]["code"]["description"]


def camel_case(document: dict[str, Any]) -> None:
    document["paths"]["/licenseKeys"] = document["paths"].pop("/license_keys")


def without_rate_limit(document: dict[str, Any]) -> None:
    del document["paths"]["/licenses/validate"]["post"]["responses"]["429"]


def unfit_example(document: dict[str, Any]) -> None:
    schema = document["components"]["schemas"]["PatchLicenseKeyRequest"]
    schema["properties"]["expires_at"]["examples"] = ["tomorrow"]


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (invalid, "'text' is not valid"),
        (dangling, "Lost"),
        (repeated, "list_license_keys_handler"),
        (unsummarised, "'summary' is a required property"),
        (undescribed, "'description' is a required property"),
        (camel_case, "A path uses snake_case"),
        (without_rate_limit, "'429' is a required property"),
        (unfit_example, "'tomorrow' is not a 'date-time'"),
    ],
)
def test_a_specification_that_breaks_a_rule_is_refused(
    spoil: Any,
    complaint: str,
    package: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    document = ours()
    spoil(document)
    give(document, tmp_path, monkeypatch)
    before = hashes(package)
    assert generate.main([]) == 2
    assert complaint in capsys.readouterr().err
    assert hashes(package) == before


def test_our_specification_breaks_no_rule() -> None:
    assert violations(ours()) == []
