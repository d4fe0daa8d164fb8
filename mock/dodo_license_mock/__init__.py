"""A stateful mock of the License Keys API."""

import datetime
import importlib
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .likeness.observed import LikenessError
    from .mock import LicenseMock
    from .sandbox.seeds import SeedError
    from .sandbox.signing import WebhookError
    from .storage.interface import StorageError

__all__ = ["LicenseMock", "LikenessError", "SeedError", "StorageError", "WebhookError"]

_MODULES = {
    "LicenseMock": ".mock",
    "LikenessError": ".likeness.observed",
    "SeedError": ".sandbox.seeds",
    "StorageError": ".storage.interface",
    "WebhookError": ".sandbox.signing",
}


def __getattr__(name: str) -> Any:
    """Import on demand: pytest imports this package for its plugin even without the extra."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if sys.version_info < (3, 11):  # noqa: UP036 - the wheel and its client run on 3.10 too
        raise ImportError("the mock requires Python 3.11 or newer")
    try:
        module = _import(_MODULES[name])
    except ModuleNotFoundError as error:
        raise ImportError(
            f"the mock requires the package {error.name}: pip install 'dodo-license-keys[mock]'"
        ) from error
    return getattr(module, name)


def _import(name: str) -> Any:
    """Import a module with the real `datetime`, even while a library freezes the time."""
    present = datetime.datetime
    real = next(kind for kind in present.__mro__ if kind.__module__ == "datetime")
    datetime.datetime = real  # type: ignore[assignment,misc]
    try:
        return importlib.import_module(name, __name__)
    finally:
        datetime.datetime = present  # type: ignore[misc]
