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
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

MANIFEST = "_provenance.json"
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
    """Return whether the files of the source differ from those that a copy was made from.

    Raises:
        ManifestError: The manifest of the copy or of the source is missing or malformed.
    """
    own = read_manifest(package)
    added = own.get("vendored", {}).get("added", [])
    copied = {name: digest for name, digest in own["files"].items() if name not in added}
    return bool(copied != read_manifest(source)["files"])


def read_manifest(package: Path) -> dict[str, Any]:
    """Read the manifest of a copy.

    Raises:
        ManifestError: The manifest is missing or malformed.
    """
    path = package / MANIFEST
    try:
        manifest: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ManifestError(f"{path} cannot be read: {error}") from error
    fields = cast("dict[str, Any]", manifest if isinstance(manifest, dict) else {})
    if not all(isinstance(fields.get(part), dict) for part in ("specification", "files")):
        raise ManifestError(f"{path} is not the manifest of a client")
    return fields


def hashes(package: Path) -> dict[str, str]:
    """Hash the files of a folder, except the manifest and bytecode.

    Returns:
        The SHA-256 of each file in hexadecimal, by its path relative to the folder, with slashes.
        Line endings are hashed as `\\n`, because a checkout on Windows may convert them.
    """
    return {
        path.relative_to(package).as_posix(): hashlib.sha256(
            path.read_bytes().replace(b"\r\n", b"\n")
        ).hexdigest()
        for path in sorted(package.rglob("*"))
        if path.is_file()
        and path.suffix != ".pyc"
        and path.relative_to(package).as_posix() != MANIFEST
    }


if __name__ == "__main__":
    sys.exit(main())
