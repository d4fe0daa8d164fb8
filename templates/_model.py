"""What every answer is: an attrs class that reads decoded JSON and writes the same again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import attrs

from ._types import UNSET, Unset
from ._wire import MalformedError, format_datetime, parse_datetime

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from typing_extensions import Self

    Converter = Callable[[Any], Any]


_new, _set = object.__new__, object.__setattr__


class Kind(NamedTuple):
    """What a field may hold.

    Attributes:
        name: What to call it in an error.
        types: The types of its decoded JSON, with those of null and of absence if it may be so.
        read: Makes its value of that JSON, unless they are the same.
        write: Makes that JSON of its value, unless they are the same.
    """

    name: str
    types: frozenset[type]
    read: Converter | None = None
    write: Converter | None = None


STRING = Kind("a string", frozenset({str}))
INTEGER = Kind("an integer", frozenset({int}))
NUMBER = Kind("a number", frozenset({int, float}))
BOOLEAN = Kind("a boolean", frozenset({bool}))
DATETIME = Kind("a date-time", frozenset({str}), parse_datetime, format_datetime)
OBJECT = Kind("an object", frozenset({dict}))
ARRAY = Kind("an array", frozenset({list}))
ANY = Kind("a value", frozenset({str, int, float, bool, dict, list, type(None)}))


def nullable(kind: Kind) -> Kind:
    """Let null be a value of a kind as well."""
    return kind._replace(types=kind.types | {type(None)})


def optional(kind: Kind) -> Kind:
    """Let a value of a kind be absent."""
    return kind._replace(types=kind.types | {Unset})


def one(model: type[Model]) -> Kind:
    """Make the kind of a field that holds a model."""
    return Kind("an object", frozenset({dict}), model.from_dict, model.to_dict)


def many(model: type[Model]) -> Kind:
    """Make the kind of a field that holds an array of models."""
    return Kind(
        "an array",
        frozenset({list}),
        lambda values: [model.from_dict(value) for value in values],
        lambda values: [model.to_dict(value) for value in values],
    )


class Fields:
    """The fields of a model, prepared for reading and writing.

    Args:
        kinds: Name of each field to its kind.
    """

    def __init__(self, **kinds: Kind) -> None:
        self.kinds = kinds
        self.count = len(kinds)
        self.absent: Mapping[str, Unset] = dict.fromkeys(kinds, UNSET)
        # The types of all fields, as they were found to be right, to the fields to read. There are
        # few: servers of one generation send the same fields each time.
        self.plans: dict[tuple[type, ...], list[tuple[str, Converter]]] = {}

    def plan(self, model: str, values: dict[str, Any]) -> list[tuple[str, Converter]]:
        """Hold the decoded JSON of every field to its kind.

        Args:
            model: What to call the model in an error.
            values: Name of each field to its JSON. An integer spelled 5.0 becomes 5.

        Returns:
            The fields whose values are still to be made of their JSON, with what makes them.

        Raises:
            MalformedError: One does not fit.
        """
        plan = []
        for name, (wanted, types, read, _) in self.kinds.items():
            value = values[name]
            if int in types and type(value) is float and value.is_integer():
                values[name] = value = int(value)
            if type(value) not in types:
                found = "missing" if value is UNSET else f"of type {type(value).__name__}"
                raise MalformedError(f"{model}.{name} should be {wanted} but is {found}")
            if read is not None and value is not None and value is not UNSET:
                plan.append((name, read))
        self.plans[tuple(map(type, values.values()))] = plan
        return plan


@attrs.frozen(slots=False, kw_only=True)
class Model:
    """An answer of the API, or a part of one."""

    additional_properties: dict[str, Any] = attrs.field(factory=dict, repr=False)
    """Fields that the contract does not know, as they came."""

    _fields: ClassVar[Fields] = Fields()

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """Make it of decoded JSON.

        Raises:
            ValueError: The JSON breaks the contract.
        """
        if type(data) is not dict:
            raise MalformedError(f"{cls.__name__} should be an object but is none")
        fields = cls._fields
        values: dict[str, Any] = {**fields.absent, **data}
        if len(values) != fields.count:
            additional = {name: values.pop(name) for name in data if name not in fields.absent}
        else:
            additional = None
        try:
            plan = fields.plans[tuple(map(type, values.values()))]
        except KeyError:
            plan = fields.plan(cls.__name__, values)
        try:
            for name, read in plan:
                values[name] = read(values[name])
        except MalformedError as error:
            raise MalformedError(f"{cls.__name__}.{name}: {error}") from None
        if additional is not None:
            values["additional_properties"] = additional
        # Everything is checked, so the initializer would only cost time.
        model = _new(cls)
        _set(model, "__dict__", values)
        return model

    def __getattr__(self, name: str) -> Any:
        # Few answers have any, so they are made when they are first asked for.
        if name != "additional_properties":
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}", name=name)
        return self.__dict__.setdefault(name, {})

    def to_dict(self) -> dict[str, Any]:
        """Make the JSON that it came from, ready to be encoded."""
        data = dict(self.additional_properties)
        for name, (_, _, _, write) in self._fields.kinds.items():
            value = getattr(self, name)
            if value is UNSET:
                continue
            data[name] = value if write is None or value is None else write(value)
        return data
