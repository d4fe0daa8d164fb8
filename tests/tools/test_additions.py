"""Every addition to our contract gives a correct client or one sentence."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from specification import load
from tests.tools.additions import ADDITIONS, added
from tests.tools.calling import Caller, imported
from tests.tools.documents import ROOT, ours
from tools.client import generate

FEW = ("query deep object", "body multipart", "response oneOf with discriminator", "key and token")


def generated(name: str, folder: Path) -> tuple[Path, str]:
    """Write the document of an addition; return it and the name of its package."""
    package = f"client_{list(ADDITIONS).index(name)}"
    path = folder / f"{package}.json"
    path.write_text(json.dumps(added(ours(), ADDITIONS[name])), encoding="utf-8")
    return path, package


def check(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, package = generated(name, folder)
    rejected = ADDITIONS[name][2]
    code = generate.main([f"--spec={path}", f"--dest={folder}", f"--name={package}"])
    printed = capsys.readouterr().err
    if rejected:
        assert code == 2
        assert rejected in printed
        assert printed.count("\n") == 1
        assert not (folder / package).exists()
        return
    assert code == 0, printed
    with imported(folder, package) as module:
        document = load(str(path))
        assert Caller(document, module).call_all() == 11


@pytest.mark.parametrize("name", FEW)
def test_an_addition_is_correct(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    check(name, tmp_path, capsys)


@pytest.mark.weekly
def test_every_addition_is_correct_or_rejected_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    failed = {}
    for name in ADDITIONS:
        try:
            check(name, tmp_path, capsys)
        except Exception as error:  # noqa: BLE001  # every row is judged
            failed[name] = f"{type(error).__name__}: {error}"[:300]
    assert failed == {}
    assert len(ADDITIONS) >= 100
    packages = [each.name for each in tmp_path.iterdir() if each.is_dir()]
    command = [sys.executable, "-m", "mypy", "--strict", f"--cache-dir={ROOT / '.mypy_cache'}"]
    run = subprocess.run(
        [*command, *(part for each in packages for part in ("-p", each))],
        check=False,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout
