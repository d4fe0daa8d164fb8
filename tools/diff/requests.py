"""Compares the parameters and the request bodies of two operations."""

from typing import Any

from tools.diff.change import Side
from tools.diff.comparison import PROSE, Comparison
from tools.diff.operations import Operation, style_of


def compare_parameters(comparison: Comparison, old: Operation, new: Operation) -> None:
    """Compare the parameters of an operation."""
    before, after = old.parameters(), new.parameters()
    for key in sorted(before.keys() | after.keys()):
        shown = (after.get(key) or before[key])["name"]
        where = f"{new.name} {key[0]} {shown}"
        if key not in after:
            comparison.report("parameter-removed", where, operation=new.name)
        elif key not in before:
            required = after[key].get("required", False)
            rule = "parameter-added-required" if required else "parameter-added"
            comparison.report(rule, where, operation=new.name)
        else:
            compare_parameter(comparison, before[key], after[key], where, new.name)


def compare_parameter(
    comparison: Comparison, old: dict[str, Any], new: dict[str, Any], where: str, operation: str
) -> None:
    """Compare two parameters with the same location and name."""
    comparison.compare_required(old, new, where, operation)
    comparison.compare_deprecation(where, old, new, operation)
    comparison.compare_prose(where, old, new, PROSE, operation)
    if style_of(old) != style_of(new):
        comparison.report("parameter-style-changed", where, operation=operation)
    comparison.compare_schema(old.get("schema"), new.get("schema"), Side.REQUEST, where, operation)
    comparison.compare_content(old, new, Side.REQUEST, where, operation)


def compare_request_bodies(comparison: Comparison, old: Operation, new: Operation) -> None:
    """Compare the request bodies of two operations."""
    before = comparison.old.resolve(old.content.get("requestBody"))
    after = comparison.new.resolve(new.content.get("requestBody"))
    where = f"{new.name} body"
    if before is None and after is None:
        return
    if after is None:
        comparison.report("request-body-removed", where, operation=new.name)
    elif before is None:
        rule = "request-body-added" + ("-required" if after.get("required") else "")
        comparison.report(rule, where, operation=new.name)
    else:
        comparison.compare_required(before, after, where, new.name)
        comparison.compare_prose(where, before, after, PROSE, new.name)
        comparison.compare_content(before, after, Side.REQUEST, where, new.name)
