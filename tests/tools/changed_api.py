"""The API as it may be one day: four changes to openapi.yaml, and the mock with them."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

Scope = dict[str, Any]
REVOCATIONS = "/revocations/"


def change(document: dict[str, Any]) -> None:
    """Change the contract in the four ways that published versions changed, or are likely to."""
    document["info"]["version"] = "1.1.0"
    schemas, paths = document["components"]["schemas"], document["paths"]
    # A field becomes nullable, as payment_id did in 1.95.3.
    schemas["CustomerLimitedDetailsResponse"]["properties"]["name"]["type"] = ["string", "null"]
    # An enumeration gains a value, as LicenseKeySource did in 1.102.0.
    schemas["LicenseKeyStatus"]["enum"].append("revoked")
    # A response gains a required field, as it did brand_id in 1.104.0.
    key = schemas["LicenseKeyResponse"]
    key["required"].append("region")
    key["properties"]["region"] = {"description": "Where the key is kept.", "type": "string"}
    # An operation joins, as POST did in 1.95.3.
    item = paths["/license_keys/{id}"]
    paths[f"{REVOCATIONS}{{id}}"] = {
        "parameters": item["parameters"],
        "get": {name: part for name, part in item["get"].items() if name != "deprecated"}
        | {"operationId": "get_revocation", "summary": "Show a key as it is once revoked"},
    }


CHANGES = {
    ("breaking for readers", "response-became-nullable", "CustomerLimitedDetailsResponse.name"),
    ("breaking for readers", "response-enum-value-added", "LicenseKeyStatus"),
    ("compatible", "request-enum-value-added", "LicenseKeyStatus"),
    ("compatible", "response-property-added", "LicenseKeyResponse.region"),
    ("compatible", "operation-added", f"GET {REVOCATIONS}{{id}}"),
}


class ChangedAPI:
    """Wraps the mock's ASGI application so that it answers as the changed contract says."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Answer a request as ASGI 3 has it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        revoked = scope["path"].startswith(REVOCATIONS)
        start: dict[str, Any] = {}
        body = b""

        async def collect(message: dict[str, Any]) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
            else:
                body += message.get("body", b"")

        await self.app(self.translate(scope, revoked=revoked), receive, collect)
        if body and start["status"] < 300:
            body = json.dumps(self.changed(json.loads(body), revoked=revoked)).encode()
        headers = dict(start["headers"]) | {b"content-length": str(len(body)).encode()}
        if revoked and b"allow" in headers:
            headers[b"allow"] = b"GET"
        await send({**start, "headers": list(headers.items())})
        await send({"type": "http.response.body", "body": body})

    @staticmethod
    def translate(scope: Scope, *, revoked: bool) -> Scope:
        """Turn a request to the changed API into one that the mock knows."""
        if revoked:
            path = "/license_keys/" + scope["path"].removeprefix(REVOCATIONS)
            # As sent, percent-encoded.
            raw_path = b"/license_keys/" + scope["raw_path"].removeprefix(REVOCATIONS.encode())
            # PATCH is no method of a revocation, nor PUT one of a key.
            method = "PUT" if scope["method"] == "PATCH" else scope["method"]
            return {**scope, "path": path, "raw_path": raw_path, "method": method}
        if b"status=revoked" in scope["query_string"]:  # no key is revoked: past the last page
            return {**scope, "query_string": b"page_number=1000000"}
        return scope

    def changed(self, answer: Any, *, revoked: bool) -> Any:
        """Turn an answer of the mock into one of the changed API."""
        if "items" in answer:
            items = [self.changed(item, revoked=revoked) for item in answer["items"]]
            return {**answer, "items": items}
        if "instances_count" in answer:
            return {**answer, "region": "eu"} | ({"status": "revoked"} if revoked else {})
        if "customer" in answer:
            return {**answer, "customer": {**answer["customer"], "name": None}}
        return answer


@contextmanager
def serve(app: Any) -> Iterator[str]:
    """Serve an ASGI application on a free port of the loopback; the value is the base URL."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="warning", lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
