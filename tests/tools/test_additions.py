"""Every addition to our contract gives a correct client or one sentence."""

import json
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import httpx
import pytest

from specification import load
from tests.tools.additions import ADDITIONS, added
from tests.tools.calling import Caller, imported
from tests.tools.documents import ROOT, ours
from tools.client import generate

FEW = ("response oneOf with discriminator", "path undeclared")


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


def test_an_operation_is_sent_to_its_own_server_unless_a_base_url_is_passed(
    tmp_path: Path,
) -> None:
    document = ours()
    live, test = (f"https://{mode}.dodopayments.com/files" for mode in ("live", "test"))
    operation = document["paths"]["/license_keys/{id}"]["get"]
    operation["servers"] = [{"url": live}, {"url": test}]
    document["paths"]["/licenses/validate"]["servers"] = [{"url": "https://other.example/v1"}]
    path = tmp_path / "own_servers.json"
    path.write_text(json.dumps(document))
    assert generate.main([f"--spec={path}", f"--dest={tmp_path}", "--name=dodo_own_servers"]) == 0
    sent: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        sent.append(str(request.url))
        return httpx.Response(404, json={"code": "NOT_FOUND", "message": "Not found"})

    def called(package: Any, **options: Any) -> list[str]:
        sent.clear()
        http = httpx.Client(transport=httpx.MockTransport(respond))
        with package.Client(bearer_token="token", http_client=http, **options) as client:
            for method, *arguments in (
                (client.license_keys.retrieve, "lic_1"),
                (client.license_keys.with_raw_response.retrieve, "lic_2"),
                (client.licenses.validate,),
                (client.license_keys.update, "lic_3"),
            ):
                keywords = {} if arguments else {"license_key": "key"}
                with pytest.raises(package.NotFoundError):
                    method(*arguments, **keywords)
        return list(sent)

    with imported(tmp_path, "dodo_own_servers") as package, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert called(package, environment="test_mode") == [
            f"{test}/license_keys/lic_1",
            f"{test}/license_keys/lic_2",
            "https://other.example/v1/licenses/validate",
            "https://test.dodopayments.com/license_keys/lic_3",
        ]
        assert called(package, environment="live_mode")[0] == f"{live}/license_keys/lic_1"
        mock = "http://127.0.0.1:4010"
        assert all(url.startswith(mock) for url in called(package, base_url=mock))


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
