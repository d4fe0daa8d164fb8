# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change the specification or the templates and run `make generate`.
"""What this package tells the standard `logging`: which operation, how it went. Never a value."""

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
