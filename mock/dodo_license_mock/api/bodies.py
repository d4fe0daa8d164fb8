"""Request bodies: read strictly, nothing coerced."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Generic, TypeVar

import msgspec

from ..core import instants
from ..core.errors import ApiError, Code, invalid_body, malformed_body
from ..core.messages import MAX_BODY_BYTES, Request
from ..core.rules import UNSET, Changes, Unset

Int32 = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]
NonNegativeInt32 = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
T = TypeVar("T")


class CreateKey(msgspec.Struct, frozen=True):
    """The body that imports a license key."""

    key: str
    customer_id: str
    product_id: str
    activations_limit: NonNegativeInt32 | None = None
    expires_at: str | None = None


class PatchKey(msgspec.Struct, frozen=True):
    """The body that updates a license key."""

    activations_limit: Int32 | Unset | None = UNSET
    disabled: bool | None = None
    expires_at: str | Unset | None = UNSET

    def changes(self) -> Changes:
        """Return what the body asks for; a null `disabled` counts as left out."""
        return Changes(
            self.activations_limit,
            UNSET if self.disabled is None else self.disabled,
            UNSET if isinstance(self.expires_at, Unset) else expiry(self.expires_at),
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
    """The body that asks whether a license key may be used."""

    license_key: str
    license_key_instance_id: str | None = None


class BodyReader(Generic[T]):
    """Reads the JSON bodies of one operation into its struct."""

    def __init__(self, kind: type[T]) -> None:
        self._decoder = msgspec.json.Decoder(kind)

    def read(self, request: Request) -> T:
        """Return the body of a request.

        Raises:
            ApiError: 415 for another media type, 413 for a body above `MAX_BODY_BYTES`, 400 for
                what is no JSON, 422 for JSON that does not fit.
        """
        if request.body is None:
            raise ApiError(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                Code.INVALID_REQUEST_BODY,
                f"The body is larger than {MAX_BODY_BYTES} bytes.",
            )
        if request.content_type != b"application/json":
            _require_json(request.content_type)
        try:
            return self._decoder.decode(request.body)
        except msgspec.ValidationError as error:
            raise invalid_body(f"{error}.") from error
        except RecursionError as error:
            raise malformed_body("The body is nested too deeply.") from error
        except (msgspec.DecodeError, ValueError) as error:
            raise malformed_body("The body is no valid JSON in UTF-8.") from error


def expiry(text: str | None) -> datetime | None:
    """Return the instant of an `expires_at`, None for null.

    Raises:
        ApiError: 422 for what is no RFC 3339 date-time.
    """
    if text is None:
        return None
    try:
        return instants.parse(text)
    except ValueError as error:
        raise invalid_body(f"`expires_at` is {error}.") from error


def _require_json(content_type: bytes | None) -> None:
    media_type = (content_type or b"").partition(b";")[0].strip().lower()
    if media_type != b"application/json":
        raise ApiError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            Code.INVALID_REQUEST_BODY,
            "The body must be sent as application/json.",
        )
