"""Compare two documents, operation by operation."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tools.diff.change import Change, Impact, Side
from tools.diff.operations import Operation, operations_of, server_urls, style_of, webhooks_of
from tools.diff.rules import RULES
from tools.diff.schemas import SchemaComparison
from tools.diff.shape import equivalent
from tools.specification import Document, DocumentError

ORDER = list(Impact)
PROSE = ("summary", "description", "tags", "externalDocs", "example", "examples")


def compare(
    old: Document, new: Document, wanted: Callable[[Operation], bool] = lambda _: True
) -> list[Change]:
    """List every change between two documents, the gravest first.

    Args:
        old: The document as it was.
        new: The document as it is.
        wanted: Tells which operations to compare; one that is wanted in either document is.

    Raises:
        DocumentError: A document is malformed where it had to be read.
    """
    try:
        comparison = Comparison(old, new)
        comparison.compare_documents(wanted)
    except RecursionError as error:
        raise DocumentError(f"{new.name}: the schemas nest too deep") from error
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise DocumentError(
            f"{old.name} or {new.name} is malformed ({type(error).__name__}: {error});"
            " validate them first"
        ) from error
    return comparison.result()


class Comparison:
    """Collects the changes between two documents."""

    def __init__(self, old: Document, new: Document) -> None:
        self.old = old
        self.new = new
        self.schemas = SchemaComparison(old, new)
        # Each change with the operations that it reaches, as an ordered set.
        self.found: dict[Change, dict[str, None]] = {}

    def result(self) -> list[Change]:
        """Return the changes, the gravest first."""
        changes = [
            replace(change, operations=tuple(reached)) for change, reached in self.found.items()
        ]
        return sorted(
            changes,
            key=lambda each: (ORDER.index(each.rule.impact), each.where, each.rule.id, each.detail),
        )

    def report(self, rule: str, where: str, detail: str = "", operation: str | None = None) -> None:
        """Note a change."""
        self.note(Change(RULES[rule], where, detail), operation)

    def note(self, change: Change, operation: str | None) -> None:
        """Note a change and the operation that it reaches."""
        self.found.setdefault(change, {}).update({operation: None} if operation else {})

    def compare_documents(self, wanted: Callable[[Operation], bool]) -> None:
        """Compare the servers, the information and the operations."""
        self.compare_servers(
            server_urls(self.old.content.get("servers", [])),
            server_urls(self.new.content.get("servers", [])),
            "servers",
        )
        self.compare_prose("info", self.old.content["info"], self.new.content["info"], ("info",))
        for list_operations, compare_pair, kind in (
            (operations_of, self.compare_operations, "operation"),
            (webhooks_of, self.compare_webhooks, "webhook"),
        ):
            before = {each.key: each for each in list_operations(self.old)}
            after = {each.key: each for each in list_operations(self.new)}
            for key in sorted(before.keys() | after.keys(), key=lambda key: key[::-1]):
                left, right = before.get(key), after.get(key)
                if not any(each and wanted(each) for each in (left, right)):
                    continue
                if left and right:
                    compare_pair(left, right)
                elif left:
                    self.report(f"{kind}-removed", left.name, operation=left.name)
                elif right:
                    self.report(f"{kind}-added", right.name, operation=right.name)

    def compare_webhooks(self, old: Operation, new: Operation) -> None:
        """Compare what the API sends with a webhook: its body is read on our side."""
        self.compare_deprecation(new.name, old.content, new.content, new.name)
        self.compare_prose(new.name, old.content, new.content, PROSE, new.name)
        before = self.old.resolve(old.content.get("requestBody", {}))
        after = self.new.resolve(new.content.get("requestBody", {}))
        self.compare_answers(before, after, f"{new.name} body", new.name)

    def compare_operations(self, old: Operation, new: Operation) -> None:
        """Compare two operations of the same method and path."""
        name = new.name
        before, after = old.content.get("operationId"), new.content.get("operationId")
        if before != after:
            self.report("operation-id-changed", name, f"{before} → {after}", name)
        for left, right in zip(old.path_parameters, new.path_parameters, strict=True):
            if left != right:
                self.report("path-parameter-renamed", name, f"{left} → {right}", name)
        self.compare_deprecation(name, old.content, new.content, name)
        self.compare_prose(name, old.content, new.content, PROSE, name)
        self.compare_security(old, new)
        if old.servers() is not None or new.servers() is not None:
            self.compare_servers(
                old.servers() or server_urls(self.old.content.get("servers", [])),
                new.servers() or server_urls(self.new.content.get("servers", [])),
                f"{name} servers",
                name,
            )
        self.compare_parameters(old, new)
        self.compare_request_bodies(old, new)
        self.compare_responses(old, new)

    def compare_prose(
        self,
        where: str,
        old: dict[str, Any],
        new: dict[str, Any],
        keywords: tuple[str, ...],
        operation: str | None = None,
    ) -> None:
        """Report the keywords for people that differ; `info` is all for people."""
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
        """Report what became deprecated, or is it no more."""
        before, after = old.get("deprecated", False), new.get("deprecated", False)
        if before != after:
            self.report("deprecated" if after else "no-longer-deprecated", where, "", operation)

    def compare_security(self, old: Operation, new: Operation) -> None:
        """Compare the ways to authenticate."""
        before, after = old.security(), new.security()
        for way in sorted(before.keys() - after.keys()):
            self.report("security-requirement-removed", new.name, before[way], new.name)
        for way in sorted(after.keys() - before.keys()):
            self.report("security-requirement-added", new.name, after[way], new.name)

    def compare_servers(
        self, old: set[str], new: set[str], where: str, operation: str | None = None
    ) -> None:
        """Compare the URLs of servers."""
        for url in sorted(old - new):
            self.report("server-removed", where, url, operation)
        for url in sorted(new - old):
            self.report("server-added", where, url, operation)

    def compare_parameters(self, old: Operation, new: Operation) -> None:
        """Compare the parameters of an operation."""
        before, after = old.parameters(), new.parameters()
        for key in sorted(before.keys() | after.keys()):
            shown = (after.get(key) or before[key])["name"]
            where = f"{new.name} {key[0]} {shown}"
            if key not in after:
                self.report("parameter-removed", where, operation=new.name)
            elif key not in before:
                required = after[key].get("required", False)
                rule = "parameter-added-required" if required else "parameter-added"
                self.report(rule, where, operation=new.name)
            else:
                self.compare_parameter(before[key], after[key], where, new.name)

    def compare_parameter(
        self, old: dict[str, Any], new: dict[str, Any], where: str, operation: str
    ) -> None:
        """Compare two parameters of the same place and name."""
        self.compare_required(old, new, where, operation)
        self.compare_deprecation(where, old, new, operation)
        self.compare_prose(where, old, new, PROSE, operation)
        if style_of(old) != style_of(new):
            self.report("parameter-style-changed", where, operation=operation)
        self.compare_schema(old.get("schema"), new.get("schema"), Side.REQUEST, where, operation)
        self.compare_content(old, new, Side.REQUEST, where, operation)

    def compare_required(
        self, old: dict[str, Any], new: dict[str, Any], where: str, operation: str
    ) -> None:
        """Compare whether a parameter or a body must be given."""
        before, after = old.get("required", False), new.get("required", False)
        if before != after:
            rule = "request-became-required" if after else "request-became-optional"
            self.report(rule, where, operation=operation)

    def compare_request_bodies(self, old: Operation, new: Operation) -> None:
        """Compare the bodies that an operation takes."""
        before = self.old.resolve(old.content.get("requestBody"))
        after = self.new.resolve(new.content.get("requestBody"))
        where = f"{new.name} body"
        if before is None and after is None:
            return
        if after is None:
            self.report("request-body-removed", where, operation=new.name)
        elif before is None:
            rule = "request-body-added" + ("-required" if after.get("required") else "")
            self.report(rule, where, operation=new.name)
        else:
            self.compare_required(before, after, where, new.name)
            self.compare_prose(where, before, after, PROSE, new.name)
            self.compare_content(before, after, Side.REQUEST, where, new.name)

    def compare_responses(self, old: Operation, new: Operation) -> None:
        """Compare the answers of an operation, status by status."""
        before, after = old.content.get("responses", {}), new.content.get("responses", {})
        for status in sorted(before.keys() | after.keys()):
            if status.startswith("x-"):
                continue
            where = f"{new.name} {status}"
            kind = "success" if status[0] in "123" else "refusal"
            if status not in after:
                self.report(f"response-{kind}-removed", where, operation=new.name)
            elif status not in before:
                self.report(f"response-{kind}-added", where, operation=new.name)
            else:
                left, right = self.old.resolve(before[status]), self.new.resolve(after[status])
                self.compare_prose(where, left, right, PROSE, new.name)
                self.compare_headers(left, right, where, new.name)
                self.compare_answers(left, right, where, new.name)

    def compare_answers(
        self, old: dict[str, Any], new: dict[str, Any], where: str, operation: str
    ) -> None:
        """Compare the bodies of two answers, either of which may have none."""
        before, after = old.get("content"), new.get("content")
        if before and not after:
            self.report("response-body-removed", where, operation=operation)
        elif after and not before:
            self.report("response-body-added", where, operation=operation)
        else:
            self.compare_content(old, new, Side.RESPONSE, where, operation)

    def compare_headers(
        self, old: dict[str, Any], new: dict[str, Any], where: str, operation: str
    ) -> None:
        """Compare the headers of two answers; their names ignore case."""
        before, after = (
            {
                name.lower(): (name, document.resolve(header))
                for name, header in response.get("headers", {}).items()
                if name.lower() != "content-type"
            }
            for document, response in ((self.old, old), (self.new, new))
        )
        for key in sorted(before.keys() | after.keys()):
            place = f"{where} header {(after.get(key) or before[key])[0]}"
            if key not in after:
                self.report("response-header-removed", place, operation=operation)
            elif key not in before:
                self.report("response-header-added", place, operation=operation)
            else:
                left, right = before[key][1], after[key][1]
                if left.get("required", False) and not right.get("required", False):
                    self.report("response-became-optional", place, operation=operation)
                elif right.get("required", False) and not left.get("required", False):
                    self.report("response-became-required", place, operation=operation)
                self.compare_deprecation(place, left, right, operation)
                self.compare_prose(place, left, right, PROSE, operation)
                self.compare_schema(
                    left.get("schema"), right.get("schema"), Side.RESPONSE, place, operation
                )

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
        """Compare two schemas, a missing one letting everything pass, and note what is below."""
        pair = self.schemas.compare(
            {} if old is None else old, {} if new is None else new, side, where
        )
        for each in pair.reachable():
            for change in each.changes:
                self.note(change, operation)
