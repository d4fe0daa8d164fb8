"""The pairs of the table: every row, from old to new and from new to old, in each of its places."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.tools.agreement import operation_rows, schema_rows
from tests.tools.agreement.oasdiff import BREAKING, LEVELS, UNCLEAR
from tests.tools.documents import document, request, response
from tools.diff.change import Side
from tools.diff.rules import RULES


@dataclass(frozen=True)
class Pair:
    """Two documents and what a comparison of them is expected to report.

    Attributes:
        change: The change in words.
        place: Where it is, such as `response property`.
        back: Whether the change is undone.
        old: The old document.
        new: The new document.
        ours: Our rules, sorted.
        oasdiff: oasdiff's checks, sorted; None if the sources that were read do not settle them.
    """

    change: str
    place: str
    back: bool
    old: dict[str, Any]
    new: dict[str, Any]
    ours: tuple[str, ...]
    oasdiff: tuple[str, ...] | None

    @property
    def name(self) -> str:
        """A unique name."""
        return f"{self.change}{', undone' if self.back else ''} ({self.place})"

    @property
    def breaks(self) -> bool:
        """Whether it breaks callers or readers, in our view."""
        return any(RULES[each].impact.breaking for each in self.ours)

    @property
    def breaks_for_oasdiff(self) -> bool | None:
        """Whether `oasdiff breaking` lists it, or None if that is not known."""
        if self.oasdiff is None:
            return None
        return any(LEVELS[each] in BREAKING for each in self.oasdiff)


def _query(schema: Any) -> dict[str, Any]:
    return document({"parameters": [{"name": "p", "in": "query", "schema": schema}]})


def _header(schema: Any) -> dict[str, Any]:
    answer = {"description": "", "headers": {"X-A": {"schema": schema}}}
    return document({"responses": {"200": answer}})


PLACES = {
    "request property": lambda schema: request(schema_rows.thing(schema)),
    "response property": lambda schema: response(schema_rows.thing(schema)),
    "request parameter": _query,
    "response header": _header,
    "request body": request,
    "response body": response,
}


def _schema_pairs() -> Iterator[Pair]:
    for rows, places in (
        (schema_rows.SCALARS, list(PLACES)[:4]),
        (schema_rows.PROPERTIES, list(PLACES)[:2]),
        (schema_rows.BODIES, list(PLACES)[4:]),
    ):
        for change, row in rows.items():
            for place in places:
                build = PLACES[place]
                old, new = build(row.old), build(row.new)
                for back, before, after, rules, checks in (
                    (False, old, new, row.ours, row.checks),
                    (True, new, old, row.back, row.checks_back),
                ):
                    yield Pair(
                        change,
                        place,
                        back,
                        before,
                        after,
                        tuple(sorted(_rules(rules, place))),
                        None if checks == UNCLEAR else tuple(sorted(_checks(checks, place))),
                    )


def _of_side(text: str, place: str) -> list[str]:
    """Choose between `request|response`, and split `a+b`."""
    request_text, either, response_text = text.partition("|")
    chosen = response_text if either and place.startswith("response") else request_text
    return chosen.split("+") if chosen else []


def _rules(text: str, place: str) -> list[str]:
    side = Side(place.split()[0]).value
    return [
        each[1:] if each.startswith("=") else f"{side}-{each}" for each in _of_side(text, place)
    ]


def _checks(text: str, place: str) -> list[str]:
    """Return the published checks. A check that is not published for a place is none."""
    side, part = place.split()
    prefix = f"{side}-" if part == "body" else f"{side}-{part}-"
    found = []
    for suffix in _of_side(text, place):
        each = _HEADERS.get(suffix, suffix) if part == "header" else suffix
        check = each[1:] if each.startswith("=") else prefix + each
        if check in LEVELS:
            found.append(check)
        else:
            similar = {
                f"{one}-{other}-{each}" for one in ("request", "response") for other in _PARTS
            }
            known = similar | {f"request-{each}", f"response-{each}"}
            assert LEVELS.keys() & known, f"oasdiff has no check {check}"
    return found


# A response header has no check of its own for a list of types.
_HEADERS = {
    "list-of-types-widened": "type-generalized",
    "list-of-types-narrowed": "type-specialized",
}
_PARTS = ("property", "parameter", "header", "body")


def _operation_pairs() -> Iterator[Pair]:
    for change, row in operation_rows.OPERATIONS.items():
        for back, before, after, rules, checks in (
            (False, row.old, row.new, row.ours, row.checks),
            (True, row.new, row.old, row.back, row.checks_back),
        ):
            known = None if checks == UNCLEAR else tuple(sorted(filter(None, checks.split("+"))))
            assert LEVELS.keys() >= set(known or ()), checks
            ours = tuple(sorted(filter(None, rules.split("+"))))
            yield Pair(change, "operation", back, before, after, ours, known)


def _distinct() -> list[Pair]:
    """Leave out a pair that undoes its own change into the same pair."""
    seen: dict[str, Pair] = {}
    for pair in (*_schema_pairs(), *_operation_pairs()):
        seen.setdefault(json.dumps([pair.old, pair.new], sort_keys=True), pair)
    return list(seen.values())


PAIRS = _distinct()
