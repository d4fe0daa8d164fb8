"""The catalogue: every rule that a verdict reports on."""

from .layers import CLIENT, SCHEMA, SEQUENCE
from .license_keys import CREATE, FRAME_FIELDS, GET, LIST, PATCH
from .licenses import ACTIVATE, DEACTIVATE, INSTANCE, VALIDATE
from .requests import AUTH, BODY, ERROR, METHOD, RESPONSE
from .rule import Level, Rule

__all__ = ["CATALOGUE", "FRAME_FIELDS", "Level", "Rule"]

CATALOGUE: tuple[Rule, ...] = (
    *RESPONSE,
    *ERROR,
    *AUTH,
    *GET,
    *PATCH,
    *BODY,
    *METHOD,
    *LIST,
    *ACTIVATE,
    *DEACTIVATE,
    *VALIDATE,
    *INSTANCE,
    *CREATE,
    *SCHEMA,
    *SEQUENCE,
    *CLIENT,
)
