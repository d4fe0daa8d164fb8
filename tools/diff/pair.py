"""Two schemas in the same location, and the changes between them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from specification import Document
from tools.diff.change import Change, Impact, Side
from tools.diff.rules import RULES


@dataclass
class Pair:
    """Two schemas in the same location, and the changes between them.

    Attributes:
        schemas: The raw schemas, referenced so that their `id()` stays unique.
        side: Where the schemas are used.
        where: The location.
        changes: The changes at this level. Those further down belong to the children.
        children: The pairs that this pair refers to.
    """

    schemas: tuple[Any, Any]
    side: Side
    where: str
    changes: list[Change] = field(default_factory=list)
    children: list["Pair"] = field(default_factory=list)

    def report(self, rule: str, where: str | None = None, detail: str = "") -> None:
        """Add a change. The id of a rule may omit its side, `request-` or `response-`."""
        name = rule if rule in RULES else f"{self.side.value}-{rule}"
        self.changes.append(Change(RULES[name], self.where if where is None else where, detail))

    def reachable(self) -> Iterator["Pair"]:
        """Yield this pair and every pair below it, each once."""
        pending, seen = [self], set()
        while pending:
            pair = pending.pop()
            if id(pair) not in seen:
                seen.add(id(pair))
                yield pair
                pending.extend(pair.children)

    def differs(self) -> bool:
        """Return whether anything except documentation differs here or below."""
        return any(
            change.rule.impact is not Impact.DOCUMENTATION
            for pair in self.reachable()
            for change in pair.changes
        )


class SchemaComparer(Protocol):
    """Compares the schemas of two documents, for the modules that compare a part of a schema.

    Attributes:
        old: The old document.
        new: The new document.
    """

    old: Document
    new: Document

    def compare(self, old: Any, new: Any, side: Side, where: str) -> Pair:
        """Compare two schemas."""

    def descend(self, pair: Pair, old: Any, new: Any, step: str) -> None:
        """Compare two schemas below a pair. A missing schema allows every value."""


def component(schema: Any) -> str:
    """Return the name of the component that a schema refers to, or an empty string."""
    reference = schema.get("$ref", "") if isinstance(schema, dict) else ""
    return str(reference).rpartition("/")[2] if "/components/" in reference else ""
