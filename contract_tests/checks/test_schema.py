"""Runs all phases of Schemathesis over the contract."""

import json
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.core import SCHEMATHESIS_TEST_CASE_HEADER, NotSet
from schemathesis.engine import Status, events, from_schema
from schemathesis.engine.recorder import Interaction, ScenarioRecorder
from schemathesis.engine.run import PhaseName

from ..account.account import Account
from ..contract.specification import Specification
from ..errors import RefusedByGuardError, RunStoppedError
from ..judge.ledger import Finding, Ledger
from ..transport.asgi import application_over
from ..transport.guard import MARKER, unknown_id
from ..transport.guarded_transport import GuardedTransport

if TYPE_CHECKING:
    from ..transport.exchange import Exchange

RULES = {
    PhaseName.EXAMPLES: "schema.examples",
    PhaseName.COVERAGE: "schema.coverage",
    PhaseName.FUZZING: "schema.fuzzing",
    PhaseName.STATEFUL_TESTING: "schema.stateful",
}
# The permitted statuses for a request that matches the schema. A business rule may reject such a
# request.
_ACCEPTING = ["2xx", "400", "401", "403", "404", "409", "415", "422", "429", "503"]
_ROUTER_RESPONSES = ("MethodNotAllowed", "UnsupportedMediaType")
_EXAMPLE_IDS = ("lic_123", "lki_123")

pytestmark = [pytest.mark.full_profile, pytest.mark.priority(100)]


class Aim(httpx.BaseTransport):
    """Redirects generated requests to allowed keys and sends them through the guarded transport.

    A request that the guard blocks or that gets no response returns 429, which no check reports as
    a failure. The transport records a missing response.

    Attributes:
        exchanges: The exchange of each generated request, by the id of its test case.
    """

    def __init__(self, transport: GuardedTransport, key_ids: list[str]) -> None:
        self.exchanges: dict[str, Exchange] = {}
        self._transport = transport
        self._ids = {
            "license_keys": [*key_ids, unknown_id("lic")],
            "license_key_instances": [unknown_id("lki")],
        }

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a generated request to a safe address."""
        try:
            response = self._transport.handle_request(self._aimed(request))
            case_id = request.headers.get(SCHEMATHESIS_TEST_CASE_HEADER, "")
            self.exchanges[case_id] = response.extensions["exchange"]
            return _readable(response)
        except (RefusedByGuardError, httpx.TransportError) as error:
            return httpx.Response(429, json={"code": "NO_RESPONSE", "message": str(error)})

    def _aimed(self, request: httpx.Request) -> httpx.Request:
        target, mark, query = request.url.raw_path.decode("ascii").partition("?")
        collection, _, last = target.strip("/").partition("/")
        if last and "/" not in last and collection in self._ids:
            ids = self._ids[collection]
            if last in _EXAMPLE_IDS:
                target = f"/{collection}/{ids[0]}"
            elif request.method != "GET" and last not in ids:
                target = f"/{collection}/{ids[zlib.crc32(last.encode()) % len(ids)]}"
        return httpx.Request(
            request.method,
            request.url.copy_with(raw_path=f"{target}{mark}{query}".encode()),
            headers=[each for each in request.headers.raw if each[0].lower() != b"content-length"],
            content=_disarmed(request.read()),
        )


def _readable(response: httpx.Response) -> httpx.Response:
    """Replace a body that is nested so deeply that Schemathesis would crash."""
    try:
        json.loads(response.content)
    except RecursionError:
        return httpx.Response(response.status_code, headers=response.headers, content=b"[")
    except ValueError:
        pass
    return response


def _disarmed(content: bytes) -> bytes:
    """Replace the key and customer in a body with the test marker, so that the guard accepts it."""
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return content
    armed = (
        [name for name in ("license_key", "key", "customer_id") if isinstance(body.get(name), str)]
        if isinstance(body, dict)
        else []
    )
    return json.dumps({**body, **dict.fromkeys(armed, MARKER)}).encode() if armed else content


@pytest.mark.rules(*RULES.values())
def test_schema(account: Account, ledger: Ledger, specification: Specification) -> None:
    """The responses to the requests of Schemathesis conform to the contract."""
    config = SchemathesisConfig.from_dict(
        {
            "headers": {"Authorization": f"Bearer {account.token}"},
            "workers": 1,
            "continue-on-failure": True,
            "generation": {"max-examples": 15, "deterministic": True, "no-shrink": True},
            "checks": {"positive_data_acceptance": {"expected-statuses": _ACCEPTING}},
        }
    )
    document = _without_router_bodies(specification.document)
    schema = schemathesis.openapi.from_dict(document, config=config)
    aim = Aim(account.transport, list(account.keys))
    schema.app = application_over(aim, account.base_url)
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            for case_id, finding in _findings(RULES[event.phase], event.recorder):
                ledger.add([finding], aim.exchanges.get(case_id))
            aim.exchanges.clear()
        elif isinstance(event, events.Interrupted):
            # Schemathesis handles Ctrl-C itself and only ends its own run.
            raise KeyboardInterrupt
        elif isinstance(event, events.NonFatalError | events.FatalError):
            error = event.value if isinstance(event, events.NonFatalError) else event.exception
            raise _unwrapped(error)


def _without_router_bodies(document: dict[str, Any]) -> dict[str, Any]:
    """The contract without the bodies of 405 and 415, which error.router-body checks."""
    components = document["components"]
    responses = {
        name: {"description": response["description"]} if name in _ROUTER_RESPONSES else response
        for name, response in components["responses"].items()
    }
    return {**document, "components": {**components, "responses": responses}}


def _findings(rule: str, recorder: ScenarioRecorder) -> Iterator[tuple[str, Finding]]:
    for case_id, checks in recorder.checks.items():
        for check in checks:
            if check.status == Status.SUCCESS:
                yield case_id, Finding(rule, holds=True)
            elif check.failure_info is not None:
                failure = check.failure_info.failure
                case = recorder.cases[case_id].value
                if _is_left_open(case, check.name, recorder.interactions.get(case_id)):
                    continue
                message = " ".join(failure.message.split())
                yield (
                    case_id,
                    Finding(
                        rule,
                        holds=False,
                        expected=f"{check.name} on {case.operation.label}",
                        seen=f"{failure.title}: {message}",
                    ),
                )


def _is_left_open(
    case: schemathesis.Case[Any], check: str, interaction: Interaction | None
) -> bool:
    """Whether HTTP permits what a check reports, or the published sources disagree about it."""
    response = interaction.response if interaction is not None else None
    status = response.status_code if response is not None else 0
    operation = case.operation.label
    if operation == "PATCH /license_keys/{id}" and isinstance(case.body, NotSet):
        # The specification requires a body, a documented sample sends none.
        return check == "negative_data_rejection"
    if operation == "POST /license_keys" and status == 405:
        return True  # as before version 1.95.3
    return case.method == "OPTIONS" or (case.method == "TRACE" and status == 501)


def _unwrapped(error: Exception) -> Exception:
    """The RunStoppedError in the causes of an error, or the error itself."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, RunStoppedError):
            return cause
        cause = cause.__cause__
    return error
