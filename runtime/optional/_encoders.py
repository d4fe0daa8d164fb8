"""Encoders of the arguments that `_codec` does not encode: dates, arrays, objects and unions."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ._codec import Encoder, MalformedError, encode_string

if TYPE_CHECKING:
    from ._model import Model

DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def wrong_type(name: str, expected: str, value: object) -> TypeError:
    """Return the error for an argument of the wrong type."""
    return TypeError(f"{name} must be {expected}, not {type(value).__name__}")


def encode_number(name: str, value: object) -> float:
    """Return a finite number unchanged.

    Raises:
        TypeError: The value is not a number, or is a boolean.
        ValueError: The value is not finite.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise wrong_type(name, "a number", value)
    if not math.isfinite(value):
        raise ValueError(f"{name} must be a finite number")
    return value


def encode_date(name: str, value: object) -> str:
    """Format a date, or check a date given as a string such as `2030-12-31`.

    Raises:
        TypeError: The value is neither a date nor a string, or is a datetime.
        ValueError: The string is not a date.
    """
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if not isinstance(value, str):
        raise wrong_type(name, "a date", value)
    if not DATE.fullmatch(value):
        raise ValueError(f"{name} must be a date such as 2030-12-31")
    date.fromisoformat(value)
    return value


def encode_uuid(name: str, value: object) -> str:
    """Format a UUID, or check a UUID given as a string.

    Raises:
        TypeError: The value is neither a UUID nor a string.
        ValueError: The string is not a UUID.
    """
    if isinstance(value, UUID):
        return str(value)
    if not isinstance(value, str):
        raise wrong_type(name, "a UUID", value)
    try:
        return str(UUID(value))
    except ValueError:
        raise ValueError(f"{name} must be a UUID") from None


def encode_bytes(name: str, value: object) -> bytes:
    """Return bytes unchanged.

    Raises:
        TypeError: The value is not bytes.
    """
    if isinstance(value, bytes):
        return value
    raise wrong_type(name, "bytes", value)


def encode_text_body(name: str, value: object) -> bytes:
    """Encode a string as UTF-8.

    Raises:
        TypeError: The value is not a string.
    """
    return encode_string(name, value).encode()


def encode_any(name: str, value: object) -> Any:
    """Return any JSON value unchanged.

    Raises:
        TypeError: JSON cannot represent the value.
        ValueError: The value contains a number that is not finite.
    """
    try:
        json.dumps(value, allow_nan=False)
    except TypeError:
        raise wrong_type(name, "a JSON value", value) from None
    return value


def encode_value(*choices: object) -> Encoder:
    """Return an encoder that accepts only the given values."""

    def encode(name: str, value: object) -> Any:
        if not any(type(value) is type(choice) and value == choice for choice in choices):
            raise ValueError(f"{name} must be one of {', '.join(map(repr, choices))}")
        return value

    return encode


def encode_list(encode: Encoder) -> Encoder:
    """Return an encoder of a list or a tuple whose items have one kind."""

    def encode_items(name: str, value: object) -> list[Any]:
        if not isinstance(value, (list, tuple)):
            raise wrong_type(name, "a list", value)
        return [encode(f"{name}[{index}]", item) for index, item in enumerate(value)]

    return encode_items


def encode_map(encode: Encoder) -> Encoder:
    """Return an encoder of a mapping from strings to values of one kind."""

    def encode_values(name: str, value: object) -> dict[str, Any]:
        if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
            raise wrong_type(name, "a mapping with string keys", value)
        return {key: encode(f"{name}[{key!r}]", item) for key, item in value.items()}

    return encode_values


def encode_model(get_model: Callable[[], type[Model]]) -> Encoder:
    """Return an encoder of a model, or of a mapping that is the JSON of one."""

    def encode(name: str, value: object) -> dict[str, Any]:
        model = get_model()
        if isinstance(value, model):
            data = value.to_dict()
        elif isinstance(value, Mapping):
            data = dict(value)
        else:
            raise wrong_type(name, f"{model.__name__} or a mapping", value)
        try:
            return model.from_dict(data).to_dict()
        except MalformedError as error:
            raise ValueError(f"{name} is invalid: {error}") from None

    return encode


def encode_one_of(*encoders: Encoder) -> Encoder:
    """Return an encoder that tries several encoders and uses the first that accepts the value."""

    def encode(name: str, value: object) -> Any:
        errors = []
        for each in encoders:
            try:
                return each(name, value)
            except (TypeError, ValueError) as error:  # noqa: PERF203
                errors.append(error)
        reasons = "; or ".join(dict.fromkeys(map(str, errors)))
        if all(isinstance(error, TypeError) for error in errors):
            raise TypeError(reasons)
        raise ValueError(reasons)

    return encode
