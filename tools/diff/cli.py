"""The command line of the comparison."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace

from specification import DocumentError, load
from tools.diff import oasdiff
from tools.diff.change import Change, release
from tools.diff.compare import compare
from tools.diff.operations import Operation
from tools.diff.page import as_html
from tools.diff.render import as_json, as_markdown, as_text
from tools.diff.report import Report
from tools.diff.usage import Service, stale

RENDERERS = {"text": as_text, "markdown": as_markdown, "json": as_json, "html": as_html}
SOURCE = "a file, a URL, or REVISION:PATH as in git show"


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code.

    0: compared; 1: a change matches `--fail-on`; 2: the comparison failed.
    """
    options = parse(arguments)
    try:
        old, new = load(options.old), load(options.new)
        services = [Service.load(each) for each in options.used_by]
        changes = [
            replace(change, services=affected(change, services))
            for change in compare(old, new, tagged(options.tag))
        ]
        report = Report(old, new, changes, options.documentation)
        for warning in stale(services, options.max_usage_age):
            print(f"diff: {warning}", file=sys.stderr)
        sys.stdout.write(RENDERERS[options.format](report))
        if options.cross_check:
            sys.stdout.write(oasdiff.cross_check(report))
    except DocumentError as error:
        print(f"diff: {error}", file=sys.stderr)
        return 2
    concerned = [each for each in report.changes if each.services or not services]
    if options.fail_on == "unversioned" and lacks_version(report):
        print(
            f"diff: {new.name} breaks the API: raise info.version from {old.version} to the next"
            " major version, or the next minor version below 1.0.0",
            file=sys.stderr,
        )
        return 1
    return int(fails(concerned, options.fail_on))


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.diff",
        description="List the changes between two OpenAPI documents and whom they break.",
    )
    parser.add_argument(
        "old", nargs="?", default="HEAD:openapi.yaml", help=f"{SOURCE} (%(default)s)"
    )
    parser.add_argument("new", nargs="?", default="openapi.yaml", help=f"{SOURCE} (%(default)s)")
    parser.add_argument("--format", choices=RENDERERS, default="text", help="(%(default)s)")
    parser.add_argument(
        "--fail-on",
        choices=["breaking", "any", "unversioned"],
        help="exit with 1 if there is such a change; unversioned: a breaking change without the"
        " version that it requires",
    )
    parser.add_argument(
        "--tag", action="append", help="compare only the operations with this tag; repeatable"
    )
    parser.add_argument(
        "--documentation", action="store_true", help="also list changes of the documentation"
    )
    parser.add_argument(
        "--used-by",
        action="append",
        default=[],
        metavar="NAME=FILE",
        help="state which changes affect a service, and fail only for those; FILE is written by"
        " dodo-contract usage; repeatable",
    )
    parser.add_argument(
        "--max-usage-age",
        type=int,
        default=90,
        metavar="DAYS",
        help="warn about a usage file that is older (%(default)s)",
    )
    parser.add_argument(
        "--cross-check", action="store_true", help="also run oasdiff and list the differences"
    )
    return parser.parse_args(arguments)


def affected(change: Change, services: list[Service]) -> tuple[str, ...]:
    """Return the names of the services that a change affects."""
    return tuple(each.name for each in services if each.is_affected(change))


def tagged(tags: list[str] | None) -> Callable[[Operation], bool]:
    """Return a filter for operations with one of the tags, or for all operations without tags."""
    return lambda operation: tags is None or not operation.tags.isdisjoint(tags)


def lacks_version(report: Report) -> bool:
    """Return whether there is a breaking change without the version that it requires.

    Semantic Versioning 2.0.0, clauses 4 and 8: a breaking change raises the major version, or the
    minor version below 1.0.0.
    """
    if release(report.changes) != "major":
        return False
    return _compatible_with(report.old.version) >= _compatible_with(report.new.version)


def _compatible_with(version: str) -> tuple[int, ...]:
    """The part of a version that changes when the API breaks."""
    numbers = [int(each) if each.isdecimal() else 0 for each in version.split(".")[:2]]
    return tuple(numbers[:1] if numbers[0] else numbers)


def fails(changes: list[Change], fail_on: str | None) -> bool:
    """Return whether any change matches `--fail-on`."""
    if fail_on == "any":
        return bool(changes)
    return fail_on == "breaking" and any(change.rule.impact.breaking for change in changes)
