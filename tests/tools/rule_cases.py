"""The smallest pairs of schemas and of documents that make every rule speak."""

from typing import Any

from tests.tools.documents import JSON_BODY, document, response

STRING = {"type": "string"}
NUMBER = {"type": "number"}
INTEGER = {"type": "integer"}


def with_property(schema: Any, *required: str, **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"p": schema}, "required": list(required)} | more


# old schema, new schema, the rule of a request, the rule of a response
SCHEMAS: dict[str, tuple[Any, Any, str, str]] = {
    "null joins": (STRING, {"type": ["string", "null"]}, "became-nullable", "became-nullable"),
    "null leaves": (
        {"type": ["string", "null"]},
        STRING,
        "no-longer-nullable",
        "no-longer-nullable",
    ),
    "a union with null": (
        STRING,
        {"oneOf": [{"type": "null"}, STRING]},
        "became-nullable",
        "became-nullable",
    ),
    "a type joins": (STRING, {"type": ["string", "integer"]}, "type-widened", "type-widened"),
    "a type leaves": ({"type": ["string", "integer"]}, STRING, "type-narrowed", "type-narrowed"),
    "integers become numbers": (INTEGER, NUMBER, "type-widened", "type-widened"),
    "numbers become integers": (NUMBER, INTEGER, "type-narrowed", "type-narrowed"),
    "another type": (STRING, INTEGER, "type-changed", "type-changed"),
    "any type": (STRING, {}, "type-widened", "type-widened"),
    "another format": (
        STRING | {"format": "date"},
        STRING | {"format": "date-time"},
        "format-changed",
        "format-changed",
    ),
    "a format joins": (STRING, STRING | {"format": "uuid"}, "format-changed", "format-changed"),
    "a wider number": (
        INTEGER | {"format": "int32"},
        INTEGER | {"format": "int64"},
        "format-widened",
        "format-changed",
    ),
    "a narrower number": (
        NUMBER | {"format": "double"},
        NUMBER | {"format": "float"},
        "format-changed",
        "format-narrowed",
    ),
    "an enum value joins": (
        {"enum": ["a"]},
        {"enum": ["a", "b"]},
        "enum-value-added",
        "enum-value-added",
    ),
    "an enum value leaves": (
        {"enum": ["a", "b"]},
        {"const": "a"},
        "enum-value-removed",
        "enum-value-removed",
    ),
    "an enum joins": (STRING, STRING | {"enum": ["a"]}, "values-restricted", "values-restricted"),
    "an enum leaves": (STRING | {"enum": ["a"]}, STRING, "values-freed", "values-freed"),
    "a minimum rises": (
        INTEGER | {"minimum": 0},
        INTEGER | {"minimum": 1},
        "bound-tightened",
        "bound-tightened",
    ),
    "a minimum falls": (
        INTEGER | {"minimum": 1},
        INTEGER | {"minimum": 0},
        "bound-loosened",
        "bound-loosened",
    ),
    "a maximum rises": (
        STRING | {"maxLength": 5},
        STRING | {"maxLength": 6},
        "bound-loosened",
        "bound-loosened",
    ),
    "a maximum falls": (
        {"type": "array", "maxItems": 5},
        {"type": "array", "maxItems": 4},
        "bound-tightened",
        "bound-tightened",
    ),
    "a maximum joins": (INTEGER, INTEGER | {"maximum": 9}, "bound-tightened", "bound-tightened"),
    "a maximum leaves": (INTEGER | {"maximum": 9}, INTEGER, "bound-loosened", "bound-loosened"),
    "a pattern joins": (
        STRING,
        STRING | {"pattern": "^a"},
        "constraint-added",
        "constraint-added",
    ),
    "a pattern leaves": (
        STRING | {"pattern": "^a"},
        STRING,
        "constraint-removed",
        "constraint-removed",
    ),
    "another pattern": (
        STRING | {"pattern": "^a"},
        STRING | {"pattern": "^b"},
        "constraint-changed",
        "constraint-changed",
    ),
    "nothing fits any more": ({}, False, "constraint-added", "constraint-added"),
    "a required property leaves": (
        with_property(STRING, "p"),
        {"type": "object"},
        "property-removed",
        "property-removed",
    ),
    "a property joins": (
        {"type": "object"},
        with_property(STRING),
        "property-added",
        "property-added",
    ),
    "a required property joins": (
        {"type": "object"},
        with_property(STRING, "p"),
        "property-added-required",
        "property-added",
    ),
    "a property joins a closed object": (
        {"type": "object", "additionalProperties": False},
        with_property(STRING, additionalProperties=False),
        "property-added",
        "property-added-to-closed",
    ),
    "a property becomes required": (
        with_property(STRING),
        with_property(STRING, "p"),
        "became-required",
        "became-required",
    ),
    "a property becomes optional": (
        with_property(STRING, "p"),
        with_property(STRING),
        "became-optional",
        "became-optional",
    ),
    "an object closes": (
        {"type": "object"},
        {"type": "object", "additionalProperties": False},
        "closed",
        "closed",
    ),
    "an object opens": (
        {"type": "object", "additionalProperties": False},
        {"type": "object", "additionalProperties": STRING},
        "opened",
        "opened",
    ),
    "an alternative joins": (
        {"oneOf": [STRING, NUMBER]},
        {"oneOf": [STRING, NUMBER, {"type": "boolean"}]},
        "variant-added",
        "variant-added",
    ),
    "an alternative leaves a list of types": (
        {"type": ["string", "number", "boolean"]},
        {"anyOf": [STRING, NUMBER]},
        "variant-removed",
        "variant-removed",
    ),
    "a format leaves": (
        STRING | {"format": "uuid"},
        STRING,
        "format-widened",
        "format-changed",
    ),
    "a pattern that allows everything": (
        STRING | {"pattern": "^a"},
        STRING | {"pattern": ".*"},
        "constraint-removed",
        "constraint-removed",
    ),
    "a smaller step": (
        NUMBER | {"multipleOf": 4},
        NUMBER | {"multipleOf": 2},
        "constraint-removed",
        "constraint-removed",
    ),
    "a condition leaves": (
        {"type": "object", "dependentRequired": {"a": ["b"]}},
        {"type": "object"},
        "constraint-removed",
        "constraint-removed",
    ),
    "a tuple loosens": (
        {"type": "array", "prefixItems": [STRING]},
        {"type": "array", "prefixItems": [{"type": ["string", "null"]}]},
        "became-nullable",
        "became-nullable",
    ),
    "unevaluated properties are allowed": (
        {"type": "object", "unevaluatedProperties": False},
        {"type": "object"},
        "constraint-removed",
        "constraint-removed",
    ),
    "contains leaves": (
        {"type": "array", "contains": STRING},
        {"type": "array"},
        "constraint-removed",
        "constraint-removed",
    ),
    "a pattern property loosens": (
        {"type": "object", "patternProperties": {"^x": INTEGER}},
        {"type": "object", "patternProperties": {"^x": NUMBER}},
        "type-widened",
        "type-widened",
    ),
    "any becomes one": (
        {"anyOf": [with_property(STRING), with_property(STRING, x=1)]},
        {"oneOf": [with_property(STRING), with_property(STRING, x=1)]},
        "constraint-added",
        "constraint-added",
    ),
    "allOf members share a property": (
        {"allOf": [with_property(STRING), with_property(STRING | {"maxLength": 5})]},
        {"allOf": [with_property(STRING), with_property(STRING | {"maxLength": 6})]},
        "bound-loosened",
        "bound-loosened",
    ),
    "an unknown keyword": (
        {"type": "array", "unknown": [STRING]},
        {"type": "array", "unknown": [NUMBER]},
        "schema-changed",
        "schema-changed",
    ),
}


def parameter(**more: Any) -> dict[str, Any]:
    return document({"parameters": [{"name": "p", "in": "query", "schema": STRING} | more]})


def body(**more: Any) -> dict[str, Any]:
    return document({"requestBody": {"content": {JSON_BODY: {}}} | more})


def answers(*statuses: str) -> dict[str, Any]:
    return document({"responses": {status: {"description": ""} for status in statuses}})


def answer(**more: Any) -> dict[str, Any]:
    return document({"responses": {"200": {"description": ""} | more}})


def secured(*requirements: dict[str, Any]) -> dict[str, Any]:
    schemes = {
        "key": {"type": "http", "scheme": "bearer"},
        "same": {"type": "http", "scheme": "bearer", "description": "Prose"},
        "other": {"type": "apiKey", "in": "header", "name": "X-Key"},
    }
    return document(security=list(requirements), components={"securitySchemes": schemes})


def served(*urls: str) -> dict[str, Any]:
    return document(servers=[{"url": url} for url in urls])


def at_path(path: str) -> dict[str, Any]:
    names = [part.strip("{}") for part in path.split("/") if part.startswith("{")]
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": STRING} for name in names
    ]
    return document(paths={path: {"get": {"parameters": parameters, "responses": {}}}})


def hooked(schema: Any) -> dict[str, Any]:
    sent = {"requestBody": {"content": {JSON_BODY: {"schema": schema}}}}
    return document(webhooks={"thing.created": {"post": sent}})


def called_back(schema: Any) -> dict[str, Any]:
    sent = {"requestBody": {"content": {JSON_BODY: {"schema": schema}}}}
    return document({"callbacks": {"done": {"{$request.body#/url}": {"post": sent}}}})


OPERATIONS: dict[str, tuple[dict[str, Any], dict[str, Any], list[str]]] = {
    "an operation joins": (document(paths={}), document(), ["operation-added"]),
    "an operation leaves": (document(), document(paths={}), ["operation-removed"]),
    "another operationId": (
        document({"operationId": "a"}),
        document({"operationId": "b"}),
        ["operation-id-changed"],
    ),
    "a path parameter is renamed": (
        at_path("/a/{id}/{b}"),
        at_path("/a/{key}/{b}"),
        ["path-parameter-renamed"],
    ),
    "deprecated": (document(), document({"deprecated": True}), ["deprecated"]),
    "deprecated no more": (
        document({"deprecated": True}),
        document(),
        ["no-longer-deprecated"],
    ),
    "a deprecated property": (
        response(with_property(STRING)),
        response(with_property(STRING | {"deprecated": True})),
        ["deprecated"],
    ),
    "a parameter joins": (document(), parameter(), ["parameter-added"]),
    "a required parameter joins": (
        document(),
        parameter(required=True),
        ["parameter-added-required"],
    ),
    "a parameter leaves": (parameter(), document(), ["parameter-removed"]),
    "a parameter becomes required": (
        parameter(),
        parameter(required=True),
        ["request-became-required"],
    ),
    "another style": (parameter(), parameter(style="spaceDelimited"), ["parameter-style-changed"]),
    "another default": (
        parameter(schema=STRING | {"default": "a"}),
        parameter(schema=STRING | {"default": "b"}),
        ["default-changed"],
    ),
    "a body joins": (document(), body(), ["request-body-added"]),
    "a required body joins": (document(), body(required=True), ["request-body-added-required"]),
    "a body leaves": (body(), document(), ["request-body-removed"]),
    "a body becomes optional": (body(required=True), body(), ["request-became-optional"]),
    "a media type joins": (
        body(),
        body(content={JSON_BODY: {}, "text/csv": {}}),
        ["request-media-type-added"],
    ),
    "a media type leaves": (
        body(content={JSON_BODY: {}, "text/csv": {}}),
        body(),
        ["request-media-type-removed"],
    ),
    "another encoding": (
        body(),
        body(content={JSON_BODY: {"encoding": {"p": {"contentType": "text/csv"}}}}),
        ["request-encoding-changed"],
    ),
    "a success joins": (answers("200"), answers("200", "202"), ["response-success-added"]),
    "a success leaves": (answers("200", "202"), answers("200"), ["response-success-removed"]),
    "a refusal joins": (answers("200"), answers("200", "404"), ["response-refusal-added"]),
    "a refusal leaves": (answers("200", "default"), answers("200"), ["response-refusal-removed"]),
    "an answer's body joins": (answer(), answer(content={JSON_BODY: {}}), ["response-body-added"]),
    "an answer's body leaves": (
        answer(content={JSON_BODY: {}}),
        answer(),
        ["response-body-removed"],
    ),
    "an answer's media type joins": (
        answer(content={JSON_BODY: {}}),
        answer(content={JSON_BODY: {}, "text/csv": {}}),
        ["response-media-type-added"],
    ),
    "an answer's media type leaves": (
        answer(content={JSON_BODY: {}, "text/csv": {}}),
        answer(content={JSON_BODY: {}}),
        ["response-media-type-removed"],
    ),
    "a header joins": (answer(), answer(headers={"X-A": {}}), ["response-header-added"]),
    "a header leaves": (answer(headers={"X-A": {}}), answer(), ["response-header-removed"]),
    "a header may be missing": (
        answer(headers={"X-A": {"required": True}}),
        answer(headers={"x-a": {}}),
        ["response-became-optional"],
    ),
    "authentication is no longer needed": (
        secured({"key": []}),
        secured({}),
        ["security-requirement-added"],
    ),
    "a scope is no longer needed": (
        secured({"key": ["read", "write"]}),
        secured({"key": ["read"]}),
        ["security-requirement-added"],
    ),
    "a scope is needed": (
        secured({"key": ["read"]}),
        secured({"key": ["read", "write"]}),
        ["security-requirement-removed"],
    ),
    "a schema is renamed": (
        response({"$ref": "#/components/schemas/A"}, {"A": with_property(STRING)}),
        response({"$ref": "#/components/schemas/B"}, {"B": with_property(STRING)}),
        ["schema-renamed"],
    ),
    "a schema is inlined": (
        response({"$ref": "#/components/schemas/A"}, {"A": with_property(STRING)}),
        response(with_property(STRING)),
        ["schema-renamed"],
    ),
    "a callback changes": (
        called_back(STRING),
        called_back({"type": ["string", "null"]}),
        ["response-became-nullable"],
    ),
    "a callback leaves": (called_back(STRING), document(), ["webhook-removed"]),
    "links change": (
        answer(links={"next": {"operationId": "a"}}),
        answer(),
        ["documentation-changed"],
    ),
    "authentication is needed": (
        secured({}),
        secured({"key": []}),
        ["security-requirement-removed"],
    ),
    "another way to authenticate joins": (
        secured({"key": []}),
        secured({"key": []}, {"other": []}),
        ["security-requirement-added"],
    ),
    "a way to authenticate leaves": (
        secured({"key": []}, {"other": []}),
        secured({"same": []}),
        ["security-requirement-removed"],
    ),
    "a webhook joins": (document(), hooked(STRING), ["webhook-added"]),
    "a webhook leaves": (hooked(STRING), document(), ["webhook-removed"]),
    "what a webhook sends is read like an answer": (
        hooked(STRING),
        hooked({"type": ["string", "null"]}),
        ["response-became-nullable"],
    ),
    "a server joins": (
        served("https://a.example"),
        served("https://a.example/", "https://b.example"),
        ["server-added"],
    ),
    "a server leaves": (
        served("https://a.example", "https://b.example"),
        served("https://a.example"),
        ["server-removed"],
    ),
    "prose": (
        document({"summary": "Old", "tags": ["a"]}),
        document({"summary": "New", "tags": ["b"], "x-note": 1}),
        ["documentation-changed"],
    ),
}
