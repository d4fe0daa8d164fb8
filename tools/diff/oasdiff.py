"""Compare our result with that of oasdiff (https://www.oasdiff.com), if it is installed."""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from specification import Document, DocumentError, first_line
from tools.diff.report import Report


def cross_check(report: Report) -> str:
    """Return a text that compares the operations that oasdiff and this tool report as broken.

    The rules of the two tools do not map onto each other, so the results are compared by operation,
    the smallest unit that both name in the same way.

    Raises:
        DocumentError: oasdiff is not on the PATH, or it fails.
    """
    theirs = breaking_operations(report.old, report.new)
    ours = {
        operation
        for change in report.changes
        if change.rule.impact.breaking
        for operation in change.operations
    }
    lines = [
        f"\nCross-check: oasdiff reports {len(theirs)} broken operations, this tool {len(ours)}."
    ]
    lines += [
        f"  only oasdiff: {name}: {', '.join(sorted(theirs[name]))}"
        for name in sorted(theirs.keys() - ours)
    ]
    lines += [f"  only this tool: {name}" for name in sorted(ours - theirs.keys())]
    return "\n".join(lines) + "\n"


def breaking_operations(old: Document, new: Document) -> dict[str, set[str]]:
    """Run `oasdiff breaking` and return the rule ids that it reports for each operation."""
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
        raise DocumentError(
            f"the output of oasdiff cannot be parsed: {first_line(error)}"
        ) from error
    return operations
