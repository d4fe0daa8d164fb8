"""OpenTelemetry: its published instrumentation of httpx sees every request of the client."""

from collections.abc import Iterator
from typing import Any

import dodo_license_keys as dodo
import httpx
import pytest

from tests.client.conftest import Caller
from tests.client.server import KEY, refusal, reply, serve

instrumentation = pytest.importorskip("opentelemetry.instrumentation.httpx")
trace = pytest.importorskip("opentelemetry.sdk.trace")
export = pytest.importorskip("opentelemetry.sdk.trace.export")
memory = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter")


@pytest.fixture
def spans() -> Iterator[Any]:
    """Instrument httpx, as a service does when it starts, and collect the spans."""
    exporter = memory.InMemorySpanExporter()
    provider = trace.TracerProvider()
    provider.add_span_processor(export.SimpleSpanProcessor(exporter))
    instrumentor = instrumentation.HTTPXClientInstrumentor()
    instrumentor.instrument(tracer_provider=provider)
    yield exporter
    instrumentor.uninstrument()


def status(span: Any) -> Any:
    attributes = span.attributes
    return attributes.get("http.response.status_code", attributes.get("http.status_code"))


@pytest.mark.parametrize("given", ["nothing", "transport", "http_client"])
def test_each_request_is_a_span_with_its_status(call: Caller, spans: Any, given: str) -> None:
    options: dict[str, Any] = {}
    if given == "transport":
        transport = httpx.AsyncHTTPTransport if call.asynchronous else httpx.HTTPTransport
        options["transport"] = transport()
    elif given == "http_client":
        options["http_client"] = httpx.AsyncClient() if call.asynchronous else httpx.Client()
    with serve(refusal(503), reply(200, KEY), refusal(404)) as server:

        async def use_async(client: Any) -> None:
            await client.license_keys.update("lic_1", disabled=True)
            with pytest.raises(dodo.NotFoundError):
                await client.license_keys.retrieve("lic_2")

        def use(client: Any) -> Any:
            if call.asynchronous:
                return use_async(client)
            client.license_keys.update("lic_1", disabled=True)
            with pytest.raises(dodo.NotFoundError):
                client.license_keys.retrieve("lic_2")
            return None

        call(use, server.url, **options)
    found = spans.get_finished_spans()
    assert [status(span) for span in found] == [503, 200, 404]
    assert [span.name for span in found] == ["PATCH", "PATCH", "GET"]
    assert "traceparent" in {name.lower() for name in server.received[0].headers}
