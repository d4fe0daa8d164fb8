"""Verify that a copy of the client is unchanged since it was generated.

Run `python -m <package>.verify` or `python <folder>/verify.py`; both need only the standard
library. It detects accidental edits, for example by a formatter or a merge. An edit of a file and
of its hash in the manifest is detected only with `--source`.
"""

import sys

if __name__ == "__main__" and __package__ is None and not sys.flags.isolated:
    # Without its folder, whose types.py would replace that of the standard library.
    del sys.path[0]

import argparse
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

MANIFEST = "_provenance.json"
# The files that vendoring adds to those of the client.
ADDED = ("LICENSE", "sbom.cdx.json")
INTACT, ALTERED, UNKNOWN, OLDER = range(4)


class ManifestError(Exception):
    """A manifest cannot be read. The text is one sentence for the user."""


@dataclass
class Findings:
    """The differences between a copy and its manifest: paths of files relative to the copy."""

    edited: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Return one line for each file, such as `edited: models.py`."""
        return [f"{kind}: {name}" for kind, names in vars(self).items() for name in names]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    0: intact; 1: edited, missing or extra files; 2: cannot verify; 3: intact, but older than the
    source.
    """
    parser = argparse.ArgumentParser(
        description=(
            "Verify that a copy of the client is unchanged since it was generated. Exit code 0:"
            " intact, 1: edited, missing or extra files, 2: cannot verify, 3: older than the"
            " source."
        )
    )
    parser.add_argument(
        "--package", type=Path, default=Path(__file__).parent, help="the copy (%(default)s)"
    )
    parser.add_argument("--source", type=Path, help="the client to compare the version with")
    options = parser.parse_args(arguments)
    try:
        findings = verify(options.package)
        older = options.source is not None and is_older(options.package, options.source)
        version = read_manifest(options.package)["specification"]["version"]
    except (ManifestError, OSError) as error:
        print(f"verify: {error}", file=sys.stderr)
        return UNKNOWN
    for line in findings.lines():
        print(line)
    if older:
        print("older than the source: vendor the client again")
    if findings.lines():
        return ALTERED
    if older:
        return OLDER
    print(f"intact: specification {version}")
    return INTACT


def verify(package: Path) -> Findings:
    """Compare the files of a copy with its manifest.

    Args:
        package: The folder of the copy.

    Raises:
        ManifestError: The manifest of the copy is missing or malformed.
    """
    expected = read_manifest(package)["files"]
    found = hashes(package)
    return Findings(
        edited=sorted(name for name in expected.keys() & found if expected[name] != found[name]),
        missing=sorted(expected.keys() - found.keys()),
        extra=sorted(found.keys() - expected.keys()),
    )


def is_older(package: Path, source: Path) -> bool:
    """Return whether a copy was made from an earlier version of the source.

    The git history of the source is the proof: the hashes in the manifest of the copy must be those
    of the source's manifest in one of its commits.

    Raises:
        ManifestError: A manifest is missing or malformed, or the copy differs from the source and
            from every version in its history.
    """
    own = read_manifest(package)
    added = own.get("vendored", {}).get("added", [])
    copied = {name: digest for name, digest in own["files"].items() if name not in added}
    if copied == read_manifest(source)["files"]:
        return False
    if any(copied == files for files in _history(source)):
        return True
    raise ManifestError(
        f"{package} differs from {source}, and the git history of the source does not contain it:"
        " vendor the client again"
    )


def _history(source: Path) -> Iterator[object]:
    """Yield the hashes of the files in each version of the source that git knows."""
    git = shutil.which("git")
    if git is None:
        return

    def output(*arguments: str) -> str:
        command = [git, "-C", str(source), *arguments]
        run = subprocess.run(command, check=False, capture_output=True, encoding="utf-8")  # noqa: S603
        return run.stdout if run.returncode == 0 else ""

    for commit in output("log", "--format=%H", "--", MANIFEST).split():
        try:
            yield json.loads(output("show", f"{commit}:./{MANIFEST}"))["files"]
        except (ValueError, KeyError, TypeError):
            continue


def read_manifest(package: Path) -> dict[str, Any]:
    """Read the manifest of a copy.

    Raises:
        ManifestError: The manifest is missing or malformed.
    """
    path = package / MANIFEST
    try:
        manifest: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise ManifestError(f"{path} cannot be read: {reason}") from error
    if not _is_manifest(manifest):
        raise ManifestError(f"{path} is not the manifest of a client")
    return cast("dict[str, Any]", manifest)


def _is_manifest(value: object) -> bool:
    """Return whether decoded JSON has the parts that this module reads, with their types."""
    manifest, empty = _object(value), dict[str, Any]()
    files = _object(manifest.get("files", ""))
    vendored = manifest.get("vendored", empty)
    added = _object(vendored).get("added", [])
    return (
        isinstance(_object(manifest.get("specification")).get("version"), str)
        and isinstance(manifest.get("files"), dict)
        and all(isinstance(digest, str) for digest in files.values())
        and isinstance(vendored, dict)
        and isinstance(added, list)
        and all(name in ADDED for name in cast("list[object]", added))
    )


def _object(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def hashes(package: Path) -> dict[str, str]:
    """Hash the files of a folder, except the manifest and the bytecode in `__pycache__`.

    Returns:
        The SHA-256 of each file in hexadecimal, by its path relative to the folder, with slashes.
        Line endings are hashed as `\\n`, because a checkout on Windows may convert them. A symbolic
        link may lead outside the folder: it has its target instead of a hash, and never matches.
    """
    found: dict[str, str] = {}
    for path in sorted(package.rglob("*")):
        name = path.relative_to(package).as_posix()
        is_cached = path.suffix == ".pyc" and path.parent.name == "__pycache__"
        if path.is_symlink():
            found[name] = f"symbolic link to {os.readlink(path)}"
        elif path.is_file() and not is_cached and name != MANIFEST:
            content = path.read_bytes().replace(b"\r\n", b"\n")
            found[name] = hashlib.sha256(content).hexdigest()
    return found


if __name__ == "__main__":
    sys.exit(main())
