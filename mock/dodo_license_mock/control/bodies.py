"""The bodies of requests to `/_mock/`."""

from typing import Annotated, Any

import msgspec

_MAX_ADVANCE_SECONDS = 400 * 366 * 24 * 3600


class ClockBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body that sets the clock to an instant, advances it, freezes it or lets it run."""

    now: str | None = None
    advance_seconds: (
        Annotated[float, msgspec.Meta(ge=-_MAX_ADVANCE_SECONDS, le=_MAX_ADVANCE_SECONDS)] | None
    ) = None
    frozen: bool | None = None


class RateLimitBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body that turns the published rate limit on or off."""

    enabled: bool


class WebhookBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body that sends an event about a license key, or an event again."""

    type: str = ""
    license_key_id: str = ""
    data: dict[str, Any] = {}
    resend: str | None = None


class SnapshotBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body that takes a snapshot or returns to it."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)] = "default"
