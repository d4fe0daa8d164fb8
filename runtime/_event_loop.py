"""The event loop of the current task: asyncio, or Trio if the program uses it."""

from __future__ import annotations

import asyncio
import sys
from typing import Any


def current_loop() -> Any:
    """Return the running event loop, or Trio's token of it."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        if "trio" not in sys.modules:
            raise
        return sys.modules["trio"].lowlevel.current_trio_token()


async def sleep(seconds: float) -> None:
    """Suspend the current task."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        await sys.modules["trio"].sleep(seconds)
    else:
        await asyncio.sleep(seconds)
