"""The request bodies of the operations."""

from datetime import datetime
from typing import Annotated

import msgspec

from ..domain import instants
from ..domain.key_changes import UNSET, Changes, Unset
from ..http.errors import invalid_body

Int32 = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]
NonNegativeInt32 = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]


class CreateKey(msgspec.Struct, frozen=True):
    """The body that imports a license key."""

    key: str
    customer_id: str
    product_id: str
    activations_limit: NonNegativeInt32 | None = None
    expires_at: str | None = None


class PatchKey(msgspec.Struct, frozen=True, gc=False):
    """The body that updates a license key."""

    activations_limit: Int32 | Unset | None = UNSET
    disabled: bool | None = None
    expires_at: str | Unset | None = UNSET

    def changes(self) -> Changes:
        """Return the requested changes. A null `disabled` means the same as an omitted one.

        Raises:
            HttpError: 422 for an `expires_at` that is not an RFC 3339 date-time.
        """
        return Changes(
            self.activations_limit,
            UNSET if self.disabled is None else self.disabled,
            UNSET if isinstance(self.expires_at, Unset) else parse_expiry(self.expires_at),
        )


class PatchInstance(msgspec.Struct, frozen=True):
    """The body that renames an instance."""

    name: str


class Activate(msgspec.Struct, frozen=True):
    """The body that activates a license key."""

    license_key: str
    name: str


class Deactivate(msgspec.Struct, frozen=True):
    """The body that deactivates an instance."""

    license_key: str
    license_key_instance_id: str


class Validate(msgspec.Struct, frozen=True):
    """The body that validates a license key."""

    license_key: str
    license_key_instance_id: str | None = None


def parse_expiry(text: str | None) -> datetime | None:
    """Return the instant of an `expires_at`, None for null.

    Raises:
        HttpError: 422 for text that is not an RFC 3339 date-time.
    """
    if text is None:
        return None
    try:
        return instants.parse(text)
    except ValueError as error:
        raise invalid_body(f"`expires_at` is {error}.") from error
