"""Measure the throughput of one, two and three replicas behind nginx on one PostgreSQL database.

Needs wrk and nginx. The replicas, the proxy, the database and the load share this machine.
"""

import argparse
import contextlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
from dodo_license_mock import LicenseMock

KEYS = 1000
NGINX = """
daemon off; pid {folder}/pid; error_log {folder}/log; worker_processes 1;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  upstream replicas {{ {servers} keepalive 32; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://replicas; proxy_http_version 1.1; proxy_set_header Connection "";
    }}
  }}
}}
"""
LOAD = """
local bodies = {{ PATCH = '{{"activations_limit": 7}}' }}
request = function()
  local path = "/license_keys/lic_" .. math.random(0, {last})
  local headers = {{ Authorization = "Bearer {token}", ["Content-Type"] = "application/json" }}
  return wrk.format("{method}", path, headers, bodies["{method}"])
end
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark and return 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mock_replicas", description=__doc__)
    parser.add_argument("postgresql", metavar="URL", help="empty database")
    parser.add_argument("--seconds", type=int, default=10, help="for each figure (%(default)s)")
    parser.add_argument("--port", type=int, default=4010, help="of the proxy (%(default)s)")
    options = parser.parse_args(arguments)
    keys = [{"id": f"lic_{number}"} for number in range(KEYS)]
    LicenseMock(database=options.postgresql, seed={"license_keys": keys}).close()
    print(f"{'requests per second':22}{'GET':>10}{'PATCH':>10}")
    for count in (1, 2, 3):
        with serving(options.postgresql, count, options.port) as (url, token):
            figures = [measure(url, token, method, options.seconds) for method in ("GET", "PATCH")]
        print(f"{count} replica{'s' * (count > 1):14}{figures[0]:10,.0f}{figures[1]:10,.0f}")
    return 0


@contextlib.contextmanager
def serving(database: str, count: int, port: int) -> Iterator[tuple[str, str]]:
    """Serve from several replicas behind nginx, and yield the URL and the bearer token."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)
        facts = [stack.enter_context(replica(database)) for _ in range(count)]
        servers = " ".join(f"server {each['base_url'].removeprefix('http://')};" for each in facts)
        config = folder / "nginx.conf"
        text = NGINX.format(folder=folder, servers=servers, port=port)
        config.write_text(text, encoding="ascii")
        nginx = shutil.which("nginx") or "/usr/sbin/nginx"
        proxy = stack.enter_context(subprocess.Popen([nginx, "-e", folder / "log", "-c", config]))
        stack.callback(proxy.terminate)
        url = f"http://127.0.0.1:{port}"
        with httpx.Client(transport=httpx.HTTPTransport(retries=5)) as client:
            client.get(f"{url}/_mock/health").raise_for_status()
        yield url, facts[0]["token"]


@contextlib.contextmanager
def replica(database: str) -> Iterator[dict[str, str]]:
    """Run one replica, and yield what it prints."""
    command = [sys.executable, "-m", "dodo_license_mock", "--port", "0", "--json"]
    with subprocess.Popen(
        [*command, "--database", database], stdout=subprocess.PIPE, text=True
    ) as process:
        if process.stdout is None:
            raise AssertionError("the output is a pipe")
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


def measure(url: str, token: str, method: str, seconds: int) -> float:
    """Return the requests per second.

    Raises:
        RuntimeError: A response was not 2xx.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(LOAD.format(last=KEYS - 1, token=token, method=method))
        script.flush()
        command = ["wrk", "-t1", "-c16", f"-d{seconds}s", "-s", script.name, url]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    if "Non-2xx" in done.stdout:
        raise RuntimeError(done.stdout)
    found = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    return float(found.group(1)) if found else 0.0


if __name__ == "__main__":
    sys.exit(main())
