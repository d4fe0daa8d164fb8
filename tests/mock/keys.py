"""Finds seeded keys by what sets them apart, through the API alone."""

from collections.abc import Callable
from typing import Any

import httpx

Json = dict[str, Any]


def all_keys(client: httpx.Client, **filters: str) -> list[Json]:
    keys: list[Json] = []
    while True:
        page = {"page_size": "7", "page_number": str(len(keys) // 7)}
        items = client.get("/license_keys", params=page | filters).json()["items"]
        keys += items
        if len(items) < 7:
            return keys


def find(client: httpx.Client, wanted: Callable[[Json], bool]) -> Json:
    return next(key for key in all_keys(client) if wanted(key))


def plain(key: Json) -> bool:
    return key["status"] == "active" and key["subscription_id"] is None
