"""Compare two documents, operation by operation."""

from collections.abc import Callable

from specification import Document, DocumentError
from tools.diff.change import Change
from tools.diff.comparison import PROSE, Comparison
from tools.diff.operations import Operation, callbacks_of, operations_of, server_urls, webhooks_of
from tools.diff.requests import compare_parameters, compare_request_bodies
from tools.diff.responses import compare_bodies, compare_responses


def compare(
    old: Document, new: Document, selected: Callable[[Operation], bool] = lambda _: True
) -> list[Change]:
    """Return every change between two documents, the most severe first.

    Args:
        old: The old document.
        new: The new document.
        selected: Returns whether to compare an operation. An operation is compared if it is
            selected in either document.

    Raises:
        DocumentError: A part of a document that was read is malformed.
    """
    try:
        comparison = Comparison(old, new)
        compare_documents(comparison, selected)
    except RecursionError as error:
        raise DocumentError(f"{new.name}: the schemas are nested too deeply") from error
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise DocumentError(
            f"{old.name} or {new.name} is malformed ({type(error).__name__}: {error});"
            " validate them first"
        ) from error
    return comparison.result()


def compare_documents(comparison: Comparison, selected: Callable[[Operation], bool]) -> None:
    """Compare the servers, the information and the operations."""
    comparison.compare_servers(
        server_urls(comparison.old.content.get("servers", [])),
        server_urls(comparison.new.content.get("servers", [])),
        "servers",
    )
    comparison.compare_prose(
        "info", comparison.old.content["info"], comparison.new.content["info"], ("info",)
    )
    for list_operations, compare_pair, kind in (
        (operations_of, compare_operations, "operation"),
        (webhooks_of, compare_webhooks, "webhook"),
    ):
        before = {each.key: each for each in list_operations(comparison.old)}
        after = {each.key: each for each in list_operations(comparison.new)}
        for key in sorted(before.keys() | after.keys(), key=lambda key: key[::-1]):
            left, right = before.get(key), after.get(key)
            if not any(each and selected(each) for each in (left, right)):
                continue
            if left and right:
                compare_pair(comparison, left, right)
            elif left:
                comparison.report(f"{kind}-removed", left.name, operation=left.name)
            elif right:
                comparison.report(f"{kind}-added", right.name, operation=right.name)


def compare_operations(comparison: Comparison, old: Operation, new: Operation) -> None:
    """Compare two operations of the same method and path."""
    name = new.name
    before, after = old.content.get("operationId"), new.content.get("operationId")
    if before != after:
        comparison.report("operation-id-changed", name, f"{before} → {after}", name)
    for left, right in zip(old.path_parameters, new.path_parameters, strict=True):
        if left != right:
            comparison.report("path-parameter-renamed", name, f"{left} → {right}", name)
    comparison.compare_deprecation(name, old.content, new.content, name)
    comparison.compare_prose(name, old.content, new.content, PROSE, name)
    compare_security(comparison, old, new)
    if old.servers() is not None or new.servers() is not None:
        comparison.compare_servers(
            old.servers() or server_urls(comparison.old.content.get("servers", [])),
            new.servers() or server_urls(comparison.new.content.get("servers", [])),
            f"{name} servers",
            name,
        )
    compare_parameters(comparison, old, new)
    compare_request_bodies(comparison, old, new)
    compare_responses(comparison, old, new)
    compare_callbacks(comparison, old, new)


def compare_webhooks(comparison: Comparison, old: Operation, new: Operation) -> None:
    """Compare two webhooks. Their request bodies are read by the user of the API."""
    comparison.compare_deprecation(new.name, old.content, new.content, new.name)
    comparison.compare_prose(new.name, old.content, new.content, PROSE, new.name)
    before = comparison.old.resolve(old.content.get("requestBody", {}))
    after = comparison.new.resolve(new.content.get("requestBody", {}))
    compare_bodies(comparison, before, after, f"{new.name} body", new.name)


def compare_callbacks(comparison: Comparison, old: Operation, new: Operation) -> None:
    """Compare the callbacks of two operations like webhooks."""
    before = {each.path: each for each in callbacks_of(old)}
    after = {each.path: each for each in callbacks_of(new)}
    for path in sorted(before.keys() | after.keys()):
        if path not in after:
            comparison.report("webhook-removed", before[path].name, operation=new.name)
        elif path not in before:
            comparison.report("webhook-added", after[path].name, operation=new.name)
        else:
            compare_webhooks(comparison, before[path], after[path])


def compare_security(comparison: Comparison, old: Operation, new: Operation) -> None:
    """Compare the security requirements of two operations."""
    before, after = old.security(), new.security()
    for way in before:
        if not any(each.accepts(way) for each in after):
            comparison.report("security-requirement-removed", new.name, way.name, new.name)
    for way in after:
        if not any(each.accepts(way) for each in before):
            comparison.report("security-requirement-added", new.name, way.name, new.name)
