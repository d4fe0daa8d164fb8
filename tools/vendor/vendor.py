"""Copy the client into a service under any package name."""

import argparse
import json
import keyword
import re
import shutil
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from dodo_license_keys.verify import ManifestError, verify

from tools.folders import combined, hashes, recover, replace
from tools.vendor.provenance import MANIFEST, write_manifest
from tools.vendor.sbom import bill_of_materials

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "generated" / "dodo_license_keys"
LICENSE = "LICENSE"
SBOM = "sbom.cdx.json"


class VendorError(Exception):
    """The client cannot be vendored. The text is one sentence for the user."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 vendored, 2 rejected."""
    parser = argparse.ArgumentParser(prog="python -m tools.vendor", description=__doc__)
    parser.add_argument("destination", type=Path, help="the package folder to create or update")
    parser.add_argument("--force", action="store_true", help="overwrite local edits of the copy")
    options = parser.parse_args(arguments)
    try:
        vendor(options.destination, force=options.force)
    except (VendorError, OSError) as error:
        print(f"vendor: {error}", file=sys.stderr)
        return 2
    print(f"vendored into {options.destination}; verify it with: make verify-vendor")
    print(exclusions(options.destination))
    return 0


def exclusions(destination: Path) -> str:
    """Return the settings that keep formatters and linters from editing a copy.

    The path is relative to the project that contains the copy, as its pyproject.toml needs it.
    """
    path = destination.resolve().as_posix()
    for parent in destination.resolve().parents:
        if any((parent / name).exists() for name in ("pyproject.toml", ".git")):
            path = destination.resolve().relative_to(parent).as_posix()
            break
    escaped = re.escape(path)
    return "\n".join(
        (
            "Exclude it from tools that edit or check files, in pyproject.toml:",
            f"  [tool.ruff]     extend-exclude = [{json.dumps(path)}]",
            f"  [tool.black]    extend-exclude = {json.dumps(escaped)}",
            f"  [tool.mypy]     exclude = [{json.dumps(escaped)}]",
            f"  [tool.pyright]  exclude = [{json.dumps(path)}]",
        )
    )


def vendor(destination: Path, *, force: bool = False) -> None:
    """Copy the client, its licence, its manifest and its bill of materials.

    Args:
        destination: The package folder to create, or an earlier copy to update.
        force: Whether to overwrite local edits of an earlier copy.

    Raises:
        VendorError: The destination is not a valid package folder, contains other files, or has
            local edits. Nothing was changed.
        OSError: The destination cannot be written. It is unchanged.
    """
    destination = destination.resolve()
    recover(destination)
    check_destination(destination, force=force)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / destination.name
        shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        project = read_project()
        client = hashes(copy)
        client.pop(MANIFEST)
        shutil.copyfile(ROOT / LICENSE, copy / LICENSE)
        bill = bill_of_materials(project, project["version"], combined(client.items()))
        copy.joinpath(SBOM).write_text(bill, encoding="utf-8")
        write_manifest(copy, manifest_of_copy(copy, project))
        replace(destination, copy)


def manifest_of_copy(copy: Path, project: dict[str, Any]) -> dict[str, Any]:
    """Return the manifest of the client, extended by the files that the copy adds."""
    manifest: dict[str, Any] = json.loads(copy.joinpath(MANIFEST).read_text(encoding="utf-8"))
    files = hashes(copy)
    files.pop(MANIFEST)
    return manifest | {
        "vendored": {
            "name": project["name"],
            "version": project["version"],
            "added": [LICENSE, SBOM],
        },
        "files": files,
    }


def check_destination(destination: Path, *, force: bool) -> None:
    """Check that vendoring overwrites nothing but an unedited copy.

    Raises:
        VendorError: It would, or the name of the folder is not a package name.
    """
    name = destination.name
    if not name.isidentifier() or keyword.iskeyword(name):
        raise VendorError(f"{name} is not a valid package name; choose a Python identifier")
    if destination.is_relative_to(SOURCE) or SOURCE.is_relative_to(destination):
        raise VendorError(f"{destination} contains the client itself; choose another folder")
    if not destination.exists():
        return
    if not destination.is_dir():
        raise VendorError(f"{destination} is not a folder; choose another path")
    if not any(destination.iterdir()):
        return
    try:
        edits = verify(destination).lines()
    except ManifestError as error:
        raise VendorError(
            f"{destination} contains files that are not a copy of the client; move them away first"
        ) from error
    if edits and not force:
        raise VendorError(
            f"{destination} was edited by hand ({', '.join(edits)});"
            " save the edits elsewhere, then use --force (make vendor ARGS=--force)"
        )


def read_project() -> dict[str, Any]:
    """Read the `project` table of pyproject.toml."""
    content = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project: dict[str, Any] = content["project"]
    return project
