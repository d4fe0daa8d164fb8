"""Decides which services a change affects, from what they use of the API."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from specification import DocumentError
from tools.diff.change import Change

# Every caller of the operation is affected, whichever fields it sends.
_CONCERNS_EVERY_CALLER = ("added-required", "became-required")
_NULL = "null"


@dataclass(frozen=True)
class Service:
    """A service and what it uses of the API.

    Attributes:
        name: The name of the service.
        operations: The used operations by method and path, such as `GET /license_keys`.
        reads: The response fields that it reads, such as `LicenseKeyResponse.status`; None if that
            was not measured.
        last: When the last exchange was recorded, None if that is not known.
    """

    name: str
    operations: dict[str, dict[str, Any]]
    reads: frozenset[str] | None
    last: datetime | None

    @classmethod
    def load(cls, argument: str) -> "Service":
        """Read `NAME=FILE`, with a file that `dodo-contract usage` wrote.

        Raises:
            DocumentError: The argument or the file has another form.
        """
        name, equals, file = argument.partition("=")
        if not name or not equals or not file:
            raise DocumentError(f"--used-by {argument}: pass NAME=FILE, such as billing=usage.json")
        try:
            content = json.loads(Path(file).read_text(encoding="utf-8"))
            operations = {each["name"]: each for each in content["operations"].values()}
            reads, last = content["reads"], content["last"]
            return cls(
                name,
                {name: {part: each[part] for part in _PARTS} for name, each in operations.items()},
                None if reads is None else frozenset(reads),
                None if last is None else datetime.fromisoformat(last),
            )
        except OSError as error:
            raise DocumentError(f"--used-by {file} cannot be read: {error.strerror}") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DocumentError(
                f"--used-by {file} is not a usage file: write it with dodo-contract usage"
            ) from error

    def is_affected(self, change: Change) -> bool:
        """Whether a change can affect the service. In doubt, it does."""
        if not change.operations:
            return True
        used = [self.operations[name] for name in change.operations if name in self.operations]
        return any(self._uses(change, operation) for operation in used)

    def is_older_than(self, days: int, now: datetime) -> bool:
        """Whether the recording ended more than a number of days ago."""
        return self.last is None or now - self.last > timedelta(days=days)

    def _uses(self, change: Change, operation: dict[str, Any]) -> bool:
        rule = change.rule.id
        if any(each in rule for each in _CONCERNS_EVERY_CALLER):
            return True
        head, _, name = change.where.rpartition(" query ")
        if head:
            return _sends(operation["query"], name, change)
        schema, dot, member = change.where.rpartition(".")
        if not dot or " " in schema:
            return self._uses_status(change, operation)
        if rule.startswith("request-"):
            return _sends(operation["body"], member, change)
        if rule.startswith("response-") and self.reads is not None:
            return any(each.rpartition(".")[2] == member for each in self.reads)
        return True

    @staticmethod
    def _uses_status(change: Change, operation: dict[str, Any]) -> bool:
        """A response that was removed affects only who received it."""
        if change.rule.id in ("response-refusal-removed", "response-success-removed"):
            return change.where.rpartition(" ")[2] in operation["statuses"]
        return True


_PARTS = ("query", "body", "statuses", "codes")


def _sends(sent: dict[str, dict[str, int]], name: str, change: Change) -> bool:
    """Whether a service sends a field or parameter with a value that the change concerns."""
    values = sent.get(name)
    if values is None:
        return False
    if change.rule.id == "request-no-longer-nullable":
        return _NULL in values
    if change.rule.id == "request-enum-value-removed":
        return change.detail.strip('"') in values or "string" in values
    return True


def stale(services: Iterable[Service], days: int) -> list[str]:
    """One warning for each service whose recording is older than a number of days."""
    now = datetime.now(UTC)
    return [
        f"{each.name}: the usage was last recorded"
        f" {'at an unknown time' if each.last is None else f'on {each.last:%Y-%m-%d}'}"
        f", more than {days} days ago: record it again"
        for each in services
        if each.is_older_than(days, now)
    ]
