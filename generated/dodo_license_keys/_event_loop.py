# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""The event loop of the current task: asyncio, or Trio if the program uses it."""

from __future__ import annotations

import sys
from typing import Any

from ._types import LazyModule

# A blocking program does not need asyncio, which takes long to import.
_asyncio = LazyModule("asyncio")


def current_loop() -> Any:
    """Return the running event loop, or the token of Trio's."""
    try:
        return _asyncio.get_running_loop()
    except RuntimeError:
        if "trio" not in sys.modules:
            raise
        return sys.modules["trio"].lowlevel.current_trio_token()


async def sleep(seconds: float) -> None:
    """Suspend the current task."""
    try:
        _asyncio.get_running_loop()
    except RuntimeError:
        await sys.modules["trio"].sleep(seconds)
    else:
        await _asyncio.sleep(seconds)
