"""Clients of a mock whose traffic is recorded, and what judges the recordings."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from dodo_license_mock import LicenseMock
from dodo_license_recording import Recorder

from contract_tests.judge.verdict import Verdict
from contract_tests.traffic.command import JudgeOptions, judge_files, verdict_of


@contextmanager
def recorded_client(
    mock: LicenseMock, path: Path, *, complete: bool = True
) -> Iterator[httpx.Client]:
    """A client whose exchanges with a mock are recorded."""
    with (
        Recorder(mock.transport(), path, complete=complete) as transport,
        httpx.Client(
            transport=transport,
            base_url="http://mock.invalid",
            headers={"Authorization": f"Bearer {mock.token}"},
        ) as client,
    ):
        yield client


def verdict_on(*paths: Path, strict: bool = True, complete: bool = False) -> Verdict:
    options = JudgeOptions(files=paths, strict=strict, complete=complete)
    return verdict_of(judge_files(options), options)


def violated(verdict: Verdict) -> list[str]:
    return [each.rule.id for each in verdict.violated]


def status_of(verdict: Verdict, rule: str) -> str:
    return next(each.status for each in verdict.entries if each.rule.id == rule)


def use_everything(client: httpx.Client, key_id: str) -> None:
    """What a service does with a key in its life, errors included."""
    path = f"/license_keys/{key_id}"
    key = client.get(path).json()
    client.get("/license_keys", params={"page_size": 100})
    client.patch(path, json={"activations_limit": None, "expires_at": None, "disabled": False})
    client.patch(path, json={"activations_limit": key["instances_count"] + 2})
    client.patch(path, json={"expires_at": "2031-05-06T07:08:09Z"})
    made = client.post("/licenses/activate", json={"license_key": key["key"], "name": "Büro"})
    instance = made.json()["id"]
    client.post("/licenses/validate", json={"license_key": key["key"]})
    client.get(f"/license_key_instances/{instance}")
    client.patch(f"/license_key_instances/{instance}", json={"name": "Ada's laptop"})
    client.get("/license_key_instances", params={"license_key_id": key_id, "page_size": 100})
    client.post(
        "/licenses/deactivate",
        json={"license_key": key["key"], "license_key_instance_id": instance},
    )
    client.get(f"/license_key_instances/{instance}")
    client.patch(path, json={"disabled": True})
    client.post("/licenses/activate", json={"license_key": key["key"], "name": "second"})
    client.patch(path, json={"disabled": "no"})
    client.patch(path, json={"disabled": False})
    client.get(path)
    client.get("/license_keys", params={"status": "active"})


def use_at_once(clients: list[httpx.Client], key_ids: list[str]) -> None:
    """Every client uses its own key, all of them at the same time."""
    with ThreadPoolExecutor() as pool:
        for each in [
            pool.submit(use_everything, *pair) for pair in zip(clients, key_ids, strict=False)
        ]:
            each.result()


def entries(path: Path) -> list[dict[str, Any]]:
    """The entries of a HAR file."""
    content = json.loads(path.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = content["log"]["entries"]
    return found


def with_entries(path: Path, made: list[dict[str, Any]]) -> Path:
    """Write entries to a HAR file in the form of other tools."""
    log = {"version": "1.2", "creator": {"name": "other tool", "version": "1"}, "entries": made}
    path.write_text(json.dumps({"log": log}, indent=1), encoding="utf-8")
    return path
