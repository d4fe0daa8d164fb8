"""Writes out exchanges and findings."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import httpx

from contract_tests.judge.ledger import Finding
from contract_tests.transport.exchange import Exchange

KEY: dict[str, Any] = {
    "id": "lic_1",
    "key": "TEST-KEY-1",
    "business_id": "bus_1",
    "customer_id": "cus_1",
    "product_id": "pdt_1",
    "payment_id": "pay_1",
    "subscription_id": None,
    "status": "active",
    "source": "auto",
    "activations_limit": 5,
    "expires_at": "2031-05-06T07:08:09Z",
    "instances_count": 2,
    "created_at": "2025-01-02T03:04:05.678901Z",
}
REJECTED = {"code": "INVALID_REQUEST_BODY", "message": "no"}


def exchange(
    method: str = "GET",
    path: str = "/license_keys/lic_1",
    status: int = 200,
    body: Any = KEY,
    *,
    media_type: str = "application/json",
    sent: Mapping[str, str] | None = None,
    request_body: bytes = b"",
    seconds: float = 0.1,
    problem: str | None = None,
) -> Exchange:
    """Return an exchange; a body that is not in bytes is sent as JSON."""
    return Exchange(
        method=method,
        url=httpx.URL(f"https://api.test{path}"),
        request_headers=httpx.Headers({"content-length": "0", **(sent or {})}),
        request_body=request_body,
        status=status,
        headers=httpx.Headers({"content-type": media_type} if media_type else {}),
        body=body if isinstance(body, bytes) else json.dumps(body).encode(),
        seconds=seconds,
        problem=problem,
    )


def held(findings: Iterable[Finding]) -> list[str]:
    """The rules that hold, in the order of the findings."""
    return [each.rule_id for each in findings if each.holds]


def violated(findings: Iterable[Finding]) -> list[tuple[str, str, str]]:
    """The violated rules, what they require and what was seen."""
    return [(each.rule_id, each.expected, each.seen) for each in findings if each.holds is False]
