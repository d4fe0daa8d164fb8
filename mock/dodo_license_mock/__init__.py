"""A stateful mock of the License Keys API."""

import importlib
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .mock import LicenseMock
    from .sandbox.seeds import SeedError
    from .sandbox.webhooks import WebhookError
    from .storage.interface import StorageError

__all__ = ["LicenseMock", "SeedError", "StorageError", "WebhookError"]

_MODULES = {
    "LicenseMock": ".mock",
    "SeedError": ".sandbox.seeds",
    "StorageError": ".storage.interface",
    "WebhookError": ".sandbox.webhooks",
}


def __getattr__(name: str) -> Any:
    """Import on demand: pytest imports this package for its plugin even without the extra."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if sys.version_info < (3, 11):  # noqa: UP036 - the wheel and its client run on 3.10 too
        raise ImportError("the mock requires Python 3.11 or newer")
    try:
        module = importlib.import_module(_MODULES[name], __name__)
    except ModuleNotFoundError as error:
        raise ImportError(
            f"the mock requires the package {error.name}: pip install 'dodo-license-keys[mock]'"
        ) from error
    return getattr(module, name)
