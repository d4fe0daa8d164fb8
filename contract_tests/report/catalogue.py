"""The rules as a page, docs/rules.md: `python -m contract_tests.report.catalogue [--check]`."""

import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from ..contract.rules import CATALOGUE, Rule

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"
_HEAD = """\
<!-- Written by `make rules` from contract_tests/contract/rules.py. Do not edit. -->
# The rules

{count} rules in {areas} areas. A verdict speaks of each by its id.

The **level** of a rule is `contract` where it is published and `policy` where it is ours. A broken
contract rule always fails a run, a broken policy rule only a strict one.

The **source** says where a rule comes from: **S** the published specification (1.113.0), **D** the
public documentation, **K** the official SDKs, **P** our own policy where the public record is
silent.
"""


def render(catalogue: Iterable[Rule] = CATALOGUE) -> str:
    """Write rules as a page of Markdown, a table for each area."""
    rules = list(catalogue)
    areas = {rule.area for rule in rules}
    return "\n".join([_HEAD.format(count=len(rules), areas=len(areas)), *_tables(rules)])


def main(arguments: list[str] | None = None) -> int:
    """Write the page, or with `--check` say whether it is up to date: 0 when it is, else 1."""
    text = render()
    if "--check" not in (sys.argv[1:] if arguments is None else arguments):
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    print("docs/rules.md is stale: run make rules", file=sys.stderr)
    return 1


def _tables(rules: list[Rule]) -> Iterator[str]:
    for area, of_area in groupby(rules, key=lambda rule: rule.area):
        yield f"## {area}\n"
        yield "| rule | statement | level | source |\n| --- | --- | --- | --- |"
        for rule in of_area:
            cells = (f"`{rule.id}`", rule.statement, rule.level, rule.source)
            yield f"| {' | '.join(each.replace('|', '&#124;') for each in cells)} |"
        yield ""


if __name__ == "__main__":
    sys.exit(main())
