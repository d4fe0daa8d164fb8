"""Lets pytest run the checks, apart from any other pytest on the machine."""

from pathlib import Path

import platformdirs
import pytest

_CHECKS = Path(__file__).parents[1] / "checks"
# The run prints its own results, and warnings are not about the target.
_UNUSED_PLUGINS = (
    "terminal",
    "cacheprovider",
    "logging",
    "faulthandler",
    "warnings",
    "unraisableexception",
    "threadexception",
)
# The environment may set these for another pytest.
_IGNORED_VARIABLES = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")


def run_checks(plugin: object) -> None:
    """Run every check that a pytest plugin selects.

    Args:
        plugin: Selects and orders the checks, and provides their fixtures.

    Raises:
        RuntimeError: pytest failed; a check that failed is not an error here.
    """
    arguments = [
        str(_CHECKS),
        f"--config-file={_CHECKS / 'checks.ini'}",
        f"--rootdir={_CHECKS}",
        f"--confcutdir={_CHECKS}",
        "--capture=no",
        "--disable-plugin-autoload",
    ]
    for name in _UNUSED_PLUGINS:
        arguments += ["-p", f"no:{name}"]
    with pytest.MonkeyPatch.context() as environment:
        for name in _IGNORED_VARIABLES:
            environment.delenv(name, raising=False)
        # Hypothesis would write to the working directory.
        cache = platformdirs.user_cache_path("dodo-license-keys") / "hypothesis"
        environment.setenv("HYPOTHESIS_STORAGE_DIRECTORY", str(cache))
        code = pytest.main(arguments, plugins=[plugin])
    if code in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR):
        raise RuntimeError(f"pytest ended with {code!r}")
