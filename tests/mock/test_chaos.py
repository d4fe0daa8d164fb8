"""Three replicas behind nginx under load, while replicas, workers and the database are killed.

The environment variable MOCK_CHAOS_SECONDS sets the duration.
"""

import contextlib
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from dodo_license_mock import LicenseMock

from .postgresql import Cluster

SECONDS = float(os.environ.get("MOCK_CHAOS_SECONDS", "20"))
REPLICAS = 3
WRITERS = 3
LIMIT = 5
TOKEN = "chaos"
SEED: dict[str, Any] = {
    "license_keys": [
        *[{"id": f"lic_{number}", "key": f"K{number}"} for number in range(WRITERS)],
        {"id": "lic_limited", "key": "LIMITED", "activations_limit": LIMIT},
    ]
}
NGINX = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  upstream mocks {{ {servers} keepalive 16; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://mocks;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_connect_timeout 1s;
      proxy_read_timeout 15s;
    }}
  }}
}}
"""


class Replica:
    """One replica with two workers, which is started again after it was killed."""

    def __init__(self, database: str, port: int) -> None:
        self.port = port
        self._command = [sys.executable, "-m", "dodo_license_mock", "--port", str(port)]
        self._command += ["--token", TOKEN, "--database", database, "--workers", "2"]
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def is_ready(self) -> bool:
        with contextlib.suppress(httpx.TransportError):
            ready = httpx.get(f"http://127.0.0.1:{self.port}/_mock/ready", timeout=20)
            return ready.status_code == 200
        return False

    def keep_running(self) -> None:
        """Start it again if it has ended: it does not start without a database."""
        if self._process.poll() is not None:
            self.start()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def kill_worker(self, chance: random.Random) -> None:
        with contextlib.suppress(psutil.Error, IndexError):
            chance.choice(psutil.Process(self._process.pid).children()).kill()


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [
            stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)
        ]
        return [each.getsockname()[1] for each in sockets]


@contextlib.contextmanager
def proxied(replicas: list[Replica], folder: Path, port: int) -> Iterator[str]:
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        pytest.skip("the proxy is nginx: apt-get install nginx")
    servers = " ".join(f"server 127.0.0.1:{replica.port} max_fails=0;" for replica in replicas)
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(folder=folder, servers=servers, port=port), encoding="utf-8")
    with subprocess.Popen([nginx, "-c", str(config)]) as process:
        yield f"http://127.0.0.1:{port}"
        process.terminate()


class Load:
    """Clients that write until they are stopped, and what they were told."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._is_stopped = threading.Event()
        self.outcomes: Counter[str] = Counter()
        self.sent = dict.fromkeys(range(WRITERS), 0)
        self.acknowledged = dict(self.sent)
        self.exceeded = 0
        self._threads = [
            *[threading.Thread(target=self._patch, args=(number,)) for number in range(WRITERS)],
            *[threading.Thread(target=self._activate) for _ in range(2)],
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._is_stopped.set()
        for thread in self._threads:
            thread.join()

    def _calls(self) -> Iterator[httpx.Client]:
        headers = {"authorization": f"Bearer {TOKEN}"}
        with httpx.Client(base_url=self._base_url, headers=headers, timeout=30) as client:
            while not self._is_stopped.is_set():
                yield client

    def _send(self, client: httpx.Client, method: str, path: str, **body: Any) -> httpx.Response:
        try:
            response = client.request(method, path, json=body or None)
        except httpx.TransportError:
            self.outcomes["cut"] += 1
            time.sleep(0.05)
            return httpx.Response(0)
        # What nginx reports of a replica that was killed.
        is_cut = response.status_code in (502, 504)
        status = "cut" if is_cut else str(response.status_code)
        self.outcomes[status] += 1
        if status in ("cut", "503"):
            time.sleep(0.05)
        return response

    def _patch(self, number: int) -> None:
        for client in self._calls():
            self.sent[number] += 1
            limit = self.sent[number]
            path = f"/license_keys/lic_{number}"
            if self._send(client, "PATCH", path, activations_limit=limit).status_code == 200:
                self.acknowledged[number] = limit
            self._send(client, "GET", path)

    def _activate(self) -> None:
        for client in self._calls():
            body = {"license_key": "LIMITED", "name": "Device"}
            response = self._send(client, "POST", "/licenses/activate", **body)
            listed = self._send(client, "GET", "/license_keys/lic_limited")
            if listed.status_code == 200 and listed.json()["instances_count"] > LIMIT:
                self.exceeded += 1
            if response.status_code == 201:
                body = {"license_key": "LIMITED", "license_key_instance_id": response.json()["id"]}
                self._send(client, "POST", "/licenses/deactivate", **body)


@pytest.mark.weekly
def test_no_acknowledged_change_is_lost_and_no_limit_exceeded() -> None:
    chance = random.Random(4010)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)
        cluster = stack.enter_context(Cluster(folder / "data"))
        database = cluster.new_database()
        LicenseMock(database=database, seed=SEED).close()
        port, *ports = free_ports(REPLICAS + 1)
        replicas = [Replica(database, each) for each in ports]
        for replica in replicas:
            stack.callback(replica.kill)
        base_url = stack.enter_context(proxied(replicas, folder, port))
        while not all(replica.is_ready() for replica in replicas):
            time.sleep(0.1)
        load = Load(base_url)
        kills: Counter[str] = Counter()
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            time.sleep(chance.uniform(0.5, 3))
            what = chance.choice(("replica", "worker", "worker", "database"))
            kills[what] += 1
            if what == "database":
                cluster.kill()
                time.sleep(chance.uniform(0, 1))
                cluster.start_again()
            elif what == "replica":
                chance.choice(replicas).kill()
            else:
                chance.choice(replicas).kill_worker(chance)
            for replica in replicas:
                replica.keep_running()
        while not all(replica.is_ready() for replica in replicas):
            time.sleep(0.1)
        load.stop()
        print(f"kills {dict(kills)}, outcomes {dict(load.outcomes)}")
        assert set(load.outcomes) <= {"200", "201", "422", "503", "cut"}
        assert load.exceeded == 0
        mock = LicenseMock(database=database)
        stack.callback(mock.close)
        headers = {"authorization": f"Bearer {mock.token}"}
        client = stack.enter_context(
            httpx.Client(transport=mock.transport(), base_url="http://mock", headers=headers)
        )
        for number in range(WRITERS):
            kept = client.get(f"/license_keys/lic_{number}").json()["activations_limit"] or 0
            assert load.acknowledged[number] <= kept <= load.sent[number]
        count = client.get("/license_keys/lic_limited").json()["instances_count"]
        instances = client.get("/license_key_instances?license_key_id=lic_limited&page_size=100")
        assert len(instances.json()["items"]) == count <= LIMIT
