"""The changes between two documents, as every format presents them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from specification import Document
from tools.diff.change import Change, Impact, release

LEVELS = ("none", "patch", "minor", "major")


@dataclass(frozen=True)
class Report:
    """The changes between two documents, the most severe first.

    Attributes:
        old: The old document.
        new: The new document.
        changes: The changes.
        prose: Whether text and Markdown list each change of the documentation.
    """

    old: Document
    new: Document
    changes: list[Change]
    prose: bool = False

    def count(self, impact: Impact) -> int:
        """Count the changes of one impact."""
        return sum(change.rule.impact is impact for change in self.changes)

    def shown(self) -> Iterator[tuple[Impact, list[Change]]]:
        """Yield the changes to list, grouped by impact."""
        for impact, changes in groupby(self.changes, key=lambda change: change.rule.impact):
            if self.prose or impact is not Impact.DOCUMENTATION:
                yield impact, list(changes)

    def summary(self) -> str:
        """Return one line with the number of changes and the release that the client needs."""
        if not self.changes:
            return "Nothing changed."
        counts = [f"{self.count(impact)} {impact.value}" for impact in Impact if self.count(impact)]
        needed, declared = release(self.changes), self.version_change()
        text = f"{', '.join(counts)}. The client needs a {needed} release."
        if declared and LEVELS.index(declared) < LEVELS.index(needed):
            changed = "did not change" if declared == "none" else f"is a {declared} change"
            text += f" info.version {changed}, which is too little."
        return text

    def version_change(self) -> str:
        """Return what `info.version` did: a release, or an empty string if it cannot be said."""
        before, after = version_parts(self.old.version), version_parts(self.new.version)
        if before is None or after is None or after < before:
            return ""
        differing = [index for index in range(3) if before[index] != after[index]]
        return ("major", "minor", "patch")[differing[0]] if differing else "none"

    def versions(self) -> str:
        """Return the names and the versions of the two documents."""
        return f"{self.old.name} {self.old.version} → {self.new.name} {self.new.version}"


def version_parts(version: str) -> tuple[int, ...] | None:
    """Return the numbers of a semantic version, or None if it is not one."""
    match = re.fullmatch(r"(\d+)\.(\d+)\.(\d+)(?:[-+].*)?", version, re.ASCII)
    return tuple(map(int, match.groups())) if match else None
