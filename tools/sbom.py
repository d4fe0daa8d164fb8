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
    """Describe the client and the packages that it needs at run time.

    A vendored client brings no packages along, so these stand without a version: which one runs is
    up to the service. The range that the client asks for is in the description.

    Args:
        project: The `project` table of pyproject.toml.
        version: The version of the client.
        digest: The SHA-256 of all its files, in hexadecimal.

    Returns:
        The JSON text, the same for the same client.
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
    needed = list(components(project["dependencies"]))
    bom.components.update(needed)
    bom.register_dependency(client, needed)
    content = json.loads(JsonV1Dot6(bom).output_as_string())
    del content["metadata"]["timestamp"]  # the same client gives the same bytes
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def components(requirements: Iterable[str]) -> Iterable[Component]:
    """Yield a component for every requirement."""
    for requirement in map(Requirement, requirements):
        yield Component(
            name=requirement.name,
            type=ComponentType.LIBRARY,
            bom_ref=requirement.name,
            description=f"Needed in version {requirement.specifier}",
            purl=PackageURL("pypi", name=requirement.name),
        )
