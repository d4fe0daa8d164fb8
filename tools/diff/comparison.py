"""Collects the changes between two documents, and compares the parts that all places share."""

from dataclasses import replace
from typing import Any

from specification import Document
from tools.diff.change import Change, Impact, Side
from tools.diff.rules import RULES
from tools.diff.schemas import SchemaComparison
from tools.diff.shape import equivalent

ORDER = list(Impact)
PROSE = ("summary", "description", "tags", "externalDocs", "example", "examples")


class Comparison:
    """The changes between two documents that have been found so far.

    Args:
        old: The old document.
        new: The new document.
    """

    def __init__(self, old: Document, new: Document) -> None:
        self.old = old
        self.new = new
        self.schemas = SchemaComparison(old, new)
        # Each change with the operations that it affects, as an ordered set.
        self.found: dict[Change, dict[str, None]] = {}

    def result(self) -> list[Change]:
        """Return the changes, the most severe first."""
        changes = [
            replace(change, operations=tuple(reached)) for change, reached in self.found.items()
        ]
        return sorted(
            changes,
            key=lambda each: (ORDER.index(each.rule.impact), each.where, each.rule.id, each.detail),
        )

    def report(self, rule: str, where: str, detail: str = "", operation: str | None = None) -> None:
        """Record a change by the id of its rule."""
        self.record(Change(RULES[rule], where, detail), operation)

    def record(self, change: Change, operation: str | None) -> None:
        """Record a change and the operation that it affects."""
        self.found.setdefault(change, {}).update({operation: None} if operation else {})

    def compare_prose(
        self,
        where: str,
        old: dict[str, Any],
        new: dict[str, Any],
        keywords: tuple[str, ...],
        operation: str | None = None,
    ) -> None:
        """Report the documentation keywords that differ. Everything in `info` is documentation."""
        differing = [
            key
            for key in sorted(old.keys() | new.keys())
            if (key in keywords or key.startswith("x-") or where == "info")
            and old.get(key) != new.get(key)
        ]
        if differing:
            self.report("documentation-changed", where, ", ".join(differing), operation)

    def compare_deprecation(
        self, where: str, old: dict[str, Any], new: dict[str, Any], operation: str
    ) -> None:
        """Report a change of `deprecated`."""
        before, after = old.get("deprecated", False), new.get("deprecated", False)
        if before != after:
            self.report("deprecated" if after else "no-longer-deprecated", where, "", operation)

    def compare_servers(
        self, old: set[str], new: set[str], where: str, operation: str | None = None
    ) -> None:
        """Compare the URLs of two sets of servers."""
        for url in sorted(old - new):
            self.report("server-removed", where, url, operation)
        for url in sorted(new - old):
            self.report("server-added", where, url, operation)

    def compare_required(
        self, old: dict[str, Any], new: dict[str, Any], where: str, operation: str
    ) -> None:
        """Compare whether a parameter or a request body is required."""
        before, after = old.get("required", False), new.get("required", False)
        if before != after:
            rule = "request-became-required" if after else "request-became-optional"
            self.report(rule, where, operation=operation)

    def compare_content(
        self, old: dict[str, Any], new: dict[str, Any], side: Side, where: str, operation: str
    ) -> None:
        """Compare the media types of a body, and the schema of each."""
        before, after = old.get("content", {}), new.get("content", {})
        for media_type in sorted(before.keys() | after.keys()):
            if media_type not in after:
                self.report(f"{side.value}-media-type-removed", where, media_type, operation)
            elif media_type not in before:
                self.report(f"{side.value}-media-type-added", where, media_type, operation)
            else:
                left, right = before[media_type], after[media_type]
                place = where if len(after) == 1 else f"{where} {media_type}"
                self.compare_prose(place, left, right, PROSE, operation)
                encodings = left.get("encoding", {}), right.get("encoding", {})
                if not equivalent(self.old, encodings[0], self.new, encodings[1]):
                    self.report("request-encoding-changed", place, operation=operation)
                self.compare_schema(left.get("schema"), right.get("schema"), side, place, operation)

    def compare_schema(self, old: Any, new: Any, side: Side, where: str, operation: str) -> None:
        """Compare two schemas and all schemas below them. A missing schema allows every value."""
        pair = self.schemas.compare(
            {} if old is None else old, {} if new is None else new, side, where
        )
        for each in pair.reachable():
            for change in each.changes:
                self.record(change, operation)
