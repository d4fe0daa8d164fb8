"""Strict parsing of JSON request bodies."""

from typing import Generic, TypeVar

import msgspec

from .errors import body_too_large, invalid_body, malformed_body, unsupported_media_type
from .messages import Request

T = TypeVar("T")


class BodyReader(Generic[T]):
    """Parses the JSON body of a request without coercing types.

    Args:
        kind: The type that the body must have.
    """

    def __init__(self, kind: type[T]) -> None:
        self._decoder = msgspec.json.Decoder(kind)

    def read(self, request: Request) -> T:
        """Return the body of a request.

        Raises:
            HttpError: 415 for another media type, 413 for a body larger than `MAX_BODY_BYTES`, 400
                for a body that is not JSON, 422 for JSON that does not match the type.
        """
        if request.body is None:
            raise body_too_large()
        if request.content_type != b"application/json":
            _require_json(request.content_type)
        try:
            return self._decoder.decode(request.body)
        except msgspec.ValidationError as error:
            raise invalid_body(f"{error}.") from error
        except RecursionError as error:
            raise malformed_body("The body is nested too deeply.") from error
        except (msgspec.DecodeError, ValueError) as error:
            if not request.body:
                raise malformed_body("The body is empty. To send no fields, send {}.") from error
            raise malformed_body("The body is not valid JSON in UTF-8.") from error


def _require_json(content_type: bytes | None) -> None:
    media_type = (content_type or b"").partition(b";")[0].strip().lower()
    if media_type != b"application/json":
        raise unsupported_media_type()
