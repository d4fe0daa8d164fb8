"""Names and literals of generated code.

The only module that imports openapi-python-client, whose rules for identifiers and for escaping
untrusted text it uses.
"""

import re
from keyword import iskeyword

from openapi_python_client.strings import pascal_case, safe_for_docstring, snake_case

# Names that the bodies of generated classes and methods use.
RESERVED = frozenset(
    {"self", "str", "int", "float", "bool", "bytes", "list", "dict", "date", "datetime", "nullable"}
)
ARGUMENTS = frozenset(
    {"timeout", "extra_headers", "extra_query", "extra_body", "query", "headers", "content"}
)
MODEL_ATTRIBUTES = frozenset(
    {
        "additional_properties",
        "from_dict",
        "to_dict",
        "copy",
        "to_json",
        "model_dump",
        "model_extra",
    }
    | {"model_dump_json", "model_fields_set"}
)
# Names of the package and of its modules that a class must not replace.
CLASSES = frozenset(
    {"Any", "ClassVar", "Literal", "TypeAlias", "Model", "Fields", "Unset", "Mapping", "Sequence"}
    | {"Page", "AsyncPage", "AsyncPager", "RawResponse", "Environment", "Operation", "Options"}
    | {"Kind", "Renamed", "None", "True", "False", "Coroutine", "Callable", "Body", "Headers"}
    | {"Query", "Timeout", "SyncRequestor", "AsyncRequestor", "TYPE_CHECKING", "UNSET"}
    | {"APIConnectionError", "APIResponseValidationError", "APIStatusError", "APITimeoutError"}
    | {"AuthenticationError", "BadRequestError", "ConflictError", "DodoError", "NotFoundError"}
    | {"InternalServerError", "PermissionDeniedError", "RateLimitError", "UnprocessableEntityError"}
)


def identifier(text: str, *taken: frozenset[str] | set[str]) -> str:
    """Return a snake_case identifier that is not reserved and not taken.

    A name that already is a snake_case identifier is unchanged.
    """
    name = text if re.fullmatch(r"[a-z][a-z0-9_]*", text) else snake_case(text)
    if not name.isascii() or not name.isidentifier():
        name = re.sub(r"\W", "_", name, flags=re.ASCII).strip("_")
        name = name if name.isidentifier() else f"field_{name}"
    while iskeyword(name) or name in RESERVED or any(name in names for names in taken):
        name += "_"
    return name


def class_name(text: str) -> str:
    """Return a PascalCase class name that is not reserved."""
    name = re.sub(r"\W", "", pascal_case(text), flags=re.ASCII)
    if not name or not name[0].isalpha():
        name = f"Model{name}"
    return f"{name}Model" if iskeyword(name) or name in CLASSES else name


def literal(value: object) -> str:
    """Return a string, a number, a boolean or null as a Python literal."""
    return f'"{in_double_quote_literal(value)}"' if isinstance(value, str) else repr(value)


def in_double_quote_literal(text: str) -> str:
    """Return text escaped for a string literal in double quotes, with every character."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in escaped
    )


def in_f_string(text: str) -> str:
    """Return text escaped for an f-string in double quotes."""
    return in_double_quote_literal(text).replace("{", "{{").replace("}", "}}")


def prose(text: object) -> str:
    """Return a description in one line, escaped for a docstring."""
    line = " ".join(safe_for_docstring(text if isinstance(text, str) else "").split())
    return f"{line}." if line.endswith(('"', "\\")) else line


__all__ = (
    "ARGUMENTS",
    "MODEL_ATTRIBUTES",
    "class_name",
    "identifier",
    "in_double_quote_literal",
    "in_f_string",
    "literal",
    "pascal_case",
    "prose",
    "safe_for_docstring",
    "snake_case",
)
