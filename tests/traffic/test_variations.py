"""Two clients at once on a correct server, however unusual it is, raise no alarm."""

from pathlib import Path

import httpx
import pytest
from dodo_license_mock import LicenseMock
from dodo_license_recording import Recorder

from contract_tests.transport.asgi import ApplicationTransport
from mutants.catalogue import VARIATIONS
from mutants.server.layer import Layer
from tests.traffic.clients import use_at_once, verdict_on

_MOST_ATTEMPTS = 4
_TRANSIENT = frozenset({429, 502, 503, 504})
# One of each kind: the form of bodies, lag, failures, resets, throttling, other clients, clocks.
SAMPLE = (
    "benign-expiry-in-milliseconds",
    "unusual-nulls-absent",
    "unusual-lag-all-100-ms",
    "unusual-post-503-once",
    "unusual-reset-afterwards",
    "unusual-throttled-at-first",
    "unusual-others-create",
    "unusual-created-at-once",
)


class Retrying(httpx.BaseTransport):
    """Sends a request again if it fails on the way, as services do."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        for attempt in range(_MOST_ATTEMPTS):
            try:
                response = self._inner.handle_request(request)
            except httpx.TransportError:
                if attempt == _MOST_ATTEMPTS - 1:
                    raise
                continue
            if response.status_code not in _TRANSIENT or attempt == _MOST_ATTEMPTS - 1:
                return response
            response.read()
            response.close()
        raise AssertionError


@pytest.mark.parametrize(
    "variation",
    [
        pytest.param(each, marks=pytest.mark.slow if each in SAMPLE else pytest.mark.weekly)
        for each in VARIATIONS
    ],
)
def test_two_clients_at_once_raise_no_alarm(variation: str, tmp_path: Path) -> None:
    path = tmp_path / "recording.har"
    mutant = VARIATIONS[variation]
    mock = LicenseMock(seed=mutant.seed)
    app = Layer(mock.app, mutant.behaviour, mock.token)
    with (
        Recorder(ApplicationTransport(app), path, complete=True) as transport,
        httpx.Client(
            transport=Retrying(transport),
            base_url="http://mock.invalid",
            headers={"Authorization": f"Bearer {mock.token}"},
        ) as client,
    ):
        use_at_once([client, client], mock.key_ids)
    verdict = verdict_on(path, strict=False)
    assert verdict.requests
    assert [each.rule.id for each in verdict.violated if each.rule.level == "contract"] == []
