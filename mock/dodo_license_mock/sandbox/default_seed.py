"""The default seed, with keys in every state that a rule concerns."""

from typing import Any

from ..domain.models import State
from .seeds import parse_seed

_PAST = "2024-06-30T23:59:59Z"
_FUTURE = "2099-12-31T23:59:59.5Z"


def _devices(count: int) -> list[dict[str, str]]:
    return [{"name": f"Device {number}"} for number in range(1, count + 1)]


_KEYS: list[dict[str, Any]] = [
    {"activations_limit": 5, "instances": _devices(2)},
    {"activations_limit": 3, "instances": _devices(1), "expires_at": _FUTURE},
    {"subscription_id": "sub_monthly1", "activations_limit": 4, "instances": _devices(1)},
    {},
    {"activations_limit": 2, "instances": _devices(2)},
    {"instances": _devices(3)},
    {"activations_limit": 5, "expires_at": _PAST},
    {"activations_limit": 5, "instances": _devices(1), "disabled": True},
    {"subscription_id": "sub_yearly1"},
    {"expires_at": _FUTURE},
    {"activations_limit": 0},
    {"expires_at": _PAST, "instances": _devices(1)},
    {"expires_at": _PAST, "disabled": True},
    {"subscription_id": "sub_onhold1", "activations_limit": 1, "disabled": True},
    {"source": "import", "activations_limit": 10},
    {"source": "manual", "expires_at": _FUTURE, "instances": _devices(1)},
    {"activations_limit": 100},
    {},
]


def default_state() -> State:
    """Return the default state: 18 keys, the same on every call."""
    return parse_seed({"license_keys": _KEYS})
