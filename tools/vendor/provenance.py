"""The provenance manifest of a client: its inputs, its generator and a hash for every file."""

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tools.folders import combined, hashes, sha256

MANIFEST = "_provenance.json"
# The packages whose versions determine the output.
TOOLS = ("openapi-python-client", "ruff")


def provenance(
    package: Path,
    specification: Path,
    specification_version: str,
    settings: Path,
    templates: Path,
    runtime: Path,
) -> dict[str, Any]:
    """Return the manifest of a generated client.

    Args:
        package: The folder of the client, complete except for the manifest.
        specification: The OpenAPI document.
        specification_version: Its `info.version`.
        settings: The generator's configuration.
        templates: The folder of the templates.
        runtime: The folder of the modules that are copied unchanged.
    """
    return {
        "specification": {
            "name": specification.name,
            "version": specification_version,
            "sha256": sha256(specification),
        },
        "generator": {name: version(name) for name in TOOLS},
        "settings": {"sha256": sha256(settings)},
        "templates": {"sha256": combined(hashes(templates).items())},
        "runtime": {"sha256": combined(hashes(runtime).items())},
        "files": hashes(package),
    }


def write_manifest(package: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest into the folder of a client or of a vendored copy."""
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    package.joinpath(MANIFEST).write_text(text, encoding="utf-8")
