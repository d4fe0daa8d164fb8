"""The changes of operations of the table. Each row is compared in both directions of time."""

from typing import Any, NamedTuple

from tests.tools.agreement.oasdiff import UNCLEAR
from tests.tools.agreement.schema_rows import NUMBER, OBJECT, STRING, thing
from tests.tools.documents import JSON_BODY, document, response

NULLABLE = {"type": ["string", "null"]}


class Row(NamedTuple):
    """A change of a document.

    Attributes:
        old: The old document.
        new: The new document.
        ours: Our rules from old to new, joined by `+`.
        back: Our rules from new to old.
        checks: oasdiff's checks from old to new.
        checks_back: oasdiff's checks from new to old.
    """

    old: dict[str, Any]
    new: dict[str, Any]
    ours: str
    back: str
    checks: str = UNCLEAR
    checks_back: str = UNCLEAR


def parameter(place: str = "query", **more: Any) -> dict[str, Any]:
    return document({"parameters": [{"name": "p", "in": place, "schema": STRING} | more]})


def path_parameter(**more: Any) -> dict[str, Any]:
    shared = [{"name": "p", "in": "query", "schema": STRING} | more]
    return document(paths={"/things": {"parameters": shared, "post": {"responses": {}}}})


def body(**more: Any) -> dict[str, Any]:
    return document({"requestBody": {"content": {JSON_BODY: {"schema": OBJECT}}} | more})


def body_types(*types: str) -> dict[str, Any]:
    return body(content={each: {"schema": OBJECT} for each in types})


def answers(*statuses: str) -> dict[str, Any]:
    return document({"responses": {status: {"description": ""} for status in statuses}})


def answer(**more: Any) -> dict[str, Any]:
    return document({"responses": {"200": {"description": ""} | more}})


def answer_types(*types: str) -> dict[str, Any]:
    return answer(content={each: {"schema": OBJECT} for each in types})


def header(**more: Any) -> dict[str, Any]:
    return answer(headers={"X-A": {"schema": STRING} | more})


def secured(*requirements: dict[str, Any], everywhere: bool = True) -> dict[str, Any]:
    schemes = {
        "key": {"type": "http", "scheme": "bearer"},
        "other": {"type": "apiKey", "in": "header", "name": "X-Key"},
    }
    parts = {"components": {"securitySchemes": schemes}}
    if everywhere:
        return document(**parts, security=list(requirements))
    return document({"security": list(requirements)}, **parts)


def served(*urls: str) -> dict[str, Any]:
    return document(servers=[{"url": url} for url in urls])


def operation_served(*urls: str) -> dict[str, Any]:
    return document({"servers": [{"url": url} for url in urls]}, servers=[{"url": "/"}])


def at_path(path: str) -> dict[str, Any]:
    names = [part.strip("{}") for part in path.split("/") if part.startswith("{")]
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": STRING} for name in names
    ]
    return document(paths={path: {"get": {"parameters": parameters, "responses": {}}}})


def methods(*names: str) -> dict[str, Any]:
    return document(paths={"/things": {name: {"responses": {}} for name in names}})


def hooked(schema: Any, *names: str) -> dict[str, Any]:
    sent = {"post": {"requestBody": {"content": {JSON_BODY: {"schema": schema}}}}}
    return document(webhooks=dict.fromkeys(names or ["thing.created"], sent))


def called_back(schema: Any) -> dict[str, Any]:
    sent = {"requestBody": {"content": {JSON_BODY: {"schema": schema}}}}
    return document({"callbacks": {"done": {"{$request.body#/url}": {"post": sent}}}})


def named(name: str) -> dict[str, Any]:
    return response({"$ref": f"#/components/schemas/{name}"}, {name: thing(STRING)})


OPERATIONS: dict[str, Row] = {
    "a path is added": Row(
        document(paths={}),
        document(),
        *("operation-added", "operation-removed"),
        *("endpoint-added", "api-path-removed-without-deprecation"),
    ),
    "a method is added": Row(
        methods("get"),
        methods("get", "post"),
        *("operation-added", "operation-removed"),
        *("endpoint-added", "api-removed-without-deprecation"),
    ),
    "the operationId changes": Row(
        document({"operationId": "a"}),
        document({"operationId": "b"}),
        *("operation-id-changed", "operation-id-changed"),
        *("api-operation-id-removed", "api-operation-id-removed"),
    ),
    "a path parameter is renamed": Row(
        at_path("/a/{id}/{b}"),
        at_path("/a/{key}/{b}"),
        *("path-parameter-renamed", "path-parameter-renamed"),
    ),
    "deprecated": Row(
        document(),
        document({"deprecated": True}),
        *("deprecated", "no-longer-deprecated"),
        *("endpoint-deprecated", "endpoint-reactivated"),
    ),
    "a tag is added": Row(
        document(),
        document({"tags": ["a"]}),
        *("documentation-changed", "documentation-changed"),
        *("api-tag-added", "api-tag-removed"),
    ),
    "the summary changes": Row(
        document({"summary": "Old"}),
        document({"summary": "New"}),
        *("documentation-changed", "documentation-changed", "", ""),
    ),
    "an extension changes": Row(
        document({"x-note": 1}),
        document({"x-note": 2}),
        *("documentation-changed", "documentation-changed", "", ""),
    ),
    "an optional parameter is added": Row(
        document(),
        parameter(),
        *("parameter-added", "parameter-removed"),
        *("new-optional-request-parameter", "request-parameter-removed"),
    ),
    "a required parameter is added": Row(
        document(),
        parameter(required=True),
        *("parameter-added-required", "parameter-removed"),
        *("new-required-request-parameter", "request-parameter-removed"),
    ),
    "an optional header parameter is added": Row(
        document(),
        parameter("header"),
        *("parameter-added", "parameter-removed"),
        *("new-optional-request-parameter", "request-parameter-removed"),
    ),
    "a required header parameter is added": Row(
        document(),
        parameter("header", required=True),
        *("parameter-added-required", "parameter-removed"),
        *("new-required-request-parameter", "request-parameter-removed"),
    ),
    "an optional cookie parameter is added": Row(
        document(),
        parameter("cookie"),
        *("parameter-added", "parameter-removed"),
        *("new-optional-request-parameter", "request-parameter-removed"),
    ),
    "a parameter becomes required": Row(
        parameter(),
        parameter(required=True),
        *("request-became-required", "request-became-optional"),
        *("request-parameter-became-required", "request-parameter-became-optional"),
    ),
    "a header parameter becomes required": Row(
        parameter("header"),
        parameter("header", required=True),
        *("request-became-required", "request-became-optional"),
        *("request-parameter-became-required", "request-parameter-became-optional"),
    ),
    "a parameter of the path item becomes required": Row(
        path_parameter(),
        path_parameter(required=True),
        *("request-became-required", "request-became-optional"),
    ),
    "a parameter moves to the path item": Row(parameter(), path_parameter(), *("", "", "", "")),
    "a parameter moves from the query to a header": Row(
        parameter(),
        parameter("header"),
        *("parameter-added+parameter-removed",) * 2,
        *("new-optional-request-parameter+request-parameter-removed",) * 2,
    ),
    "a parameter is deprecated": Row(
        parameter(),
        parameter(deprecated=True),
        *("deprecated", "no-longer-deprecated"),
        *("request-parameter-deprecated", "request-parameter-reactivated"),
    ),
    "the style of a parameter changes": Row(
        parameter(schema={"type": "array", "items": STRING}),
        parameter(schema={"type": "array", "items": STRING}, style="spaceDelimited"),
        *("parameter-style-changed", "parameter-style-changed"),
    ),
    "a parameter is no longer exploded": Row(
        parameter(schema={"type": "array", "items": STRING}),
        parameter(schema={"type": "array", "items": STRING}, explode=False),
        *("parameter-style-changed", "parameter-style-changed"),
    ),
    "an optional body is added": Row(
        document(),
        body(),
        *("request-body-added", "request-body-removed"),
        *("request-body-added-optional", "request-body-removed"),
    ),
    "a required body is added": Row(
        document(),
        body(required=True),
        *("request-body-added-required", "request-body-removed"),
        *("request-body-added-required", "request-body-removed"),
    ),
    "a body becomes required": Row(
        body(),
        body(required=True),
        *("request-became-required", "request-became-optional"),
        *("request-body-became-required", "request-body-became-optional"),
    ),
    "a media type of the body is added": Row(
        body_types(JSON_BODY),
        body_types(JSON_BODY, "text/csv"),
        *("request-media-type-added", "request-media-type-removed"),
        *("request-body-media-type-added", "request-body-media-type-removed"),
    ),
    "the media type of the body changes": Row(
        body_types(JSON_BODY),
        body_types("text/csv"),
        *("request-media-type-added+request-media-type-removed",) * 2,
        *("request-body-media-type-added+request-body-media-type-removed",) * 2,
    ),
    "the body gets a schema": Row(
        body(content={JSON_BODY: {}}),
        body(),
        *("request-type-narrowed", "request-type-widened"),
        *("request-body-media-type-schema-added", "request-body-media-type-schema-removed"),
    ),
    "the encoding of the body changes": Row(
        body(),
        body(
            content={
                JSON_BODY: {"schema": OBJECT, "encoding": {"p": {"contentType": "text/csv"}}},
            }
        ),
        *("request-encoding-changed", "request-encoding-changed", "", ""),
    ),
    "a success status is added": Row(
        answers("200"),
        answers("200", "202"),
        *("response-success-added", "response-success-removed"),
        *("response-success-status-added", "response-success-status-removed"),
    ),
    "an error status is added": Row(
        answers("200"),
        answers("200", "404"),
        *("response-refusal-added", "response-refusal-removed"),
        *("response-non-success-status-added", "response-non-success-status-removed"),
    ),
    "a default response is added": Row(
        answers("200"),
        answers("200", "default"),
        *("response-refusal-added", "response-refusal-removed"),
    ),
    "a response gets a body": Row(
        answer(),
        answer_types(JSON_BODY),
        *("response-body-added", "response-body-removed"),
    ),
    "a media type of a response is added": Row(
        answer_types(JSON_BODY),
        answer_types(JSON_BODY, "text/csv"),
        *("response-media-type-added", "response-media-type-removed"),
        *("response-media-type-added", "response-media-type-removed"),
    ),
    "the media type of a response changes": Row(
        answer_types(JSON_BODY),
        answer_types("text/csv"),
        *("response-media-type-added+response-media-type-removed",) * 2,
        *("response-media-type-added+response-media-type-removed",) * 2,
    ),
    "a response gets a schema": Row(
        answer(content={JSON_BODY: {}}),
        answer_types(JSON_BODY),
        *("response-type-narrowed", "response-type-widened"),
        *("response-body-media-type-schema-added", "response-body-media-type-schema-removed"),
    ),
    "an optional response header is added": Row(
        answer(),
        header(),
        *("response-header-added", "response-header-removed"),
        *("response-header-added", "optional-response-header-removed"),
    ),
    "a required response header is added": Row(
        answer(),
        header(required=True),
        *("response-header-added", "response-header-removed"),
        *("response-header-added", "required-response-header-removed"),
    ),
    "a response header becomes required": Row(
        header(),
        header(required=True),
        *("response-became-required", "response-became-optional"),
        *("", "response-header-became-optional"),
    ),
    "a link is added": Row(
        answer(),
        answer(links={"next": {"operationId": "a"}}),
        *("documentation-changed", "documentation-changed"),
    ),
    "the API needs authentication": Row(
        secured({}),
        secured({"key": []}),
        *("security-requirement-removed", "security-requirement-added"),
    ),
    "an operation needs authentication": Row(
        secured({}, everywhere=False),
        secured({"key": []}, everywhere=False),
        *("security-requirement-removed", "security-requirement-added"),
    ),
    "a scope is required": Row(
        secured({"key": ["read"]}),
        secured({"key": ["read", "write"]}),
        *("security-requirement-removed", "security-requirement-added"),
        *("api-global-security-scope-added", "api-global-security-scope-removed"),
    ),
    "an operation requires a scope": Row(
        secured({"key": ["read"]}, everywhere=False),
        secured({"key": ["read", "write"]}, everywhere=False),
        *("security-requirement-removed", "security-requirement-added"),
        *("api-security-scope-added", "api-security-scope-removed"),
    ),
    "another way to authenticate is added": Row(
        secured({"key": []}),
        secured({"key": []}, {"other": []}),
        *("security-requirement-added", "security-requirement-removed"),
        *("api-global-security-added", "api-global-security-removed"),
    ),
    "an operation accepts another way to authenticate": Row(
        secured({"key": []}, everywhere=False),
        secured({"key": []}, {"other": []}, everywhere=False),
        *("security-requirement-added", "security-requirement-removed"),
        *("api-security-added", "api-security-removed"),
    ),
    "two ways to authenticate are needed together": Row(
        secured({"key": []}),
        secured({"key": [], "other": []}),
        *("security-requirement-removed", "security-requirement-added"),
    ),
    "a schema is renamed": Row(
        named("A"),
        named("B"),
        *("schema-renamed", "schema-renamed"),
        *("api-schema-removed", "api-schema-removed"),
    ),
    "a schema is inlined": Row(
        named("A"),
        response(thing(STRING)),
        *("schema-renamed", "schema-renamed"),
        *("api-schema-removed", ""),
    ),
    "a schema that nothing uses is added": Row(
        document(),
        document(components={"schemas": {"A": thing(STRING)}}),
        *("", ""),
        *("", "api-schema-removed"),
    ),
    "a webhook is added": Row(
        hooked(STRING, "a"),
        hooked(STRING, "a", "b"),
        *("webhook-added", "webhook-removed"),
        *("webhook-added", "webhook-removed"),
    ),
    "a webhook may send null": Row(
        hooked(STRING),
        hooked(NULLABLE),
        *("response-became-nullable", "response-no-longer-nullable", "", ""),
    ),
    "a webhook gets a property": Row(
        hooked(OBJECT),
        hooked(thing(STRING)),
        *("response-property-added", "response-property-removed", "", ""),
    ),
    "a webhook has values of a wider type": Row(
        hooked(thing({"type": "integer"})),
        hooked(thing(NUMBER)),
        *("response-type-widened", "response-type-narrowed", "", ""),
    ),
    "a callback is added": Row(
        document(), called_back(STRING), *("webhook-added", "webhook-removed", "", "")
    ),
    "a callback may send null": Row(
        called_back(STRING),
        called_back(NULLABLE),
        *("response-became-nullable", "response-no-longer-nullable", "", ""),
    ),
    "a server is added": Row(
        served("https://a.example"),
        served("https://a.example", "https://b.example"),
        *("server-added", "server-removed", "", ""),
    ),
    "a server of an operation is added": Row(
        operation_served("https://a.example"),
        operation_served("https://a.example", "https://b.example"),
        *("server-added", "server-removed", "", ""),
    ),
    "the title of the API changes": Row(
        document(info={"title": "Old", "version": "1"}),
        document(info={"title": "New", "version": "1"}),
        *("documentation-changed", "documentation-changed", "", ""),
    ),
}
