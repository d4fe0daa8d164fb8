"""One-operation additions to our own contract: what a payments API may add next.

Each row is correct, which the tests prove by calling the operation and by mypy, or rejected in one
sentence that contains the given text.
"""

from typing import Any

Addition = tuple[dict[str, Any], dict[str, Any], str]
STRING: dict[str, Any] = {"type": "string"}
INTEGER: dict[str, Any] = {"type": "integer"}
INSTANT: dict[str, Any] = {"type": "string", "format": "date-time"}
DATE: dict[str, Any] = {"type": "string", "format": "date"}
UUID: dict[str, Any] = {"type": "string", "format": "uuid"}
MODEL: dict[str, Any] = {
    "type": "object",
    "required": ["id", "at"],
    "properties": {"id": STRING, "at": INSTANT, "note": {"type": ["string", "null"]}},
}
CAT: dict[str, Any] = {
    "type": "object",
    "required": ["kind", "lives"],
    "properties": {"kind": {"const": "cat"}, "lives": INTEGER},
}
DOG: dict[str, Any] = {
    "type": "object",
    "required": ["kind", "born"],
    "properties": {"kind": {"enum": ["dog"]}, "born": DATE},
}
TREE: dict[str, Any] = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": STRING,
        "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
        "parent": {"$ref": "#/components/schemas/Tree"},
    },
}
SCHEMAS = {
    "Thing": MODEL,
    "Cat": CAT,
    "Dog": DOG,
    "Tree": TREE,
    "Color": {"type": "string", "enum": ["red", "green"]},
}


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def array(items: Any, **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": items} | more


def mapping(values: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": values}


def record(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


def content(schema: Any, media_type: str = "application/json") -> dict[str, Any]:
    return {media_type: {"schema": schema}}


def returning(schema: Any, **more: Any) -> dict[str, Any]:
    return {"responses": {"200": {"description": "Done.", "content": content(schema)}}} | more


def taking(schema: Any, media_type: str = "application/json", **more: Any) -> dict[str, Any]:
    body = {"required": True, "content": content(schema, media_type)} | more
    return {"requestBody": body, "responses": {"204": {"description": "Done."}}}


def with_parameter(place: str, schema: Any, name: str = "value", **more: Any) -> dict[str, Any]:
    parameter = {"name": name, "in": place, "schema": schema} | more
    return {"parameters": [parameter], "responses": {"204": {"description": "Done."}}}


def row(
    operation: dict[str, Any],
    rejected: str = "",
    *,
    path: str = "/things",
    method: str = "post",
    **document: Any,
) -> Addition:
    identified = {"operationId": "create_thing", "summary": "Create a thing"} | operation
    return {"path": path, "method": method, "operation": identified}, document, rejected


def query(schema: Any, rejected: str = "", **more: Any) -> Addition:
    return row(with_parameter("query", schema, **more), rejected)


def header(schema: Any, **more: Any) -> Addition:
    return row(with_parameter("header", schema, name="X-Value", **more))


def segment(
    schema: Any, rejected: str = "", path: str = "/things/{value}", **more: Any
) -> Addition:
    return row(with_parameter("path", schema, required=True, **more), rejected, path=path)


def body(schema: Any, media_type: str = "application/json", **more: Any) -> Addition:
    return row(taking(schema, media_type, **more))


def response(schema: Any) -> Addition:
    return row(returning(schema))


def scheme(definition: dict[str, Any], rejected: str = "") -> Addition:
    return row(
        {"security": [{"other": []}], "responses": {"204": {"description": "Done."}}},
        rejected,
        securitySchemes={"other": definition},
    )


def statuses(**by_status: Any) -> Addition:
    responses = {
        status[1:]: {"description": "Done."} | ({} if each is None else {"content": each})
        for status, each in by_status.items()
    }
    return row({"responses": responses})


PAIR = {"oneOf": [ref("Cat"), ref("Dog")]}
MAPPED = PAIR | {
    "discriminator": {
        "propertyName": "kind",
        "mapping": {"cat": "#/components/schemas/Cat", "dog": "#/components/schemas/Dog"},
    }
}
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
KEY = {"type": "apiKey", "name": "X-Key"}
TYPED = record("p", p=STRING)
ADDITIONS: dict[str, Addition] = {
    # Query parameters
    "query string": query(STRING),
    "query required": query(STRING, required=True),
    "query integer": query(INTEGER),
    "query number": query({"type": "number"}),
    "query boolean": query({"type": "boolean"}),
    "query date": query(DATE),
    "query date-time": query(INSTANT),
    "query uuid": query(UUID),
    "query enum": query({"type": "string", "enum": ["a", "b"]}),
    "query enum component": query(ref("Color")),
    "query enum of integers": query({"type": "integer", "enum": [1, 2]}),
    "query nullable": query({"type": ["string", "null"]}),
    "query array": query(array(STRING)),
    "query array of enum": query(array(ref("Color"))),
    "query array of dates": query(array(DATE), required=True),
    "query array with commas": query(array(INTEGER), explode=False),
    "query array with pipes": query(array(STRING), style="pipeDelimited", explode=False),
    "query array with spaces": query(array(STRING), style="spaceDelimited", explode=False),
    "query deep object": query(record(a=STRING, b=INTEGER), style="deepObject", explode=True),
    "query deep map": query(mapping(STRING), style="deepObject", explode=True),
    "query form object": query(record(a=STRING, b=INTEGER)),
    "query flat object": query(
        record(a=STRING), "#/paths/~1things/post/parameters/0", explode=False
    ),
    "query JSON": row(
        {
            "parameters": [{"name": "value", "in": "query", "content": content(ref("Thing"))}],
            "responses": {"204": {"description": "Done."}},
        }
    ),
    "query array of arrays": query(array(array(STRING)), "array of arrays or objects"),
    "query reserved": query(STRING, "allowReserved", allowReserved=True),
    "query any of": query({"anyOf": [INTEGER, {"type": "string", "enum": ["all"]}]}),
    "query named timeout": query(INTEGER, name="timeout"),
    "query named from": query(STRING, name="from"),
    "query named with brackets": query(STRING, name="created[gte]"),
    "query named in camel case": query(STRING, name="createdAfter"),
    "query named self": query(STRING, name="self", required=True),
    "query named body": query(STRING, name="body"),
    "query named query": query(STRING, name="query"),
    # Headers and cookies
    "header string": header(STRING),
    "header required": header(STRING, required=True),
    "header integer": header(INTEGER),
    "header uuid": header(UUID),
    "header date-time": header(INSTANT),
    "header enum": header({"type": "string", "enum": ["a", "b"]}),
    "header array": header(array(STRING)),
    "header boolean": header({"type": "boolean"}),
    "header authorization": row(with_parameter("header", STRING, name="Authorization")),
    "cookie": row(with_parameter("cookie", STRING)),
    "cookie integer": row(with_parameter("cookie", INTEGER)),
    # Path parameters
    "path string": segment(STRING),
    "path integer": segment(INTEGER),
    "path uuid": segment(UUID),
    "path date": segment(DATE),
    "path enum": segment({"type": "string", "enum": ["a", 'b"c']}),
    "path boolean": segment({"type": "boolean"}),
    "path array": segment(array(STRING)),
    "path matrix": segment(array(STRING), "style", style="matrix"),
    "path object": segment(record(a=STRING), "is an object with the style simple"),
    "path with an extension": segment(STRING, path="/things/{value}.json"),
    "path with a dash": segment(STRING, path="/big-things/{value}/sub-things"),
    "path in camel case": segment(STRING, path="/bigThings/{value}"),
    "path undeclared": row(
        {"responses": {"204": {"description": "Done."}}},
        "#/paths/~1things~1{value}/post: the path parameter value is not declared",
        path="/things/{value}",
    ),
    "path and query of one name": row(
        {
            "parameters": [
                {"name": "value", "in": "path", "required": True, "schema": STRING},
                {"name": "value", "in": "query", "schema": INTEGER},
            ],
            "responses": {"204": {"description": "Done."}},
        },
        path="/things/{value}",
    ),
    # Bodies
    "body": body(record("p", p=STRING)),
    "body optional": body(record(p=STRING), required=False),
    "body nested": body(record("inner", inner=record("deep", deep=record("x", x=INTEGER)))),
    "body of a component": body(ref("Thing")),
    "body with a component": body(record("thing", thing=ref("Thing"))),
    "body with arrays": body(record("a", a=array(STRING), b=array(ref("Thing")))),
    "body array": body(array(ref("Thing"))),
    "body map": body(mapping(INTEGER)),
    "body of maps of models": body(record("m", m=mapping(ref("Thing")))),
    "body free-form": body({"type": "object"}),
    "body any": body({}),
    "body string": body(STRING),
    "body open": body(record("p", p=STRING) | {"additionalProperties": STRING}),
    "body date": body(record("d", d=DATE, u=UUID, t=INSTANT)),
    "body dates in a list": body(record("d", d=array(INSTANT))),
    "body oneOf": body(PAIR),
    "body oneOf with discriminator": body(record("pet", pet=MAPPED)),
    "body anyOf": body(record("pet", pet={"anyOf": [ref("Cat"), STRING]})),
    "body allOf": body({"allOf": [ref("Thing"), record("extra", extra=INTEGER)]}),
    "body recursive": body(ref("Tree")),
    "body read-only": body(record("p", p=STRING, made={"type": "string", "readOnly": True})),
    "body nullable": body(record("p", p={"oneOf": [{"type": "null"}, ref("Thing")]})),
    "body const": body(record("p", p={"const": "fixed"})),
    "body in camel case": body(record("firstName", firstName=STRING, lastName=STRING)),
    "body with a keyword": body(record("from", **{"from": STRING, "class": INTEGER})),
    "body named timeout": body(record("timeout", timeout=INTEGER)),
    "body and query": row(
        taking(TYPED) | {"parameters": [{"name": "p", "in": "query", "schema": STRING}]}
    ),
    "body merge patch": body(record(p=STRING), "application/merge-patch+json"),
    "body JSON with a charset": body(record(p=STRING), "application/json; charset=utf-8"),
    "body form": body(record("p", p=STRING, q=array(INTEGER)), FORM),
    "body nested form": body(record("p", p=record(x=STRING)), FORM),
    "body form without properties": row(taking({"type": "object"}, FORM), "list its properties"),
    "body multipart": body(
        record("f", f={"type": "string", "format": "binary"}, n=STRING), MULTIPART
    ),
    "body bytes": body({"type": "string", "format": "binary"}, "application/octet-stream"),
    "body text": body(STRING, "text/plain"),
    "body of any type": row(taking({}, "*/*"), "is a range of media types"),
    # Responses
    "response nothing": statuses(_204=None),
    "response string": response(STRING),
    "response array": response(array(ref("Thing"))),
    "response map": response(mapping(ref("Thing"))),
    "response dates": response(array(INSTANT)),
    "response map of dates": response(mapping(INSTANT)),
    "response date": response(record("d", d=DATE)),
    "response list of dates in a model": response(record("d", d=array(INSTANT))),
    "response map of dates in a model": response(record("d", d=mapping(INSTANT))),
    "response oneOf": response(PAIR),
    "response oneOf with discriminator": response(MAPPED),
    "response anyOf in a list": response(array({"anyOf": [ref("Cat"), ref("Dog")]})),
    "response recursive": response(ref("Tree")),
    "response allOf": response({"allOf": [ref("Thing"), record("extra", extra=INTEGER)]}),
    "response nullable model": response(record("t", t={"oneOf": [{"type": "null"}, ref("Thing")]})),
    "response const": response(record("p", p={"const": "fixed"})),
    "response enum of integers": response(record("p", p={"type": "integer", "enum": [1, 2]})),
    "response in camel case": response(record("createdAt", createdAt=INSTANT, **{"@id": STRING})),
    "response with nested camel case": response(
        record(inner=record(createdAt=INSTANT), all=array(record(firstName=STRING)))
    ),
    "response with clashing names": response(record("list", list=array(STRING), date=DATE)),
    "response with a property to_dict": response(record("to_dict", to_dict=STRING)),
    "response tuple": response({"type": "array", "prefixItems": [STRING, INTEGER]}),
    "response pattern properties": response(
        {"type": "object", "patternProperties": {"^x": INTEGER}}
    ),
    "response any": response({}),
    "response bytes": statuses(
        _200=content({"type": "string", "format": "binary"}, "application/pdf")
    ),
    "response text": statuses(_200=content(STRING, "text/csv")),
    "response events": row(
        {
            "responses": {
                "200": {"description": "", "content": content(STRING, "text/event-stream")}
            }
        },
        "is a stream of events",
    ),
    "response JSON or PDF": statuses(
        _200=content(ref("Thing")) | content({"type": "string"}, "application/pdf")
    ),
    "response problem JSON": statuses(_200=content(ref("Thing"), "application/vnd.thing+json")),
    "response two statuses": statuses(_200=content(ref("Thing")), _202=content(ref("Cat"))),
    "response with or without body": statuses(_200=content(ref("Thing")), _204=None),
    "response range": statuses(_2XX=content(ref("Thing"))),
    "response default": statuses(_default=content(ref("Thing"))),
    "response recursive array": row(
        returning(ref("Nest")), "contains itself", schemas={"Nest": array(ref("Nest"))}
    ),
    "response of conflicting types": row(
        returning({"allOf": [STRING, INTEGER]}), "combines the types"
    ),
    "response of an impossible property": row(returning(record("p", p=False)), "allows no value"),
    # Methods, names and security
    "HEAD": row({"responses": {"200": {"description": ""}}}, method="head"),
    "TRACE": row({"responses": {"200": {"description": ""}}}, method="trace"),
    "PUT": row(taking(TYPED) | {"operationId": "replace_thing"}, method="put"),
    "DELETE": row(
        {"operationId": "delete_thing", "responses": {"204": {"description": ""}}}, method="delete"
    ),
    "OPTIONS": row(
        {"operationId": "options_thing", "responses": {"204": {"description": ""}}},
        method="options",
    ),
    "a second get on a stem": row(
        returning(
            ref("Thing"),
            operationId="get_license_key_history",
            parameters=[{"name": "id", "in": "path", "required": True, "schema": STRING}],
        ),
        path="/license_keys/{id}/history",
        method="get",
    ),
    "a second list on a stem": row(
        returning(array(ref("Thing")), operationId="list_license_keys_by_owner"),
        path="/license_keys/owners",
        method="get",
    ),
    "no operationId": row(returning(ref("Thing"), operationId=None), path="/things"),
    "a deep path": row(
        returning(ref("Thing"), operationId="things.deep-name"), path="/things/deep/deeper"
    ),
    "API key in a header": scheme(KEY | {"in": "header"}),
    "API key in the query": scheme(KEY | {"in": "query"}),
    "API key in a cookie": scheme(KEY | {"in": "cookie"}),
    "basic": scheme({"type": "http", "scheme": "basic"}),
    "digest": scheme(
        {"type": "http", "scheme": "digest"}, "is http digest, which is not supported"
    ),
    "OAuth 2": scheme(
        {
            "type": "oauth2",
            "flows": {"clientCredentials": {"tokenUrl": "https://a.b", "scopes": {}}},
        }
    ),
    "key and token": row(
        {"security": [{"other": [], "bearerAuth": []}], "responses": {"204": {"description": ""}}},
        securitySchemes={"other": KEY | {"in": "header"}},
    ),
    "key or token": row(
        {
            "security": [{"other": []}, {"bearerAuth": []}],
            "responses": {"204": {"description": ""}},
        },
        securitySchemes={"other": KEY | {"in": "header"}},
    ),
    "optional token": row(
        {"security": [{}, {"bearerAuth": []}], "responses": {"204": {"description": ""}}}
    ),
    "an unknown scheme": row(
        {"security": [{"lost": []}], "responses": {"204": {"description": ""}}}, "names lost"
    ),
    "a server of its own": row(
        {"servers": [{"url": "https://files.example"}], "responses": {"204": {"description": ""}}},
    ),
    "a relative server of its own": row(
        {"servers": [{"url": "/v2"}], "responses": {"204": {"description": ""}}},
        "has no absolute URL",
    ),
    "text that could be code": row(
        returning(
            record(
                "x",
                x={"type": "string", "enum": ['"""', "\\", "{0}", "'"], "description": '"""\n\\'},
            ),
            summary='"""\\',
            description='"""\nimport os\n\\',
        )
    ),
}


def added(document: dict[str, Any], addition: Addition) -> dict[str, Any]:
    """Return our document with one addition."""
    where, parts, _ = addition
    operation = {key: value for key, value in where["operation"].items() if value is not None}
    document["paths"].setdefault(where["path"], {})[where["method"]] = operation
    components = document["components"]
    components["schemas"] |= SCHEMAS | parts.get("schemas", {})
    components["securitySchemes"] |= parts.get("securitySchemes", {})
    return document
