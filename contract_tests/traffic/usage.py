"""Counts what a service uses of the API: operations, request fields, statuses and error codes."""

import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..errors import CannotRunError
from .operations import RequestContract
from .recorded import RecordedExchange

FORMAT = 1
_CODE = re.compile(r"[A-Z][A-Z_]{1,60}")
_WORD = re.compile(r"[a-z]{1,12}")
_FIELD = re.compile(r"[a-z_]{1,40}")
# The parameters whose values are public words.
_ENUMERATED = frozenset({"status", "source"})

Values = dict[str, Counter[str]]


@dataclass
class OperationUsage:
    """What a service uses of one operation.

    Attributes:
        name: Method and path, such as `GET /license_keys/{id}`.
        requests: How many requests it sent.
        query: The values of each query parameter: a word or a type, and how often.
        body: The same for each field of the request body.
        statuses: How often each status was returned.
        codes: How often each error code was returned.
    """

    name: str
    requests: int = 0
    query: Values = field(default_factory=lambda: defaultdict(Counter))
    body: Values = field(default_factory=lambda: defaultdict(Counter))
    statuses: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)


class UsageCounter:
    """Counts the exchanges of one service."""

    def __init__(self) -> None:
        self._operations: dict[str, OperationUsage] = {}
        self._first: float | None = None
        self._last: float | None = None

    def count(self, exchange: RecordedExchange, path: str, request: RequestContract) -> None:
        """Count an exchange.

        Args:
            exchange: The exchange.
            path: The path of the contract, with its parameter in braces.
            request: The operation.
        """
        operation = request.operation.id
        usage = self._operations.get(operation)
        if usage is None:
            usage = self._operations[operation] = OperationUsage(f"{exchange.method} {path}")
        usage.requests += 1
        for name, value in exchange.parameters.items():
            if name in request.parameters or _FIELD.fullmatch(name):
                is_word = name in _ENUMERATED and _WORD.fullmatch(value)
                usage.query[name][value if is_word else "string"] += 1
        _, body = exchange.sent
        if isinstance(body, dict):
            for name, value in body.items():
                if name in request.body_fields or _FIELD.fullmatch(name):
                    usage.body[name][_kind(value)] += 1
        usage.statuses[str(exchange.status)] += 1
        code = exchange.item.get("code") if exchange.status >= 400 else None
        if isinstance(code, str) and _CODE.fullmatch(code):
            usage.codes[code] += 1
        if exchange.started is not None:
            self._first = min(self._first or exchange.started, exchange.started)
            self._last = max(self._last or exchange.started, exchange.started)

    def document(self, reads: dict[str, int] | None = None) -> dict[str, Any]:
        """Return the content of usage.json.

        Args:
            reads: How often the service reads each field of a response, such as
                `LicenseKeyResponse.status`; None if that was not measured.
        """
        return {
            "format": FORMAT,
            "first": _text(self._first),
            "last": _text(self._last),
            "operations": {
                operation: {
                    "name": usage.name,
                    "requests": usage.requests,
                    "query": {name: dict(values) for name, values in sorted(usage.query.items())},
                    "body": {name: dict(values) for name, values in sorted(usage.body.items())},
                    "statuses": dict(sorted(usage.statuses.items())),
                    "codes": dict(sorted(usage.codes.items())),
                }
                for operation, usage in sorted(self._operations.items())
            },
            "reads": reads,
        }


def load_reads(path: Path) -> dict[str, int]:
    """Read the file that the pytest option --license-reads writes.

    Raises:
        CannotRunError: The file cannot be read or has another form.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): int(count) for name, count in content["reads"].items()}
    except OSError as error:
        raise CannotRunError(f"--reads {path} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CannotRunError(
            f"--reads {path} is not a file that pytest --license-reads wrote"
        ) from error


def write(path: Path, document: dict[str, Any]) -> None:
    """Write usage.json completely or not at all.

    Raises:
        CannotRunError: The file cannot be written.
    """
    temporary = path.with_name(f".{path.name}.part")
    try:
        temporary.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise CannotRunError(f"{path} cannot be written: {error.strerror}") from error


def _kind(value: Any) -> str:
    """The JSON type of a value; true and false are types of their own."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"


def _text(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()
