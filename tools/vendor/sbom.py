"""The software bill of materials of a vendored client, in CycloneDX 1.6 JSON."""

import json
import uuid
from collections.abc import Iterable
from email.utils import getaddresses
from importlib.metadata import metadata
from typing import Any

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.contact import OrganizationalEntity
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement


def bill_of_materials(project: dict[str, Any], version: str, digest: str) -> str:
    """Return the bill of materials of the client and its runtime dependencies.

    The version of a dependency is the one that the client is tested with. The service that vendors
    the client installs its own; the description states the range that the client requires.

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
        supplier=OrganizationalEntity(name=project["authors"][0]["name"]),
        licenses=[DisjunctiveLicense(id=project["license"])],
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest)],
        purl=PackageURL("pypi", name=project["name"], version=version),
    )
    bom = Bom(serial_number=uuid.uuid5(uuid.NAMESPACE_URL, f"urn:sha256:{digest}"))
    bom.metadata.component = client
    bom.metadata.supplier = client.supplier
    dependencies = list(components(project["dependencies"]))
    bom.components.update(dependencies)
    bom.register_dependency(client, dependencies)
    content = json.loads(JsonV1Dot6(bom).output_as_string())
    del content["metadata"]["timestamp"]  # the output must be reproducible
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def components(requirements: Iterable[str]) -> Iterable[Component]:
    """Yield a component for each requirement, as the installed package describes itself."""
    for requirement in map(Requirement, requirements):
        name, package = requirement.name, metadata(requirement.name)
        # PEP 639 put the SPDX expression into a field of its own.
        field = "License-Expression" if "License-Expression" in package else "License"
        ((supplier, _),) = getaddresses([package["Author-email"]])
        yield Component(
            name=name,
            version=package["Version"],
            type=ComponentType.LIBRARY,
            bom_ref=name,
            description=f"Required version: {requirement.specifier}",
            supplier=OrganizationalEntity(name=supplier),
            licenses=[DisjunctiveLicense(id=package[field])],
            purl=PackageURL("pypi", name=name, version=package["Version"]),
        )
