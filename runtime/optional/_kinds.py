"""Kinds of values that `_model` does not define: dates, arrays, maps, unions and recursive models."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, ClassVar, TypeVar

import attrs

from ._codec import MalformedError
from ._model import Kind, Model
from ._types import Self

M = TypeVar("M", bound=Model)
Reader = Callable[[Any, bool, str], Any]


def _parse_date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise MalformedError("not a date") from None


DATE = Kind("a date", frozenset({str}), _parse_date, date.isoformat)


def decode_value(kind: Kind, value: Any, place: str) -> Any:
    """Check and convert one value.

    Raises:
        MalformedError: The value does not have this kind.
    """
    expected, types, decode = kind[:3]
    if int in types and type(value) is float and value.is_integer():
        value = int(value)
    if type(value) not in types:
        raise MalformedError(f"{place} must be {expected} but is of type {type(value).__name__}")
    if decode is None or value is None:
        return value
    try:
        return decode(value)
    except MalformedError as error:
        raise MalformedError(f"{place}: {error}") from None


def _encode(kind: Kind, value: Any) -> Any:
    """Convert one value to JSON."""
    encode = kind[3]
    return value if encode is None or value is None else encode(value)


def list_of(item: Kind) -> Kind:
    """Return the kind of an array whose items have one kind."""
    return Kind(
        "an array",
        frozenset({list}),
        lambda values: [
            decode_value(item, value, f"item {index}") for index, value in enumerate(values)
        ],
        lambda values: [_encode(item, value) for value in values],
        None if type(None) in item.types else item.model,
    )


def map_of(item: Kind) -> Kind:
    """Return the kind of an object whose values have one kind."""
    return Kind(
        "an object",
        frozenset({dict}),
        lambda values: {
            key: decode_value(item, value, f"the value of {key!r}") for key, value in values.items()
        },
        lambda values: {key: _encode(item, value) for key, value in values.items()},
    )


class _Deferred:
    """A model that is defined later or imported on first use."""

    def __init__(self, get_model: Callable[[], type[Model]]) -> None:
        self._get_model = get_model

    def from_dict(self, data: Any) -> Model:
        return self._get_model().from_dict(data)

    def _read(self, data: dict[str, Any], source: str, problems: dict[str, None]) -> Model:
        return self._get_model()._read(data, source, problems)


def deferred(get_model: Callable[[], type[Model]]) -> Kind:
    """Return the kind of a model that is defined later or imported on first use."""
    model: Any = _Deferred(get_model)
    return Kind("an object", frozenset({dict}), model.from_dict, _plain, model)


def one_of(*kinds: Kind) -> Kind:
    """Return the kind of a value that has one of several kinds.

    Of several models that accept an object, the one with the fewest undefined fields is chosen, and
    the first of those.
    """

    def decode(value: Any) -> Any:
        found: list[Any] = []
        error = MalformedError("no alternative accepts the value")
        for kind in kinds:
            if type(value) not in kind.types:
                continue
            try:
                found.append(decode_value(kind, value, "the value"))
            except MalformedError as problem:
                error = problem
        if not found:
            raise error
        return min(found, key=_additional)

    return Kind(
        "one of several types", frozenset().union(*(each.types for each in kinds)), decode, _plain
    )


def _additional(value: Any) -> int:
    return len(value.additional_properties) if isinstance(value, Model) else 0


def _plain(value: Any) -> Any:
    """Convert a decoded value to JSON, whatever its type."""
    if isinstance(value, Model):
        return value.to_dict()
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, date):
        from ._codec import format_datetime

        return format_datetime(value) if hasattr(value, "hour") else value.isoformat()  # type: ignore[arg-type]
    return value


def discriminated(key: str, models: Mapping[str, Kind], *others: Kind) -> Kind:
    """Return the kind of an object whose property `key` names its model.

    An unknown name, which a newer server may send, is decoded as any alternative that accepts it.
    """
    fallback = one_of(*others)

    def decode(value: Any) -> Any:
        name = value.get(key) if type(value) is dict else None
        kind = models.get(name) if isinstance(name, str) else None
        return decode_value(fallback if kind is None else kind, value, "the value")

    return fallback._replace(decode=decode)


@attrs.frozen(slots=False, kw_only=True, eq=False, repr=False)
class Renamed(Model):
    """A model some of whose fields have another name in JSON."""

    _names: ClassVar[Mapping[str, str]] = {}

    @classmethod
    def from_dict(cls, data: Any) -> Self:
        """Create a model from decoded JSON.

        Raises:
            ValueError: The JSON violates the OpenAPI specification.
        """
        return super().from_dict(cls._renamed(data))

    @classmethod
    def _read(cls, data: dict[str, Any], source: str, problems: dict[str, None]) -> Self:
        return super()._read(cls._renamed(data), source, problems)

    @classmethod
    def _renamed(cls, data: Any) -> Any:
        if type(data) is not dict:
            return data
        return {cls._names.get(name, name): value for name, value in data.items()}

    def to_dict(self, **options: Any) -> dict[str, Any]:
        """Return the JSON that the model was decoded from, as a dictionary."""
        names = {name: key for key, name in self._names.items()}
        data = super().to_dict(**options)
        return {names.get(name, name): value for name, value in data.items()}


def read_json(kind: Kind) -> Reader:
    """Return a function that reads a response whose body is JSON of one kind."""
    return lambda response, strict, source: decode_value(
        kind, json.loads(response.content), "the response"
    )


def read_model(get_model: Callable[[], type[M]]) -> Callable[[Any, bool, str], M]:
    """Return a function that reads a response whose body is a model, imported on first use."""

    def read(response: Any, strict: bool, source: str) -> M:
        data, model = json.loads(response.content), get_model()
        return model.from_dict(data) if strict else model.read(data, source)

    return read


def read_nothing(_response: Any, _strict: bool, _source: str) -> None:
    """Read a response without a body."""


def read_text(response: Any, _strict: bool, _source: str) -> str:
    """Read the text of a response."""
    text: str = response.text
    return text


def read_bytes(response: Any, _strict: bool, _source: str) -> bytes:
    """Read the bytes of a response."""
    content: bytes = response.content
    return content


def by_status(readers: Mapping[str, Reader]) -> Reader:
    """Return a function that reads a response by its status, such as `200`, or a range, `2XX`."""

    def read(response: Any, strict: bool, source: str) -> Any:
        status = str(response.status_code)
        for pattern in (status, f"{status[0]}XX", "default"):
            if pattern in readers:
                return readers[pattern](response, strict, source)
        raise MalformedError(f"the status {status} is not documented")

    return read
