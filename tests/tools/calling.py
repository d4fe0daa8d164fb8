"""Calls every operation of a generated client against a transport that checks what is on the wire.

The requests and the responses are built from the OpenAPI document alone. Only the names of the
methods and of their arguments come from the generator.
"""

import base64
import importlib
import json
import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote

import httpx
import jsonschema

from specification import Document
from tools.client.parts import Operation
from tools.client.view import ClientView

SAMPLES: dict[str, Any] = {
    "string": "text",
    "integer": 3,
    "number": 1.5,
    "boolean": True,
    "null": None,
    "date-time": "2030-01-02T03:04:05Z",
    "date": "2030-01-02",
    "uuid": "0b0c1c5e-6f3a-4b6e-9d55-3f4a0a7e3c11",
    "uri": "https://example.com/",
    "email": "a@example.com",
}


class Sampler:
    """Builds a value that is valid against a schema, with every property.

    Args:
        document: The document that the schemas refer to.
    """

    def __init__(self, document: Document) -> None:
        self.document = document

    def sample(self, schema: Any, seen: tuple[str, ...] = (), *, request: bool = False) -> Any:
        """Build a value. A recursive property is left out."""
        if schema is True or schema in ({}, None):
            return {"any": ["value", 1]}
        if "$ref" in schema:
            reference = schema["$ref"]
            if reference in seen:
                raise RecursionError
            return self.sample(self.document.at(reference), (*seen, reference), request=request)
        if "allOf" in schema:
            parts = [*schema["allOf"], {k: v for k, v in schema.items() if k != "allOf"}]
            values = [
                self.sample(part, seen, request=request)
                for part in parts
                if part.keys() - {"description", "title", "example", "deprecated"}
            ]
            objects = [each for each in values if isinstance(each, dict)]
            if len(objects) < len(values):
                return next(each for each in values if not isinstance(each, dict))
            merged: dict[str, Any] = {}
            for each in objects:
                merged |= {key: value for key, value in each.items() if key != "any"}
            return merged
        for keyword in ("oneOf", "anyOf"):
            if keyword in schema:
                return self.alternative(schema, schema[keyword], seen, request=request)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return schema["enum"][0]
        types = schema.get("type") or (
            "object" if "properties" in schema else "array" if "items" in schema else "string"
        )
        kind = types if isinstance(types, str) else next(each for each in types if each != "null")
        if kind == "array":
            return self.array(schema, seen, request=request)
        if kind == "object":
            return self.object(schema, seen, request=request)
        if kind in {"integer", "number"}:
            value = max(SAMPLES[kind], schema.get("minimum", 0))
            return min(value, schema.get("maximum", value))
        return (
            SAMPLES.get(schema.get("format", ""), SAMPLES[kind])
            if kind == "string"
            else SAMPLES[kind]
        )

    def array(self, schema: Any, seen: tuple[str, ...], *, request: bool) -> list[Any]:
        if "prefixItems" in schema:
            return [self.sample(each, seen, request=request) for each in schema["prefixItems"]]
        try:
            return [self.sample(schema.get("items", True), seen, request=request)]
        except RecursionError:
            return []

    def object(self, schema: Any, seen: tuple[str, ...], *, request: bool) -> dict[str, Any]:
        found = {}
        for name, declared in schema.get("properties", {}).items():
            target = self.document.resolve(declared)
            hidden = "readOnly" if request else "writeOnly"
            if isinstance(target, dict) and target.get(hidden):
                continue
            try:
                found[name] = self.sample(declared, seen, request=request)
            except RecursionError:
                if name in schema.get("required", ()):
                    raise
        additional = schema.get("additionalProperties")
        if isinstance(additional, dict) and not found:
            found["key"] = self.sample(additional, seen, request=request)
        for each in schema.get("patternProperties", {}).values():
            found["x_key"] = self.sample(each, seen, request=request)
        return found

    def alternative(
        self, schema: Any, variants: Any, seen: tuple[str, ...], *, request: bool
    ) -> Any:
        beside = {
            key: value for key, value in schema.items() if key in {"type", "properties", "required"}
        }
        for variant in variants:
            if variant.get("type") == "null":
                continue
            try:
                value = self.sample(variant, seen, request=request)
            except RecursionError:
                continue
            if beside and isinstance(value, dict):
                value = self.sample(beside, seen, request=request) | value
            discriminator = schema.get("discriminator")
            if discriminator and isinstance(value, dict):
                key, reference = discriminator["propertyName"], variant.get("$ref", "")
                mapping = {v: k for k, v in discriminator.get("mapping", {}).items()}
                name = reference.rpartition("/")[2]
                target = self.document.resolve(variant)
                fixed = target.get("properties", {}).get(key, {})
                if reference and "enum" not in fixed and "const" not in fixed:
                    value[key] = mapping.get(reference) or mapping.get(name) or name
            return value
        raise RecursionError

    def validate(self, value: Any, schema: Any) -> None:
        """Check a value against a schema of the document."""
        rooted = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "components": self.document.content.get("components", {}),
        }
        rooted |= schema if isinstance(schema, dict) else {}
        rooted = lenient(rooted)
        jsonschema.Draft202012Validator(rooted).validate(value)


def lenient(schema: Any) -> Any:
    """Accept a value that several alternatives of a `oneOf` accept."""
    if isinstance(schema, list):
        return [lenient(each) for each in schema]
    if isinstance(schema, dict):
        return {"anyOf" if key == "oneOf" else key: lenient(each) for key, each in schema.items()}
    return schema


@contextmanager
def imported(folder: Path, name: str) -> Iterator[Any]:
    """Import a generated package."""
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module(name)
    finally:
        sys.path.remove(str(folder))
        for module in [each for each in sys.modules if each.split(".")[0] == name]:
            del sys.modules[module]


def as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(map(as_text, value))
    return value if isinstance(value, str) else json.dumps(value)


class Caller:
    """Calls the operations of one client.

    Args:
        document: The document.
        package: The generated package.
    """

    def __init__(self, document: Document, package: Any) -> None:
        self.document = document
        self.package = package
        self.sampler = Sampler(document)
        self.view = ClientView(document, package.__name__)
        self.expected: dict[str, Any] = {}
        self.requests = 0
        credentials = {
            each.name: ("user", "pass") if each.place == "basic" else f"{each.name}-value"
            for each in self.view.credentials
        }
        self.client = getattr(package, self.view.client_name)(
            bearer_token="token",
            base_url="https://api.example",
            max_retries=0,
            http_client=httpx.Client(transport=httpx.MockTransport(self.respond)),
            **credentials,
        )

    def call_all(self) -> int:
        """Call every operation and return their number."""
        number = 0
        for resource in self.view.resources:
            for operation in resource.operations:
                self.call(getattr(self.client, resource.name), operation)
                number += 1
        assert self.requests == number
        return number

    def call(self, resource: Any, operation: Operation) -> Any:
        """Call one operation, and compare its result with the response."""
        item = self.document.resolve(self.document.content["paths"][operation.template])
        raw = item[operation.method.lower()]
        parameters = {}
        for each in [*item.get("parameters", []), *raw.get("parameters", [])]:
            parameter = self.document.resolve(each)
            parameters[parameter["in"], parameter["name"]] = parameter
        values = {
            key: self.sampler.sample(self.schema_of(parameter), request=True)
            for key, parameter in parameters.items()
        }
        body, media_type = self.body_of(raw)
        _, response = self.response_of(raw)
        self.expected = {
            "operation": operation,
            "parameters": parameters,
            "values": values,
            "body": body,
            "media_type": media_type,
            "raw": raw,
            "response": response,
        }
        request = operation.request
        arguments = {
            field.name: values[
                location,
                next(
                    key
                    for place, key in values
                    if place == location and json.dumps(key)[1:-1] == field.key
                ),
            ]
            for location, fields in (
                ("query", request.query),
                ("header", request.headers),
                ("cookie", request.cookies),
            )
            for field in fields
        }
        positional = [values["path", field.key] for field in request.segments]
        if request.whole_body:
            arguments[request.body[0].name] = body
        else:
            arguments |= {
                field.name: body[json.loads(f'"{field.key}"')]
                for field in request.body
                if json.loads(f'"{field.key}"') in body
            }
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = getattr(resource, operation.method_name)(*positional, **arguments)
        if operation.result.item:
            assert plain(result.items) == response["items"]
        else:
            assert plain(result) == response, operation.id
        return result

    @staticmethod
    def schema_of(parameter: dict[str, Any]) -> Any:
        content = parameter.get("content")
        return next(iter(content.values()))["schema"] if content else parameter.get("schema", True)

    def body_of(self, raw: dict[str, Any]) -> tuple[Any, str]:
        body = self.document.resolve(raw.get("requestBody", {}))
        content = body.get("content", {})
        if not content:
            return None, ""
        media_type = next((each for each in content if "json" in each), None) or next(
            (each for each in content if "form" in each), next(iter(content))
        )
        schema = content[media_type].get("schema", True)
        if not ("json" in media_type or "form" in media_type):
            return ("text" if media_type.startswith("text/") else b"\x00\xff"), media_type
        value = self.sampler.sample(schema, request=True)
        if media_type == "multipart/form-data":
            properties = self.document.resolve(schema).get("properties", {})
            value |= {
                name: b"\x00\xff"
                for name, each in properties.items()
                if each.get("format") == "binary"
            }
        return value, media_type

    def response_of(self, raw: dict[str, Any]) -> tuple[int, Any]:
        responses = raw.get("responses", {})
        status = next((each for each in responses if each[0] == "2"), next(iter(responses), "200"))
        code = int(status) if status.isdigit() and status[0] == "2" else 200
        response = self.document.resolve(responses.get(status, {}))
        content = response.get("content", {})
        self.answer = httpx.Response(code)
        media_type = next(
            (each for each in content if "json" in each or each == "*/*"), next(iter(content), None)
        )
        if media_type is None or status[0] not in "2d":
            return code, None
        if "json" in media_type or (media_type == "*/*" and "schema" in content[media_type]):
            schema = content[media_type].get("schema", True)
            value = self.sampler.sample(schema)
            self.sampler.validate(value, schema)
            self.answer = httpx.Response(code, json=value)
            return code, value
        data = b"caf\xc3\xa9" if media_type.startswith("text/") else b"%PDF\x00\xff"
        self.answer = httpx.Response(
            code,
            content=data,
            headers={
                "content-type": media_type
                + ("; charset=utf-8" if media_type.startswith("text/") else "")
            },
        )
        return code, data.decode() if media_type.startswith("text/") else data

    def respond(self, request: httpx.Request) -> httpx.Response:
        """Check a request against the document, and return the prepared response."""
        self.requests += 1
        expected = self.expected
        operation, values, parameters = (
            expected["operation"],
            expected["values"],
            expected["parameters"],
        )
        assert request.method == operation.method
        pattern = re.sub(r"\\\{(.*?)\\\}", "([^/]*?)", re.escape(operation.template))
        path = request.url.raw_path.decode().partition("?")[0]
        match = re.fullmatch(pattern, path)
        assert match, (path, operation.template)
        names = re.findall(r"\{(.*?)\}", operation.template)
        for name, text in zip(names, match.groups(), strict=True):
            assert unquote(text) == as_text(values["path", name])
        query = parse_qs(request.url.query.decode(), keep_blank_values=True)
        cookies = request.headers.get("cookie", "")
        for (location, name), value in values.items():
            parameter = parameters[location, name]
            if location == "query":
                self.check_query(parameter, value, query)
            elif location == "header" and name.lower() not in {
                "accept",
                "content-type",
                "authorization",
            }:
                wanted = (
                    json.dumps(value, separators=(",", ":"))
                    if "content" in parameter
                    else as_text(value)
                )
                assert request.headers[name] == wanted
            elif location == "cookie":
                assert f"{name}={as_text(value)}" in unquote(cookies)
        self.check_security(request, query)
        self.check_body(request)
        return self.answer

    def check_query(
        self, parameter: dict[str, Any], value: Any, query: dict[str, list[str]]
    ) -> None:
        name, style = parameter["name"], parameter.get("style", "form")
        if "content" in parameter:
            assert json.loads(query[name][0]) == value
        elif isinstance(value, dict):
            for key, each in value.items():
                assert query[f"{name}[{key}]" if style == "deepObject" else key] == [
                    as_text(item) for item in (each if isinstance(each, list) else [each])
                ]
        elif isinstance(value, list) and style == "form" and parameter.get("explode", True):
            assert query[name] == list(map(as_text, value))
        elif isinstance(value, list):
            separator = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}[style]
            assert query[name] == [separator.join(map(as_text, value))]
        else:
            assert query[name] == [as_text(value)]

    def check_security(self, request: httpx.Request, query: dict[str, list[str]]) -> None:
        schemes = self.document.content.get("components", {}).get("securitySchemes", {})
        ways = self.expected["raw"].get("security", self.document.content.get("security", []))
        if not ways:
            assert "authorization" not in request.headers
            return
        assert any(
            all(self.is_sent(self.document.resolve(schemes[name]), request, query) for name in way)
            for way in ways
        )

    @staticmethod
    def is_sent(
        scheme: dict[str, Any], request: httpx.Request, query: dict[str, list[str]]
    ) -> bool:
        if scheme["type"] == "apiKey":
            value = {
                "header": request.headers.get(scheme["name"]),
                "query": query.get(scheme["name"], [None])[0],
                "cookie": request.headers.get("cookie"),
            }[scheme["in"]]
            return bool(value) and "-value" in value
        if scheme["type"] == "mutualTLS":
            return True
        basic = base64.b64encode(b"user:pass").decode()
        wanted = f"Basic {basic}" if scheme.get("scheme", "").lower() == "basic" else "Bearer token"
        return request.headers.get("authorization") == wanted

    def check_body(self, request: httpx.Request) -> None:
        body, media_type = self.expected["body"], self.expected["media_type"]
        if not media_type:
            assert request.content == b""
            return
        sent = request.headers["content-type"]
        assert sent.partition(";")[0] == media_type.partition(";")[0]
        if "json" in media_type:
            assert json.loads(request.content) == body
            content = self.document.resolve(self.expected["raw"]["requestBody"])["content"]
            self.sampler.validate(body, content[media_type].get("schema", {}))
        elif media_type == "application/x-www-form-urlencoded":
            form = parse_qs(request.content.decode(), keep_blank_values=True)
            for name, value in body.items():
                if isinstance(value, dict):
                    assert any(key.startswith(f"{name}[") for key in form)
                elif not (isinstance(value, list) and isinstance(value[0], dict)):
                    assert form[name] == [
                        as_text(item) for item in (value if isinstance(value, list) else [value])
                    ]
        elif media_type == "multipart/form-data":
            for name, value in body.items():
                assert f'name="{name}"'.encode() in request.content
                assert (value if isinstance(value, bytes) else b"") in request.content
        else:
            assert request.content == (body.encode() if isinstance(body, str) else body)


def plain(value: Any) -> Any:
    """Convert what a method returned back to JSON."""
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if hasattr(value, "isoformat"):
        return value.isoformat().replace("+00:00", "Z")
    return value
