"""The pytest plugin: counts which fields of the client's models the tests of a service read.

`pytest --license-reads reads.json --license-client billing.dodo_license_keys` writes the fields and
how often they were read.
"""

import importlib
import inspect
import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

_READ = "__getattribute__"
_COUNTER = pytest.StashKey["ReadCounter"]()


class ReadCounter:
    """Counts the reads of model fields from outside the client.

    Args:
        package: The name of the client's package, which has a module `models`.

    Attributes:
        reads: How often each field was read, such as `LicenseKeyResponse.status`.
    """

    def __init__(self, package: str) -> None:
        self._package = package
        self._original: dict[type, Callable[[Any, str], Any]] = {}
        self.reads: Counter[str] = Counter()

    def start(self) -> None:
        """Count from now on.

        Raises:
            ImportError: The package has no module `models`.
        """
        models = importlib.import_module(f"{self._package}.models")
        for _, model in inspect.getmembers(models, inspect.isclass):
            fields = frozenset(
                each.name for each in getattr(model, "__attrs_attrs__", ()) if each.name[0] != "_"
            )
            if fields:
                self._original[model] = model.__getattribute__
                setattr(model, _READ, self._counting(model, fields))

    def stop(self) -> None:
        """Restore the models."""
        for model, original in self._original.items():
            setattr(model, _READ, original)
        self._original.clear()

    def _counting(self, model: type, fields: "frozenset[str]") -> Callable[[Any, str], Any]:
        original, own = self._original[model], f"{self._package}."
        reads, prefix = self.reads, model.__name__

        def read(instance: Any, name: str) -> Any:
            if name in fields:
                caller = str(sys._getframe(1).f_globals.get("__name__", ""))
                if not caller.startswith((own, "attr.")):
                    reads[f"{prefix}.{name}"] += 1
            return original(instance, name)

        return read


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("license recording")
    group.addoption(
        "--license-reads",
        metavar="FILE",
        help="write which fields of the license client's models the tests read",
    )
    group.addoption(
        "--license-client",
        metavar="PACKAGE",
        default="dodo_license_keys",
        help="the package of the client, dodo_license_keys by default",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Start to count if the option is set."""
    if config.getoption("--license-reads"):
        counter = ReadCounter(config.getoption("--license-client"))
        try:
            counter.start()
        except ImportError as error:
            raise pytest.UsageError(f"--license-client: {error}") from error
        config.stash[_COUNTER] = counter


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Pass the counts of a pytest-xdist worker on to its controller."""
    counter = session.config.stash.get(_COUNTER, None)
    output = getattr(session.config, "workeroutput", None)
    if counter is not None and output is not None:
        output["license_reads"] = dict(counter.reads)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Add the counts of a pytest-xdist worker."""
    counter = node.config.stash.get(_COUNTER, None)
    if counter is not None:
        counter.reads.update(getattr(node, "workeroutput", {}).get("license_reads", {}))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Write the file."""
    counter = config.stash.get(_COUNTER, None)
    if counter is not None:
        counter.stop()
        if hasattr(config, "workeroutput"):
            return
        content = {"reads": dict(sorted(counter.reads.items()))}
        Path(config.getoption("--license-reads")).write_text(json.dumps(content, indent=2) + "\n")
