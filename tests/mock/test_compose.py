"""The compose file: its schema, and everything that it names exists. No container is started."""

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from dodo_license_mock import LicenseMock
from dodo_license_mock.__main__ import _parser
from psycopg.conninfo import conninfo_to_dict

from .test_chaos import free_ports

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "compose"
PORT = 4010


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    text = (FOLDER / "compose.yaml").read_text(encoding="utf-8")
    # What Compose substitutes when the variable is not set.
    text = re.sub(r"\$\{\w+:-(\w+)\}", r"\1", text)
    services: dict[str, Any] = yaml.safe_load(text)["services"]
    return services


@pytest.mark.slow
def test_it_follows_the_published_schema() -> None:
    pytest.importorskip("check_jsonschema")
    tool = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    subprocess.run([*tool, FOLDER / "compose.yaml"], check=True, capture_output=True)


def test_the_command_is_valid_and_reaches_the_database(services: dict[str, Any]) -> None:
    command, *options = services["mock"]["command"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["scripts"][command] == "dodo_license_mock.__main__:main"
    parsed = _parser().parse_args(options)
    assert (parsed.host, parsed.port, parsed.remote_control) == ("0.0.0.0", PORT, True)  # noqa: S104
    environment = services["database"]["environment"]
    assert conninfo_to_dict(parsed.database) == {
        "host": "database",
        "port": "5432",
        "dbname": environment["POSTGRES_DB"],
        "user": environment["POSTGRES_USER"],
        "password": environment["POSTGRES_PASSWORD"],
    }


def test_the_image_contains_the_driver_of_the_database() -> None:
    lock = (ROOT / "requirements" / "contract.txt").read_text(encoding="utf-8")
    assert re.search(r"^psycopg\[binary\]==", lock, re.MULTILINE)


def test_the_files_that_it_names_exist(services: dict[str, Any]) -> None:
    build = services["mock"]["build"]
    assert (FOLDER / build["context"] / build["dockerfile"]).is_file()
    (volume,) = services["proxy"]["volumes"]
    assert (FOLDER / volume.partition(":")[0]).is_file()


def test_only_this_machine_reaches_the_proxy(services: dict[str, Any]) -> None:
    published = {name: each["ports"] for name, each in services.items() if "ports" in each}
    assert published == {"proxy": [f"127.0.0.1:{PORT}:{PORT}"]}


@pytest.mark.slow
def test_the_health_check_of_the_mock(services: dict[str, Any]) -> None:
    kind, _, *arguments = services["mock"]["healthcheck"]["test"]
    assert kind == "CMD"
    with LicenseMock().serve() as url:
        port = str(httpx.URL(url).port)
        probe = [sys.executable, *[each.replace(str(PORT), port) for each in arguments]]
        assert subprocess.run(probe, check=False).returncode == 0
    assert subprocess.run(probe, check=False, stderr=subprocess.DEVNULL).returncode != 0


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[str]:
    """The proxy in front of a mock that other machines may control, as in the compose file."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        pytest.skip("the proxy is nginx: apt-get install nginx")
    (port,) = free_ports(1)
    with LicenseMock(remote_control=True).serve() as url:
        text = (FOLDER / "nginx.conf").read_text(encoding="utf-8")
        text = text.replace(f"http://mock:{PORT}", url)
        text = text.replace(f"listen {PORT}", f"listen 127.0.0.1:{port}")
        paths = [f"{name}_temp_path {tmp_path / name};" for name in TEMPORARY]
        text = text.replace("http {", "\n".join(["http {", *paths]))
        config = tmp_path / "nginx.conf"
        config.write_text(f"daemon off; pid {tmp_path / 'pid'};\n{text}", encoding="utf-8")
        with subprocess.Popen([nginx, "-e", tmp_path / "log", "-c", config]) as process:
            transport = httpx.HTTPTransport(retries=5)
            with httpx.Client(transport=transport) as client:
                client.get(f"http://127.0.0.1:{port}/")
            yield f"http://127.0.0.1:{port}"
            process.terminate()


TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@pytest.mark.slow
def test_the_proxy_passes_the_api_and_the_page(proxy: str, services: dict[str, Any]) -> None:
    with httpx.Client(base_url=proxy) as client:
        assert "<h1>License mock</h1>" in client.get("/_mock/").text
        reset = client.put("/_mock/reset", headers={"origin": proxy})
        assert reset.status_code == 200
        foreign = client.put("/_mock/reset", headers={"origin": "http://evil.example"})
        assert foreign.status_code == 403
        assert client.get("/license_keys").status_code == 401
        path = httpx.URL(services["proxy"]["healthcheck"]["test"][-1]).path
        assert client.get(path).json() == {"status": "healthy"}
