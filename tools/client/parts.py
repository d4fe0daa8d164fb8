"""The parts of the client that the templates render: resources, operations, fields and models."""

import textwrap

from attrs import frozen
from openapi_python_client.strings import pascal_case, snake_case

# Method names of the official SDK that differ from the verb of the operationId.
METHOD_NAMES = {"get": "retrieve"}
# Fields that contain a license key: excluded from every repr and error.
SECRET_FIELDS = frozenset({"key", "license_key"})


class UnsupportedError(Exception):
    """The templates do not support a part of the document. The text is one sentence."""


@frozen
class Field:
    """A field of a model, a body or a query.

    Attributes:
        name: Its Python name.
        key: Its name in JSON or in the query, escaped for a double-quoted literal.
        kind: Its kind, such as `string`, `datetime` or `models`.
        python: The Python type of a value that is neither omitted nor null.
        item: The model of each item if the kind is `models`, else an empty string.
        choices: The literals of an enumeration, else empty.
        nullable: Whether null is allowed.
        required: Whether it must be present.
        description: Its description, safe for a docstring.
    """

    name: str
    key: str
    kind: str
    python: str
    item: str
    choices: tuple[str, ...]
    nullable: bool
    required: bool
    description: str

    @property
    def annotation(self) -> str:
        """Its Python type as an argument of a method."""
        return self._annotate("datetime | str" if self.kind == "datetime" else self.python)

    @property
    def response_annotation(self) -> str:
        """Its Python type in a response, where a server may send a new enum value."""
        return self._annotate(f"{self.python} | str" if self.choices else self.python)

    def _annotate(self, python: str) -> str:
        null = " | None" if self.nullable else ""
        return python + null + ("" if self.required else " | Unset")

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
        kind = {"model": f"one({self.python})", "models": f"many({self.item})"}.get(
            self.kind, {"map": "OBJECT"}.get(self.kind, self.kind.upper())
        )
        if self.nullable:
            kind = f"nullable({kind})"
        return kind if self.required else f"optional({kind})"

    @property
    def encoder(self) -> str:
        """The expression of its encoder in a request."""
        encoder = f"encode_{self.kind}"
        if self.choices:
            encoder = f"encode_choice({', '.join(self.choices)})"
        elif self.kind not in {"string", "integer", "boolean", "datetime"}:
            raise UnsupportedError(f"the request field {self.key} is not a scalar")
        return f"nullable({encoder})" if self.nullable else encoder


@frozen
class Model:
    """The schema of a response or of a part of one."""

    name: str
    description: str
    fields: tuple[Field, ...]


@frozen
class Operation:
    """One operation and its method in the client.

    Attributes:
        id: Its operationId.
        method: Its HTTP method, in capitals.
        path: Its path, with the parameters in braces.
        summary: Its summary in one line.
        description: Its description, or an empty string.
        segments: The parameters of its path.
        fields: The fields of its body or its query, required ones first.
        location: Where the fields are sent: `body` or `query`.
        response_model: The model of its successful response, or `None`.
        item: The model of the items if it is a list operation, else an empty string.
        authenticated: Whether it takes the bearer token.
        idempotent: Whether sending a request twice has the same effect as sending it once.
        deprecated: Whether it is deprecated.
    """

    id: str
    method: str
    path: str
    summary: str
    description: str
    segments: tuple[Field, ...]
    fields: tuple[Field, ...]
    location: str
    response_model: str
    item: str
    authenticated: bool
    idempotent: bool
    deprecated: bool

    @property
    def method_name(self) -> str:
        """The name of its method: the verb at the start of its operationId."""
        verb = snake_case(self.id).partition("_")[0]
        return METHOD_NAMES.get(verb, verb)

    @property
    def constant(self) -> str:
        """The name of its method in capitals."""
        return self.method_name.upper()

    @property
    def path_expression(self) -> str:
        """The content of the f-string that builds its path."""
        expression = self.path
        for segment in self.segments:
            encoded = f"{{encode_segment('{segment.name}', {segment.name})}}"
            expression = expression.replace(f"{{{segment.name}}}", encoded)
        return expression

    @property
    def required(self) -> list[str]:
        """The fields of its body or its query that cannot be omitted."""
        return [field.key for field in self.fields if field.required]

    def returns(self, asynchronous: bool) -> str:
        """The return annotation of its method."""
        if self.item:
            return f"AsyncPager[{self.item}]" if asynchronous else f"Page[{self.item}]"
        return self.response_model

    @property
    def docstring(self) -> str:
        """The docstring of its method, indented."""
        arguments = "\n".join(
            textwrap.fill(
                f"{field.name}: {field.description}",
                88,
                initial_indent=" " * 4,
                subsequent_indent=" " * 8,
            )
            for field in (*self.segments, *self.fields)
            if field.description
        )
        parts = [
            f"{self.summary.rstrip('.')}.",
            textwrap.fill(self.description, 90),
            "Deprecated: Dodo Payments will remove this operation in a future release. No other\n"
            "operation replaces it fully."
            if self.deprecated
            else "",
            f"Args:\n{arguments}" if arguments else "",
            "Raises:\n    DodoError: The call failed; see `errors` for the subclasses.\n"
            "    TypeError: An argument has the wrong type; no request was sent.\n"
            "    ValueError: An argument has a value that cannot be sent; no request was sent.",
        ]
        text = "\n\n".join(filter(None, parts)) + "\n"
        return textwrap.indent(text, " " * 8).lstrip() + " " * 8


@frozen
class Resource:
    """The operations that share the first segment of their path.

    Attributes:
        name: That segment, which is also the attribute of the client.
        description: Its description.
        operations: Its operations, in the order of the document.
    """

    name: str
    description: str
    operations: tuple[Operation, ...]

    @property
    def singular(self) -> str:
        """The name of one of its objects, such as `LicenseKey`."""
        return str(pascal_case(self.name)).removesuffix("s")

    @property
    def class_name(self) -> str:
        """Its name in Pascal case."""
        return pascal_case(self.name)

    @property
    def paths(self) -> str:
        """The first segment of its paths, with a slash."""
        return f"/{self.name}"
