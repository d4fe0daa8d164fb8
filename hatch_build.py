"""Ships the contract suite under a name that cannot collide with a service's `contract_tests/`."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SUITE = {
    "contract_tests": "dodo_contract",
    "specification": "dodo_contract/specification",
    "openapi.yaml": "dodo_contract/openapi.yaml",
}


class SuiteHook(BuildHookInterface[Any]):
    """Adds the suite to a wheel, but not to an editable install, whose copy would become stale."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the files before the build."""
        if version == "standard":
            build_data["force_include"] |= SUITE
