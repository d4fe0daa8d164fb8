"""The values of the client that the templates render: types, fields, models and enumerations."""

from dataclasses import dataclass, replace

# Fields that contain a license key: excluded from every repr and error.
SECRET_FIELDS = frozenset({"key", "license_key"})


@dataclass(frozen=True)
class Type:
    """The type of a value, without null.

    Attributes:
        response: Its Python type in a response, where a server may send a new enum value.
        argument: Its Python type as an argument.
        kind: The expression of its kind in a model, which decodes it.
        encoder: The expression of its encoder in a request.
        nullable: Whether null is allowed as well.
        model: The name of the model if the value is one, else an empty string.
        item: The name of the model of each item of an array of models, else an empty string.
        converted: Whether decoding changes the value or checks more than its JSON type.
    """

    response: str
    argument: str
    kind: str
    encoder: str
    nullable: bool = False
    model: str = ""
    item: str = ""
    converted: bool = False

    def or_null(self) -> "Type":
        """Return the type that allows null as well."""
        return replace(self, nullable=True)

    @property
    def full_response(self) -> str:
        """Its Python type in a response, with None if it is nullable."""
        return self._with_null(self.response)

    @property
    def full_argument(self) -> str:
        """Its Python type as an argument, with None if it is nullable."""
        return self._with_null(self.argument)

    @property
    def full_kind(self) -> str:
        """The expression of its kind, with null if it is nullable."""
        return f"nullable({self.kind})" if self.nullable and self.kind != "ANY" else self.kind

    @property
    def full_encoder(self) -> str:
        """The expression of its encoder, with None if it is nullable."""
        return f"nullable({self.encoder})" if self.nullable else self.encoder

    def _with_null(self, python: str) -> str:
        return f"{python} | None" if self.nullable and python != "Any" else python


@dataclass(frozen=True)
class Field:
    """A property of a model or a body, or a parameter.

    Attributes:
        name: Its Python name.
        key: Its name in the document, escaped for a double-quoted literal.
        type: Its type.
        required: Whether it must be present.
        description: Its description, safe for a docstring.
        encoder: The expression of its encoder, if it differs from that of the type.
    """

    name: str
    key: str
    type: Type
    required: bool
    description: str
    own_encoder: str = ""

    @property
    def annotation(self) -> str:
        """Its Python type as an argument of a method."""
        return self.type.full_argument + ("" if self.required else " | Unset")

    @property
    def response_annotation(self) -> str:
        """Its Python type in a model."""
        return self.type.full_response + ("" if self.required else " | Unset")

    @property
    def assignment(self) -> str:
        """The default value after the type in a model, with a leading equals sign."""
        default = "" if self.required else "default=UNSET"
        hidden = "repr=False" if self.key in SECRET_FIELDS else ""
        if hidden:
            return f" = attrs.field({', '.join(filter(None, (default, hidden)))})"
        return " = UNSET" if default else ""

    @property
    def kind_expression(self) -> str:
        """The expression of its kind in a model."""
        return self.type.full_kind if self.required else f"optional({self.type.full_kind})"

    @property
    def encoder(self) -> str:
        """The expression of its encoder in a request."""
        return self.own_encoder or self.type.full_encoder


@dataclass(frozen=True)
class Model:
    """The schema of an object.

    Attributes:
        name: The name of its class.
        description: Its description, safe for a docstring.
        fields: Its fields, required ones first.
    """

    name: str
    description: str
    fields: tuple[Field, ...]

    @property
    def renamed(self) -> dict[str, str]:
        """The Python names of the fields that have another name in JSON, by that name."""
        return {field.key: field.name for field in self.fields if field.key != field.name}


@dataclass(frozen=True)
class Enumeration:
    """A string with known values: its name, the literals of its values, and its description."""

    name: str
    literals: str
    description: str
