"""The names of the methods of the client."""

from specification.errors import pointer
from tools.client.naming import identifier, snake_case
from tools.client.parts import UnsupportedError

# Method names of the official SDK that differ from the verb of the operationId.
METHOD_NAMES = {"get": "retrieve", "patch": "update"}
# The names of operations without an operationId.
VERBS = {"get": "retrieve", "post": "create", "put": "replace", "patch": "update"}
RESERVED_METHODS = frozenset({"with_raw_response", "with_streaming_response"})


def method_name(
    method: str, path: str, operation_id: str, taken: set[str], place: tuple[object, ...]
) -> str:
    """Return the name of the method of an operation.

    An operation on `/keys` or `/keys/{id}` is named by the verb at the start of its operationId, so
    a new operation does not rename another one. Deeper ones add the words of their path.

    Raises:
        UnsupportedError: Another operation of the resource has the same name.
    """
    verb = snake_case(operation_id).partition("_")[0] or VERBS.get(method, method)
    if not operation_id and method == "get" and not path.rstrip("/").endswith("}"):
        verb = "list"
    verb = METHOD_NAMES.get(verb, verb)
    words = [snake_case(part) for part in path.split("/")[2:] if part and "{" not in part]
    short = verb if not words or words[-1] == verb else f"{verb}_{'_'.join(words)}"
    for name in (short, snake_case(operation_id), f"{verb}_{'_'.join(words)}_by_id"):
        own = name if name == "list" else identifier(name)
        if name and own not in taken and own not in RESERVED_METHODS:
            return own
    raise UnsupportedError(
        f"{pointer(place)} has the name of another operation; give it another operationId"
    )
