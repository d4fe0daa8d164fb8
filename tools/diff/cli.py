"""The command line of the comparison."""

import argparse
import sys
from collections.abc import Callable

from tools.diff import oasdiff
from tools.diff.change import Change
from tools.diff.compare import compare
from tools.diff.operations import Operation
from tools.diff.render import RENDERERS, Report
from tools.specification import DocumentError, load

SOURCE = "a file, a URL, or REVISION:PATH as in git show"


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code.

    0: compared; 1: `--fail-on` found what it looks for; 2: could not compare.
    """
    options = parse(arguments)
    try:
        old, new = load(options.old), load(options.new)
        report = Report(old, new, compare(old, new, tagged(options.tag)), options.documentation)
        sys.stdout.write(RENDERERS[options.format](report))
        if options.cross_check:
            sys.stdout.write(oasdiff.cross_check(report))
    except DocumentError as error:
        print(f"diff: {error}", file=sys.stderr)
        return 2
    return int(fails(report.changes, options.fail_on))


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.diff",
        description="List what changed between two OpenAPI documents, and whom it breaks.",
    )
    parser.add_argument(
        "old", nargs="?", default="HEAD:openapi.yaml", help=f"{SOURCE} (%(default)s)"
    )
    parser.add_argument("new", nargs="?", default="openapi.yaml", help=f"{SOURCE} (%(default)s)")
    parser.add_argument("--format", choices=RENDERERS, default="text", help="(%(default)s)")
    parser.add_argument(
        "--fail-on", choices=["breaking", "any"], help="exit 1 when there is such a change"
    )
    parser.add_argument(
        "--tag", action="append", help="compare only the operations with this tag; repeatable"
    )
    parser.add_argument(
        "--documentation", action="store_true", help="list the changes of the documentation too"
    )
    parser.add_argument(
        "--cross-check", action="store_true", help="run oasdiff too and show where they differ"
    )
    return parser.parse_args(arguments)


def tagged(tags: list[str] | None) -> Callable[[Operation], bool]:
    """Return the test for operations with one of the tags; without tags every operation passes."""
    return lambda operation: tags is None or not operation.tags.isdisjoint(tags)


def fails(changes: list[Change], fail_on: str | None) -> bool:
    """Tell whether the changes hold what `--fail-on` looks for."""
    if fail_on == "any":
        return bool(changes)
    return fail_on == "breaking" and any(change.rule.impact.breaking for change in changes)
