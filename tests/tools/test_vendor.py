"""Vendoring the client into a service, and telling whether the copy is as it was."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from dodo_license_keys import verify as client_verify

from tests.tools.documents import ROOT, ours
from tools.folders import hashes, replace
from tools.vendor import vendor

CLIENT = ROOT / "generated" / "dodo_license_keys"
# Where the documentation vendors the client in a project.
COPY = "src/billing/_vendor/license_client"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Vendor the client into a service."""
    destination = tmp_path / "acme" / "_vendor" / "license_client"
    assert vendor.main([str(destination)]) == 0
    return destination


def verify(copy: Path, *options: str) -> tuple[int, str]:
    """Run the check that lies in the copy with nothing but the standard library."""
    run = subprocess.run(
        [sys.executable, "-I", "-S", str(copy / "verify.py"), *options],
        check=False,
        capture_output=True,
        text=True,
    )
    return run.returncode, run.stdout + run.stderr


def test_a_copy_holds_the_client_its_licence_its_manifest_and_its_bill(copy: Path) -> None:
    client, vendored = hashes(CLIENT), hashes(copy)
    assert {name: vendored[name] for name in client if name != "_provenance.json"} == {
        name: digest for name, digest in client.items() if name != "_provenance.json"
    }
    assert vendored.keys() - client.keys() == {"LICENSE", "sbom.cdx.json"}
    assert (copy / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()
    manifest = json.loads((copy / "_provenance.json").read_text())
    assert manifest["files"].keys() == vendored.keys() - {"_provenance.json"}
    assert manifest["vendored"]["version"] == vendor.read_project()["version"]


def test_the_bill_of_materials_is_valid_cyclonedx(copy: Path) -> None:
    text = (copy / "sbom.cdx.json").read_text()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bill = json.loads(text)
    pinned = (ROOT / "requirements" / "client.txt").read_text()
    for part in bill["components"]:
        assert f"\n{part['name']}=={part['version']} " in pinned
    described = {
        part["name"]: (part["licenses"][0]["license"]["id"], part["supplier"]["name"])
        for part in (bill["metadata"]["component"], *bill["components"])
    }
    assert described == {
        "dodo-license-keys": ("MIT", "The dodo-license-keys authors"),
        "attrs": ("MIT", "Hynek Schlawack"),
        "httpx": ("BSD-3-Clause", "Tom Christie"),
    }
    assert bill["metadata"]["component"]["version"] == vendor.read_project()["version"]


def test_two_copies_have_the_same_bytes(copy: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    assert vendor.main([str(other)]) == 0
    assert hashes(other) == hashes(copy)


def test_an_intact_copy_verifies(copy: Path) -> None:
    code, output = verify(copy, "--source", str(CLIENT))
    assert (code, output) == (0, "intact: specification 1.0.0\n")


def test_bytecode_and_windows_line_endings_are_no_edit(copy: Path) -> None:
    (copy / "__pycache__").mkdir()
    (copy / "__pycache__" / "models.cpython-311.pyc").write_bytes(b"\x00")
    models = copy / "models.py"
    models.write_bytes(models.read_bytes().replace(b"\n", b"\r\n"))
    assert verify(copy)[0] == 0


def edit(copy: Path) -> None:
    path = copy / "resources" / "license_keys.py"
    path.write_text(path.read_text().replace('"""', "'''", 1))


def remove(copy: Path) -> None:
    (copy / "py.typed").unlink()


def add(copy: Path) -> None:
    (copy / "resources" / "patch.py").write_text("")


@pytest.mark.parametrize(
    ("damage", "line"),
    [
        (edit, "edited: resources/license_keys.py"),
        (remove, "missing: py.typed"),
        (add, "extra: resources/patch.py"),
    ],
)
def test_a_damaged_copy_is_told_and_not_overwritten(
    damage: Callable[[Path], None], line: str, copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damage(copy)
    damaged = hashes(copy)
    assert verify(copy) == (1, f"{line}\n")
    assert vendor.main([str(copy)]) == 2
    refusal = capsys.readouterr().err
    assert line in refusal
    assert "--force" in refusal
    assert hashes(copy) == damaged
    assert vendor.main([str(copy), "--force"]) == 0
    assert verify(copy)[0] == 0


def test_a_copy_without_a_manifest_cannot_be_told(copy: Path) -> None:
    (copy / "_provenance.json").write_text("{}")
    code, output = verify(copy)
    assert code == 2
    assert output.startswith("verify: ")
    assert "is not the manifest of a client" in output


def recompute(package: Path) -> None:
    """Make the manifest of a package match its files."""
    manifest = json.loads((package / "_provenance.json").read_text())
    manifest["files"] = client_verify.hashes(package)
    (package / "_provenance.json").write_text(json.dumps(manifest))


def commit(folder: Path) -> None:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
    for command in (["init", "-q"], ["add", "."], [*identity, "commit", "-qm", "Client"]):
        subprocess.run(["git", *command], check=True, cwd=folder)  # noqa: S607


def test_a_tampered_copy_with_a_recomputed_manifest_is_not_older(copy: Path) -> None:
    models = copy / "models.py"
    models.write_text(models.read_text() + "\nBACKDOOR = 1\n")
    recompute(copy)
    assert verify(copy)[0] == 0  # the manifest alone cannot show it
    code, output = verify(copy, "--source", str(CLIENT))
    assert code == 2
    assert output.count("\n") == 1
    assert "the git history of the source does not contain it" in output


def test_links_and_hidden_bytecode_are_found(copy: Path) -> None:
    (copy / "errors.py").rename(copy.parent / "elsewhere.py")
    (copy / "errors.py").symlink_to(copy.parent / "elsewhere.py")
    (copy / "dangling.py").symlink_to("nowhere")
    (copy / "models.pyc").write_bytes(b"\x00")
    code, output = verify(copy)
    assert code == 1
    assert output.splitlines() == [
        "edited: errors.py",
        "extra: dangling.py",
        "extra: models.pyc",
    ]


@pytest.mark.parametrize(
    "manifest",
    [
        "[]",
        "{",
        "[" * 100_000,
        '{"specification": {}, "files": {}}',
        '{"specification": {"version": 1}, "files": {}}',
        '{"specification": {"version": "1"}, "files": {"a": 1}}',
        '{"specification": {"version": "1"}, "files": {}, "vendored": []}',
        '{"specification": {"version": "1"}, "files": {}, "vendored": {"added": [[]]}}',
        '{"specification": {"version": "1"}, "files": {}, "vendored": {"added": ["models.py"]}}',
    ],
)
def test_a_malformed_manifest_is_one_line(copy: Path, manifest: str) -> None:
    (copy / "_provenance.json").write_text(manifest)
    code, output = verify(copy, "--source", str(CLIENT))
    assert code == 2
    assert output.count("\n") == 1


def test_a_copy_is_whole_after_every_kill(copy: Path) -> None:
    """The weekly tests kill more often."""
    kill_and_check(copy, 5)


@pytest.mark.weekly
def test_a_copy_is_whole_after_two_hundred_kills(copy: Path) -> None:
    kill_and_check(copy, 200)


def kill_while_running(command: list[str], folder: Path, after: float) -> None:
    """Run a command and kill it after a number of seconds, if it still runs then."""
    environment = os.environ | {"TMPDIR": str(folder)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as process:
        time.sleep(after)
        process.kill()


def seconds(command: list[str]) -> float:
    """Run a command to its end and return how long it took."""
    start = time.monotonic()
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - start


@pytest.mark.weekly
def test_the_vendor_command_leaves_a_whole_copy_when_it_is_killed(
    copy: Path, tmp_path: Path
) -> None:
    """Whole is the former copy, which has an edit, or the fresh one."""
    command = [sys.executable, "-m", "tools.vendor", "--force", "--", str(copy)]
    fresh, duration = hashes(copy), seconds(command)
    random, seen = Random(7), set()
    for _ in range(120):
        (copy / "models.py").write_text("# edited\n")
        former = hashes(copy)
        kill_while_running(command, tmp_path, random.random() * duration * 1.5)
        found = hashes(copy)
        assert found in (former, fresh)
        seen.add(found == fresh)
    assert seen == {True, False}
    assert vendor.main([str(copy), "--force"]) == 0
    assert [path.name for path in copy.parent.iterdir()] == [copy.name]


@pytest.mark.weekly
def test_the_generate_command_leaves_a_whole_client_when_it_is_killed(tmp_path: Path) -> None:
    """Whole is the client of one document or of the other, never files of both."""
    documents = []
    for version in ("1.0.0", "2.0.0"):
        content = ours()
        content["info"]["version"] = version
        documents.append(written(tmp_path / f"{version}.json", content))
    dest = tmp_path / "service"
    commands = [
        [sys.executable, "-m", "tools.client.generate", f"--spec={path}", f"--dest={dest}"]
        for path in documents
    ]
    package = dest / "dodo_license_keys"
    duration = max(seconds(command) for command in commands)
    random, seen = Random(7), set()
    for number in range(80):
        kill_while_running(commands[number % 2], tmp_path, random.random() * duration * 1.5)
        assert client_verify.verify(package).lines() == []
        manifest = json.loads((package / "_provenance.json").read_text())
        seen.add(manifest["specification"]["version"])
    assert seen == {"1.0.0", "2.0.0"}
    seconds(commands[0])
    assert [path.name for path in dest.iterdir()] == [package.name]


def written(path: Path, content: dict[str, object]) -> Path:
    path.write_text(json.dumps(content))
    return path


REPLACE = "import sys; from pathlib import Path; from tools.folders import replace\n"
REPLACE += "print(flush=True)\nwhile True: replace(Path(sys.argv[1]), Path(sys.argv[2]))"


def kill_and_check(copy: Path, kills: int) -> None:
    """Kill a program that keeps replacing a copy, and verify the copy each time."""
    other = copy.parent / "other"
    shutil.copytree(copy, other)
    random = Random(7)
    for _ in range(kills):
        command = [sys.executable, "-c", REPLACE, str(copy), str(other)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(random.random() / 20)
            process.kill()
        assert client_verify.verify(copy).lines() == []
    replace(copy, other)
    assert sorted(path.name for path in copy.parent.iterdir()) == [copy.name, "other"]


def test_a_run_that_ended_between_two_renames_is_recovered(copy: Path) -> None:
    """Where two folders cannot be exchanged in one step."""
    former = copy.parent / f".{copy.name}.old"
    copy.rename(former)
    (copy.parent / f".{copy.name}.new").mkdir()
    assert vendor.main([str(copy)]) == 0
    assert [path.name for path in copy.parent.iterdir()] == [copy.name]


def test_a_copy_of_an_earlier_client_is_older_and_is_renewed(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "source"
    shutil.copytree(CLIENT, source, ignore=shutil.ignore_patterns("__pycache__"))
    commit(source)
    models = source / "models.py"
    models.write_text(models.read_text() + "\nNEW = 1\n")
    recompute(source)
    assert verify(copy, "--source", str(source)) == (
        3,
        "older than the source: vendor the client again\n",
    )
    monkeypatch.setattr(vendor, "SOURCE", source)
    assert vendor.main([str(copy)]) == 0
    assert verify(copy, "--source", str(source))[0] == 0


def test_nothing_but_a_copy_is_ever_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    service = tmp_path / "service"
    service.mkdir()
    (service / "main.py").write_text("precious = True\n")
    (tmp_path / "file").write_text("")
    for destination, sentence in (
        (service, "contains files that are not a copy"),
        (tmp_path / "file", "is not a folder"),
        (tmp_path / "two-words", "is not a valid package name"),
        (tmp_path / "class", "is not a valid package name"),
        (CLIENT, "contains the client itself"),
        (ROOT / "generated", "contains the client itself"),
    ):
        assert vendor.main([str(destination), "--force"]) == 2
        output = capsys.readouterr().err
        assert sentence in output
        assert output.count("\n") == 1
    assert (service / "main.py").read_text() == "precious = True\n"


def test_a_destination_that_cannot_be_written_gets_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert vendor.main([str(tmp_path / "file" / "package")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_the_client_itself_verifies(capsys: pytest.CaptureFixture[str]) -> None:
    assert client_verify.main([]) == 0
    assert capsys.readouterr().out.startswith("intact: ")


@pytest.mark.weekly
def test_a_copy_under_another_name_passes_the_clients_own_tests(copy: Path, tmp_path: Path) -> None:
    name = "acme._vendor.license_client"
    for source in ROOT.iterdir():  # the tests read the contract and run the documentation
        if source.name not in {"tests", "generated", "docs", "conftest.py"}:
            (tmp_path / source.name).symlink_to(source)
    sources = [ROOT / "tests" / "__init__.py", *(ROOT / "tests" / "client").rglob("*.py")]
    for source in [*sources, *(ROOT / "docs").rglob("*.md")]:
        target = tmp_path / source.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = source.read_text(encoding="utf-8")
        target.write_text(text.replace("dodo_license_keys", name), encoding="utf-8")
    # The original is installed here, and must not be what the tests run on.
    conftest = 'import sys\n\nsys.modules["dodo_license_keys"] = None\n'
    (tmp_path / "conftest.py").write_text(conftest)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/client"]
    run = subprocess.run(
        [*command, f"--rootdir={tmp_path}", "--import-mode=importlib"],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert verify(copy)[0] == 0


@pytest.fixture
def service(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Vendor the client into a project whose pyproject.toml has the settings that were printed."""
    project = tmp_path / "billing"
    project.mkdir()
    (project / "pyproject.toml").touch()
    assert vendor.main([str(project / COPY)]) == 0
    settings = capsys.readouterr().out.splitlines()[2:]
    tables = [line.strip().partition("]") for line in settings]
    text = "".join(f"{table}]\n{setting.strip()}\n" for table, _, setting in tables)
    (project / "pyproject.toml").write_text(text)
    (project / "src" / "billing" / "main.py").write_text("TOTAL: int = 1\n")
    for module in (project / COPY).rglob("*.py"):
        module.write_text("import os\nx: int = 'one'\n")  # what every tool would report
    return project


def test_vendoring_prints_the_settings_of_four_tools(service: Path) -> None:
    settings = tomllib.loads((service / "pyproject.toml").read_text())["tool"]
    path = COPY
    documentation = (ROOT / "docs" / "lifecycle.md").read_text(encoding="utf-8")
    assert vendor.exclusions(service / COPY) in documentation
    assert settings["ruff"] == {"extend-exclude": [path]}
    assert settings["pyright"] == {"exclude": [path]}
    assert re.search(settings["black"]["extend-exclude"], f"/{path}/models.py")
    assert re.search(settings["mypy"]["exclude"][0], f"{path}/models.py")


@pytest.mark.slow
@pytest.mark.parametrize(
    "tool",
    [
        ("ruff", "check", "--no-cache"),
        ("ruff", "format", "--check", "--no-cache"),
        ("mypy", "--cache-dir=/dev/null", "src"),
        ("basedpyright",),
    ],
    ids=" ".join,
)
def test_the_printed_settings_keep_each_tool_out_of_the_copy(
    tool: tuple[str, ...], service: Path
) -> None:
    command = [sys.executable, "-m", *tool]
    run = subprocess.run(command, check=False, capture_output=True, text=True, cwd=service)
    assert run.returncode == 0, run.stdout + run.stderr
    (service / "pyproject.toml").write_text("")
    run = subprocess.run(command, check=False, capture_output=True, text=True, cwd=service)
    assert run.returncode == 1
    assert "license_client" in run.stdout


@pytest.mark.slow
def test_a_copy_passes_pyright_strict(copy: Path) -> None:
    settings = {"typeCheckingMode": "strict", "pythonVersion": "3.10", "include": [str(copy)]}
    (copy.parent / "pyrightconfig.json").write_text(json.dumps(settings))
    command = [sys.executable, "-m", "basedpyright", "--level", "error", "--outputjson"]
    command += ["--pythonpath", sys.executable, "--project", str(copy.parent)]
    run = subprocess.run(command, check=False, capture_output=True, text=True)
    report = json.loads(run.stdout)
    assert report["summary"]["filesAnalyzed"] > 20
    assert report["generalDiagnostics"] == []
