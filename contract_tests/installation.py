"""Says what is missing before an import fails, on every Python that the wheel allows."""

import sys
from importlib.util import find_spec

EXTRA = "dodo-license-keys[contract]"
PACKAGES = (
    "aiohttp",
    "filelock",
    "httptools",
    "hypothesis",
    "jinja2",
    "jsonschema_rs",
    "msgspec",
    "platformdirs",
    "propcache",
    "pytest",
    "schemathesis",
    "sortedcontainers",
    "uvicorn",
    "yaml",
)


def check_installation() -> None:
    """Check that Python is new enough and that every package of the extra is installed.

    Raises:
        SystemExit: Something is missing; one sentence says what to install.
    """
    problem = _problem(sys.version_info[:2])
    if problem is not None:
        print(f"{__package__}: {problem}", file=sys.stderr)
        raise SystemExit(2)


def _problem(version: tuple[int, int]) -> str | None:
    if version < (3, 11):
        needs = "the contract suite requires Python 3.11 or newer"
        return f"{needs}, this is {version[0]}.{version[1]}: install '{EXTRA}' there"
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        return f"the contract suite requires the package {missing[0]}: pip install '{EXTRA}'"
    return None
