"""The software bill of materials of a vendored client, in CycloneDX 1.6 JSON."""

import json
import uuid
from collections.abc import Iterable
from typing import Any

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement


def bill_of_materials(project: dict[str, Any], version: str, digest: str) -> str:
    """Return the bill of materials of the client and its runtime dependencies.

    The dependencies have no version, because the service that vendors the client installs them.
    Their descriptions state the version range that the client requires.

    Args:
        project: The `project` table of pyproject.toml.
        version: The version of the client.
        digest: The SHA-256 of all its files, in hexadecimal.

    Returns:
        The JSON text. The same client always gives the same text.
    """
    client = Component(
        name=project["name"],
        version=version,
        type=ComponentType.LIBRARY,
        bom_ref=project["name"],
        description=project["description"],
        licenses=[DisjunctiveLicense(id=project["license"])],
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest)],
        purl=PackageURL("pypi", name=project["name"], version=version),
    )
    bom = Bom(serial_number=uuid.uuid5(uuid.NAMESPACE_URL, f"urn:sha256:{digest}"))
    bom.metadata.component = client
    dependencies = list(components(project["dependencies"]))
    bom.components.update(dependencies)
    bom.register_dependency(client, dependencies)
    content = json.loads(JsonV1Dot6(bom).output_as_string())
    del content["metadata"]["timestamp"]  # the output must be reproducible
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def components(requirements: Iterable[str]) -> Iterable[Component]:
    """Yield a component for each requirement."""
    for requirement in map(Requirement, requirements):
        yield Component(
            name=requirement.name,
            type=ComponentType.LIBRARY,
            bom_ref=requirement.name,
            description=f"Required version: {requirement.specifier}",
            purl=PackageURL("pypi", name=requirement.name),
        )
