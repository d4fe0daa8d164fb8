# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change openapi.yaml, templates/ or runtime/ and run `make generate`.
"""Converts models to dictionaries and JSON, with the methods of pydantic models."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from ._codec import format_datetime
from ._types import UNSET

Mode: TypeAlias = Literal["json", "python"]


class Dumpable:
    """The methods of a model that convert it to a dictionary or JSON.

    Their arguments:
        mode: With `json`, a datetime is converted to a string; with `python`, it is kept.
        include: The names of the fields to return.
        exclude: The names of the fields to leave out.
        exclude_unset: Whether to leave out the fields that the server omitted. If not, their value
            is None.
        exclude_defaults: The same.
        exclude_none: Whether to leave out the fields whose value is None.
    """

    if TYPE_CHECKING:
        additional_properties: dict[str, Any]

    @property
    def model_extra(self) -> dict[str, Any]:
        """The fields that the OpenAPI specification does not define, as decoded JSON."""
        return self.additional_properties

    @property
    def model_fields_set(self) -> set[str]:
        """The names of the fields that the server sent and the specification defines."""
        return {name for name, value in self._values() if value is not UNSET}

    def model_dump(
        self,
        *,
        mode: Mode = "python",
        include: Collection[str] | None = None,
        exclude: Collection[str] | None = None,
        exclude_unset: bool = False,
        exclude_defaults: bool = False,
        exclude_none: bool = False,
    ) -> dict[str, Any]:
        """Return the model as a dictionary, with None for a field that the server omitted."""

        def convert(value: Any) -> Any:
            if isinstance(value, Dumpable):
                return value.model_dump(
                    mode=mode,
                    exclude_unset=exclude_unset or exclude_defaults,
                    exclude_none=exclude_none,
                )
            if value.__class__ is list:
                return [convert(each) for each in value]
            if value.__class__ is dict:
                return {key: convert(each) for key, each in value.items()}
            if mode == "json" and isinstance(value, date):
                return format_datetime(value) if isinstance(value, datetime) else value.isoformat()
            return value

        data: dict[str, Any] = {}
        for name, value in (*self._values(), *self.additional_properties.items()):
            if value is UNSET and (exclude_unset or exclude_defaults):
                continue
            if (value is UNSET or value is None) and exclude_none:
                continue
            if (include is None or name in include) and (exclude is None or name not in exclude):
                data[name] = None if value is UNSET else convert(value)
        return data

    def model_dump_json(
        self,
        *,
        indent: int | None = None,
        include: Collection[str] | None = None,
        exclude: Collection[str] | None = None,
        exclude_unset: bool = False,
        exclude_defaults: bool = False,
        exclude_none: bool = False,
    ) -> str:
        """Return the model as JSON, with null for a field that the server omitted.

        Args:
            indent: The number of spaces of each level, or None for one line without spaces.
            include: As of the class.
            exclude: As of the class.
            exclude_unset: As of the class.
            exclude_defaults: As of the class.
            exclude_none: As of the class.
        """
        data = self.model_dump(
            mode="json",
            include=include,
            exclude=exclude,
            exclude_unset=exclude_unset,
            exclude_defaults=exclude_defaults,
            exclude_none=exclude_none,
        )
        separators = (",", ":") if indent is None else None
        return json.dumps(data, indent=indent, separators=separators, ensure_ascii=False)

    def to_dict(
        self,
        *,
        mode: Mode = "json",
        exclude_unset: bool = True,
        exclude_defaults: bool = False,
        exclude_none: bool = False,
    ) -> dict[str, Any]:
        """Return the JSON that the model was decoded from, as a dictionary."""
        return self.model_dump(
            mode=mode,
            exclude_unset=exclude_unset,
            exclude_defaults=exclude_defaults,
            exclude_none=exclude_none,
        )

    def to_json(
        self,
        *,
        indent: int | None = 2,
        exclude_unset: bool = True,
        exclude_defaults: bool = False,
        exclude_none: bool = False,
    ) -> str:
        """Return the JSON that the model was decoded from."""
        return self.model_dump_json(
            indent=indent,
            exclude_unset=exclude_unset,
            exclude_defaults=exclude_defaults,
            exclude_none=exclude_none,
        )

    def _values(self) -> list[tuple[str, Any]]:
        """Return the name and the value of each field that the specification defines."""
        raise NotImplementedError
