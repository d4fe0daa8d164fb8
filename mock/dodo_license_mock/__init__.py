"""A stateful mock of the License Keys API."""

import importlib
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .control.webhooks import WebhookError
    from .core.seeds import SeedError
    from .mock import LicenseMock
    from .storage import StorageError

__all__ = ["LicenseMock", "SeedError", "StorageError", "WebhookError"]

_MODULES = {
    "LicenseMock": ".mock",
    "SeedError": ".core.seeds",
    "StorageError": ".storage",
    "WebhookError": ".control.webhooks",
}


def __getattr__(name: str) -> Any:
    """Import late: pytest imports the plugin of this package also where the extra is missing."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if sys.version_info < (3, 11):  # noqa: UP036 - the wheel and its client run on 3.10 too
        raise ImportError("the mock needs Python 3.11 or newer")
    try:
        module = importlib.import_module(_MODULES[name], __name__)
    except ModuleNotFoundError as error:
        raise ImportError(
            f"the mock needs the package {error.name}: pip install 'dodo-license-keys[mock]'"
        ) from error
    return getattr(module, name)
