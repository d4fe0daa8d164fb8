"""Converts the properties that the generator parsed into fields of the client."""

from collections.abc import Mapping

from openapi_python_client.parser.properties import AnyProperty, LiteralEnumProperty, ModelProperty
from openapi_python_client.parser.properties.boolean import BooleanProperty
from openapi_python_client.parser.properties.datetime import DateTimeProperty
from openapi_python_client.parser.properties.float import FloatProperty
from openapi_python_client.parser.properties.int import IntProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.none import NoneProperty
from openapi_python_client.parser.properties.protocol import PropertyProtocol
from openapi_python_client.parser.properties.string import StringProperty
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.schema.untrusted_string import UntrustedString
from openapi_python_client.strings import in_double_quote_literal, safe_for_docstring

from tools.client.parts import Field, UnsupportedError

SCALARS: dict[type, tuple[str, str]] = {
    StringProperty: ("string", "str"),
    IntProperty: ("integer", "int"),
    FloatProperty: ("number", "float"),
    BooleanProperty: ("boolean", "bool"),
    DateTimeProperty: ("datetime", "datetime"),
    AnyProperty: ("any", "Any"),
}


class FieldReader:
    """Converts parsed properties into fields.

    Args:
        models: The parsed models, by name.
    """

    def __init__(self, models: Mapping[str, ModelProperty]) -> None:
        self._models = models

    def read(
        self, declared: PropertyProtocol, descriptions: Mapping[str, str | None] | None = None
    ) -> Field:
        """Convert a property into a field.

        Args:
            declared: The parsed property.
            descriptions: The descriptions of parameters, by name; None for a property of a model.

        Raises:
            UnsupportedError: The templates do not support the name or the type.
        """
        nullable, inner = without_null(declared)
        kind, python, item = self.type_of(inner)
        if str(declared.python_name) != declared.name.get_untrusted_value():
            raise UnsupportedError(f"{declared.python_name} is spelled differently in the document")
        name = declared.name.get_untrusted_value()
        if descriptions is None:
            description = prose(declared.description or inner.description)
        else:
            description = prose(descriptions.get(name))
        return Field(
            name=str(declared.python_name),
            key=in_double_quote_literal(declared.name),
            kind=kind,
            python=python,
            item=item,
            choices=tuple(literals(inner)) if isinstance(inner, LiteralEnumProperty) else (),
            nullable=nullable,
            required=declared.required,
            description=description,
        )

    def type_of(self, declared: PropertyProtocol) -> tuple[str, str, str]:
        """Return the kind, the Python type and the item model of a property."""
        if isinstance(declared, LiteralEnumProperty):
            return "string", str(declared.class_info.name), ""
        if isinstance(declared, ModelProperty):
            # The model may have been parsed after the reference to it.
            declared = self._models[str(declared.class_info.name)]
            if not properties(declared) and declared.additional_properties is not None:
                _, value, _ = self.type_of(declared.additional_properties)
                return "map", f"dict[str, {value}]", ""
            return "model", str(declared.class_info.name), ""
        if isinstance(declared, ListProperty):
            kind, python, _ = self.type_of(declared.inner_property)
            if kind == "model":
                return "models", f"list[{python}]", python
            return "array", f"list[{python}]", ""
        if isinstance(declared, UnionProperty):
            alternatives = [self.type_of(each)[1] for each in declared.inner_properties]
            return "any", " | ".join(dict.fromkeys(alternatives)), ""
        if type(declared) not in SCALARS:
            name = declared.name.get_untrusted_value()
            raise UnsupportedError(f"{name} has a type that the templates do not support")
        return *SCALARS[type(declared)], ""


def properties(model: ModelProperty) -> list[PropertyProtocol]:
    """Return the properties of a model, required ones first."""
    return [*(model.required_properties or []), *(model.optional_properties or [])]


def without_null(declared: PropertyProtocol) -> tuple[bool, PropertyProtocol]:
    """Return whether a property is nullable, and the property without null."""
    if not isinstance(declared, UnionProperty):
        return False, declared
    others = [each for each in declared.inner_properties if not isinstance(each, NoneProperty)]
    nullable = len(others) < len(declared.inner_properties)
    return nullable, others[0] if len(others) == 1 else declared


def literals(enum: PropertyProtocol) -> list[str]:
    """Return the values of an enumeration as Python literals.

    Raises:
        UnsupportedError: The values are not strings.
    """
    if not isinstance(enum, LiteralEnumProperty) or enum.value_type is not str:
        raise UnsupportedError(
            f"{enum.name.get_untrusted_value()} is not an enumeration of strings"
        )
    return [f'"{in_double_quote_literal(str(value))}"' for value in sorted(enum.values)]


def prose(text: UntrustedString | str | None) -> str:
    """Return a description in one line, escaped for a docstring."""
    return " ".join(safe_for_docstring(text or "").split())


def described(name: str, description: UntrustedString | str | None) -> str:
    """Return the description of a schema, with a default, escaped for a docstring."""
    return prose(description) or f"The schema {name}."
