"""The base class of the models: attrs classes that convert from and to decoded JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, cast

import attrs

from ._codec import MalformedError, format_datetime, parse_datetime
from ._dump import Dumpable
from ._logs import logger
from ._types import UNSET, Self, Unset
from .errors import MissingFieldError

Converter = Callable[[Any], Any]
# The fields to decode, each with its converter.
Plan = list[tuple[str, Converter]]

_new = object.__new__
# Sets the attributes of a frozen model, like object.__setattr__() in less time.
_set_attributes = vars(Dumpable)["__dict__"].__set__


class Kind(NamedTuple):
    """The kind of a field: its JSON types and the conversion from and to JSON.

    Attributes:
        name: Its name in error messages.
        types: The Python types of its decoded JSON, with `NoneType` if it is nullable and `Unset`
            if it is optional.
        decode: Converts decoded JSON to the value, or None if they are the same.
        encode: Converts the value to JSON, or None if they are the same.
        model: The model of the value or of its items, or None if there is none.
    """

    name: str
    types: frozenset[type]
    decode: Converter | None = None
    encode: Converter | None = None
    model: type[Model] | None = None


STRING = Kind("a string", frozenset({str}))
INTEGER = Kind("an integer", frozenset({int}))
NUMBER = Kind("a number", frozenset({int, float}))
BOOLEAN = Kind("a boolean", frozenset({bool}))
DATETIME = Kind("a date-time", frozenset({str}), parse_datetime, format_datetime)
OBJECT = Kind("an object", frozenset({dict}))
ARRAY = Kind("an array", frozenset({list}))
ANY = Kind("a value", frozenset({str, int, float, bool, dict, list, type(None)}))


def nullable(kind: Kind) -> Kind:
    """Return the kind that also accepts null."""
    return kind._replace(types=kind.types | {type(None)})


def optional(kind: Kind) -> Kind:
    """Return the kind that also accepts an omitted field."""
    return kind._replace(types=kind.types | {Unset})


def one(model: type[Model]) -> Kind:
    """Return the kind of a field whose value is a model."""
    return Kind("an object", frozenset({dict}), model.from_dict, model.to_dict, model)


def many(model: type[Model]) -> Kind:
    """Return the kind of a field whose value is an array of models."""

    def decode(values: list[Any]) -> list[Model]:
        return [model.from_dict(value) for value in values]

    def encode(values: list[Any]) -> list[dict[str, Any]]:
        return [model.to_dict(value) for value in values]

    return Kind("an array", frozenset({list}), decode, encode, model)


class Fields:
    """The fields of a model, prepared for decoding and encoding.

    Args:
        kinds: The kind of each field, by name.
    """

    def __init__(self, **kinds: Kind) -> None:
        self.kinds = kinds
        self.count = len(kinds)
        self.absent: Mapping[str, Unset] = dict.fromkeys(kinds, UNSET)
        # Valid combinations of the types of all fields, each with the fields to decode. There are
        # few combinations, because a server sends the same fields each time.
        self._plans: dict[tuple[type, ...], Plan] = {}
        # The last combination, because comparing it takes less time than looking it up.
        self.last: tuple[tuple[type, ...], Plan] = ((), [])

    def plan(self, model: str, values: dict[str, Any], types: tuple[type, ...]) -> Plan:
        """Check the decoded JSON of every field against its kind.

        Args:
            model: The name of the model in error messages.
            values: The decoded JSON of each field, by name. The integer 5.0 is replaced by 5.
            types: The type of each value.

        Returns:
            The fields to decode, each with its converter.

        Raises:
            MalformedError: A field has the wrong type or is missing.
        """
        plan = self._plans.get(types)
        if plan is None:
            plan = self._new_plan(model, values)
            types = tuple(map(type, values.values()))
            self._plans[types] = plan
        self.last = types, plan
        return plan

    def _new_plan(self, model: str, values: dict[str, Any]) -> Plan:
        plan: Plan = []
        for name, (expected, types, decode, _, _) in self.kinds.items():
            value = values[name]
            if int in types and type(value) is float and value.is_integer():
                values[name] = value = int(value)
            if type(value) not in types:
                found = "missing" if value is UNSET else f"of type {type(value).__name__}"
                raise MalformedError(f"{model}.{name} must be {expected} but is {found}")
            if decode is not None and value is not None and value is not UNSET:
                plan.append((name, decode))
        return plan


@attrs.frozen(slots=False, kw_only=True, eq=False, repr=False)
class Model(Dumpable):
    """A response of the API, or a part of one."""

    additional_properties: dict[str, Any] = attrs.field(factory=dict, repr=False)
    """Fields that the OpenAPI specification does not define, as decoded JSON."""

    _fields: ClassVar[Fields] = Fields()

    @classmethod
    def from_dict(cls, data: Any) -> Self:
        """Create a model from decoded JSON.

        Raises:
            ValueError: The JSON violates the OpenAPI specification.
        """
        if data.__class__ is not dict:
            raise MalformedError(
                f"{cls.__name__} must be an object but is of type {type(data).__name__}"
            )
        fields = cls._fields
        values: dict[str, Any] = {**fields.absent, **data}
        additional = None
        if len(values) != fields.count:
            additional = {name: values.pop(name) for name in data if name not in fields.absent}
        types = tuple(map(type, values.values()))
        last_types, plan = fields.last
        if types != last_types:
            plan = fields.plan(cls.__name__, values, types)
        name = ""
        try:
            for name, decode in plan:
                values[name] = decode(values[name])
        except MalformedError as error:
            raise MalformedError(f"{cls.__name__}.{name}: {error}") from None
        if additional is not None:
            values["additional_properties"] = additional
        # Every field has been checked, so the initializer is skipped to save time.
        model = _new(cls)
        _set_attributes(model, values)
        return model

    @classmethod
    def read(cls, data: Any, source: str) -> Self:
        """Create a model from decoded JSON that may violate the OpenAPI specification.

        A field that is missing or malformed has no value, and reading it raises an error. Null is
        read as None everywhere. The JSON of a malformed field is kept for `to_dict`.

        Args:
            data: The decoded JSON.
            source: What the JSON is, such as `the response to update_license_key`.

        Raises:
            ValueError: The JSON is not an object.
        """
        try:
            return cls.from_dict(data)
        except MalformedError:
            if data.__class__ is not dict:
                raise
        problems: dict[str, None] = {}
        model = cls.read_fields(data, source, problems)
        for problem in problems:
            logger.warning("%s violates the specification: %s", source, problem)
        return model

    @classmethod
    def read_fields(cls, data: dict[str, Any], source: str, problems: dict[str, None]) -> Self:
        """Create a model from decoded JSON, and add its violations to `problems`."""
        values: dict[str, Any] = {}
        additional = {name: data[name] for name in data if name not in cls._fields.kinds}
        for name, kind in cls._fields.kinds.items():
            value = data.get(name, UNSET)
            if value is None and type(None) not in kind.types:
                problems[f"{cls.__name__}.{name} is null"] = None
            try:
                values[name] = _read_value(kind, value, source, problems)
            except MalformedError as error:
                problems[f"{cls.__name__}.{name} {error}"] = None
                if name in data:
                    additional[name] = data[name]
        values["additional_properties"] = additional
        values["_source"] = source
        model = _new(cls)
        _set_attributes(model, values)
        return model

    if not TYPE_CHECKING:  # else type checkers would accept every attribute

        def __getattr__(self, name: str) -> Any:
            # Few responses have additional properties: the dictionary is created on first access.
            additional = self.__dict__.setdefault("additional_properties", {})
            if name == "additional_properties":
                return additional
            model = type(self).__name__
            if name in self._fields.kinds and "_source" in self.__dict__:
                raise MissingFieldError(
                    f"{self._source} has no valid {model}.{name}: check hasattr() before reading it"
                )
            if name in additional:
                return additional[name]
            raise AttributeError(f"{model} has no attribute {name!r}", name=name)

    def __repr__(self) -> str:
        shown = [field.name for field in attrs.fields(type(self)) if field.repr]
        values = [f"{name}={getattr(self, name)!r}" for name in shown if hasattr(self, name)]
        return f"{type(self).__name__}({', '.join(values)})"

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, type(self))
            and self._values() == other._values()
            and self.additional_properties == other.additional_properties
        )

    def __hash__(self) -> int:
        # Lists and dictionaries are not hashable; models that differ only there are rare.
        values = (value for _, value in self._values())
        return hash((type(self), *(each for each in values if not isinstance(each, list | dict))))

    def _values(self) -> list[tuple[str, Any]]:
        values = self.__dict__
        return [
            (name, values.get(name, UNSET))
            for name in self._fields.kinds
            # A malformed field is among the additional properties.
            if name not in self.additional_properties or name in values
        ]


BaseModel = Model
"""The name of `Model` in the official SDK."""


def _read_value(kind: Kind, value: Any, source: str, problems: dict[str, None]) -> Any:
    """Decode one field.

    Raises:
        MalformedError: It is missing or malformed.
    """
    if value is None:
        return None
    if int in kind.types and type(value) is float and value.is_integer():
        value = int(value)
    if type(value) not in kind.types:
        found = "missing" if value is UNSET else f"of type {type(value).__name__}"
        raise MalformedError(f"must be {kind.name} but is {found}")
    if value is UNSET or kind.decode is None:
        return value
    if kind.model is None:
        return kind.decode(value)
    many_values = value.__class__ is list
    items = cast("list[Any]", value) if many_values else [value]
    if not all(item.__class__ is dict for item in items):
        raise MalformedError("contains a value that is not an object")
    read = kind.model.read_fields
    models: list[Any] = [read(cast("dict[str, Any]", item), source, problems) for item in items]
    return models if many_values else models[0]
