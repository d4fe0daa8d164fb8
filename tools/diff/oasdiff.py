"""Hold our comparison against oasdiff's (https://www.oasdiff.com), where it is installed."""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from tools.diff.render import Report
from tools.specification import Document, DocumentError, first_line


def cross_check(report: Report) -> str:
    """Compare which operations are broken according to oasdiff and according to us.

    The two name their rules differently and neither maps onto the other, so they are compared by
    operation: the finest thing that both name alike.

    Raises:
        DocumentError: oasdiff is not on the PATH, or fails.
    """
    theirs = breaking_operations(report.old, report.new)
    ours = {
        operation
        for change in report.changes
        if change.rule.impact.breaking
        for operation in change.operations
    }
    lines = [f"\nCross-check: oasdiff finds {len(theirs)} operations broken, we find {len(ours)}."]
    lines += [
        f"  only oasdiff: {name}: {', '.join(sorted(theirs[name]))}"
        for name in sorted(theirs.keys() - ours)
    ]
    lines += [f"  only ours: {name}" for name in sorted(ours - theirs.keys())]
    return "\n".join(lines) + "\n"


def breaking_operations(old: Document, new: Document) -> dict[str, set[str]]:
    """Run `oasdiff breaking` and return the operations that it names, each with its rule ids."""
    program = shutil.which("oasdiff")
    if program is None:
        raise DocumentError("--cross-check needs oasdiff on the PATH; see https://www.oasdiff.com")
    with tempfile.TemporaryDirectory() as folder:
        paths = [str(Path(folder) / name) for name in ("old.json", "new.json")]
        for path, document in zip(paths, (old, new), strict=True):
            Path(path).write_text(json.dumps(document.content), encoding="utf-8")
        command = [program, "breaking", *paths, "--format", "json"]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        raise DocumentError(f"oasdiff failed: {first_line(run.stderr)}")
    operations: dict[str, set[str]] = {}
    try:
        for change in json.loads(run.stdout or "[]"):
            operations.setdefault(f"{change['operation']} {change['path']}", set()).add(
                change["id"]
            )
    except (ValueError, KeyError, TypeError) as error:
        raise DocumentError(f"oasdiff gave what we cannot read: {first_line(error)}") from error
    return operations
