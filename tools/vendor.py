"""Copy the client into a service, under any package name."""

import argparse
import json
import keyword
import shutil
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from dodo_license_keys.verify import ManifestError, verify

from tools.folders import combined, hashes, replace
from tools.provenance import MANIFEST, write_manifest
from tools.sbom import bill_of_materials

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "generated" / "dodo_license_keys"
LICENSE = "LICENSE"
SBOM = "sbom.cdx.json"


class VendorError(Exception):
    """The client cannot be vendored; the text is one sentence for a person."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 vendored, 2 refused."""
    parser = argparse.ArgumentParser(prog="python -m tools.vendor", description=__doc__)
    parser.add_argument("destination", type=Path, help="the package folder to make or renew")
    parser.add_argument(
        "--force", action="store_true", help="throw away what was edited in the copy by hand"
    )
    options = parser.parse_args(arguments)
    try:
        vendor(options.destination, force=options.force)
    except (VendorError, OSError) as error:
        print(f"vendor: {error}", file=sys.stderr)
        return 2
    print(f"vendored into {options.destination}; verify it with: make verify-vendor")
    return 0


def vendor(destination: Path, *, force: bool = False) -> None:
    """Copy the client, its licence, its manifest and its bill of materials.

    Args:
        destination: The package folder to make, or a copy made before, which is renewed.
        force: Whether to renew a copy with local edits, which are lost.

    Raises:
        VendorError: The destination is no place for a package, holds something else, or holds
            local edits; nothing was touched.
        OSError: The destination cannot be written; it is as it was.
    """
    destination = destination.resolve()
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
    """Extend the manifest of the client by what the copy has more than the client."""
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
    """Make sure that nothing is lost.

    Raises:
        VendorError: Something would be.
    """
    name = destination.name
    if not name.isidentifier() or keyword.iskeyword(name):
        raise VendorError(f"{name} is no name for a package; choose one that Python can import")
    if destination.is_relative_to(SOURCE) or SOURCE.is_relative_to(destination):
        raise VendorError(f"{destination} is where the client itself lives; choose another folder")
    if not destination.exists():
        return
    if not destination.is_dir():
        raise VendorError(f"{destination} is no folder; choose another")
    if not any(destination.iterdir()):
        return
    try:
        edits = verify(destination).lines()
    except ManifestError as error:
        raise VendorError(
            f"{destination} holds something else than the client; move it away first"
        ) from error
    if edits and not force:
        raise VendorError(
            f"{destination} was edited by hand ({', '.join(edits)});"
            " keep the edits elsewhere, then use --force (make vendor ARGS=--force)"
        )


def read_project() -> dict[str, Any]:
    """Read the `project` table of pyproject.toml."""
    content = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project: dict[str, Any] = content["project"]
    return project


if __name__ == "__main__":
    sys.exit(main())
