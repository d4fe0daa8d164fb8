"""Compares the responses of two operations: their statuses, headers and bodies."""

from typing import Any

from tools.diff.change import Side
from tools.diff.comparison import PROSE, Comparison
from tools.diff.operations import Operation


def compare_responses(comparison: Comparison, old: Operation, new: Operation) -> None:
    """Compare the responses of two operations, status by status."""
    before, after = old.content.get("responses", {}), new.content.get("responses", {})
    for status in sorted(before.keys() | after.keys()):
        if status.startswith("x-"):
            continue
        where = f"{new.name} {status}"
        kind = "success" if status[0] in "123" else "refusal"
        if status not in after:
            comparison.report(f"response-{kind}-removed", where, operation=new.name)
        elif status not in before:
            comparison.report(f"response-{kind}-added", where, operation=new.name)
        else:
            left, right = (
                comparison.old.resolve(before[status]),
                comparison.new.resolve(after[status]),
            )
            comparison.compare_prose(where, left, right, (*PROSE, "links"), new.name)
            compare_headers(comparison, left, right, where, new.name)
            compare_bodies(comparison, left, right, where, new.name)


def compare_bodies(
    comparison: Comparison, old: dict[str, Any], new: dict[str, Any], where: str, operation: str
) -> None:
    """Compare the bodies of two responses, either of which may be missing."""
    before, after = old.get("content"), new.get("content")
    if before and not after:
        comparison.report("response-body-removed", where, operation=operation)
    elif after and not before:
        comparison.report("response-body-added", where, operation=operation)
    else:
        comparison.compare_content(old, new, Side.RESPONSE, where, operation)


def compare_headers(
    comparison: Comparison, old: dict[str, Any], new: dict[str, Any], where: str, operation: str
) -> None:
    """Compare the headers of two responses. Their names are case-insensitive."""
    before, after = (
        {
            name.lower(): (name, document.resolve(header))
            for name, header in response.get("headers", {}).items()
            if name.lower() != "content-type"
        }
        for document, response in ((comparison.old, old), (comparison.new, new))
    )
    for key in sorted(before.keys() | after.keys()):
        place = f"{where} header {(after.get(key) or before[key])[0]}"
        if key not in after:
            comparison.report("response-header-removed", place, operation=operation)
        elif key not in before:
            comparison.report("response-header-added", place, operation=operation)
        else:
            left, right = before[key][1], after[key][1]
            if left.get("required", False) and not right.get("required", False):
                comparison.report("response-became-optional", place, operation=operation)
            elif right.get("required", False) and not left.get("required", False):
                comparison.report("response-became-required", place, operation=operation)
            comparison.compare_deprecation(place, left, right, operation)
            comparison.compare_prose(place, left, right, PROSE, operation)
            comparison.compare_schema(
                left.get("schema"), right.get("schema"), Side.RESPONSE, place, operation
            )
