"""Forms of a JSON body that differ from the plain one in bytes, but not in meaning."""

import gzip
from collections.abc import Callable

JSON = "application/json"
Form = Callable[[bytes], tuple[bytes, dict[str, str]]]


def _escaped(body: bytes) -> tuple[bytes, dict[str, str]]:
    return body.replace(b'"a', b'\n\t "\\u0061'), {"content-type": JSON}


# Forms that mean the same as the plain body: the API must accept them.
EQUIVALENT: dict[str, Form] = {
    "charset": lambda body: (body, {"content-type": "application/json; charset=utf-8"}),
    "capitals": lambda body: (body, {"content-type": "Application/JSON;Charset=UTF-8"}),
    "escapes and white space": _escaped,
}
# Forms that a server may reject; if it accepts one, it must apply it.
OPTIONAL: dict[str, Form] = {
    "chunked": lambda body: (body, {"content-type": JSON, "transfer-encoding": "chunked"}),
    "compressed": lambda body: (
        gzip.compress(body),
        {"content-type": JSON, "content-encoding": "gzip"},
    ),
}
