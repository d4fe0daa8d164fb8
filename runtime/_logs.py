"""The logger of this package. It logs operations, statuses and durations, never a field's value."""

from __future__ import annotations

import logging
import os

logger = logging.getLogger(__package__)
logger.addHandler(logging.NullHandler())

VARIABLE = "DODO_PAYMENTS_LOG"
LEVELS = {"debug": logging.DEBUG, "info": logging.INFO}


def set_up() -> None:
    """Log to standard error if `DODO_PAYMENTS_LOG` is `debug` or `info`."""
    level = LEVELS.get(os.environ.get(VARIABLE, "").lower())
    if level is not None:
        logging.basicConfig()
        logger.setLevel(level)
