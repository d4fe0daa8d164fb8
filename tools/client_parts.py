"""The parts of the client as the templates see them: resources, operations, fields and models."""

import textwrap

from attrs import frozen
from openapi_python_client.strings import pascal_case, snake_case

# The names that the official SDK gives where the operationId says it differently.
METHOD_NAMES = {"get": "retrieve"}
# Fields that hold a license key: never in a repr or an error.
SECRET_FIELDS = frozenset({"key", "license_key"})


class UnsupportedError(Exception):
    """The document holds what these templates do not render; the text is one sentence."""


@frozen
class Field:
    """A field of a model, a body or a query.

    Attributes:
        name: Its Python name.
        wire_name: Its name in JSON or in the query, escaped for a double-quoted literal.
        kind: Which of the template's cases it is.
        python: The Python type of a value that is neither absent nor null.
        item: The model of each item, where the kind is `models`.
        choices: The literals of an enumeration, or none.
        nullable: Whether null is a value.
        required: Whether it has to be there.
        description: Its description, safe for a docstring.
    """

    name: str
    wire_name: str
    kind: str
    python: str
    item: str
    choices: tuple[str, ...]
    nullable: bool
    required: bool
    description: str

    @property
    def annotation(self) -> str:
        """Its type in Python, as the caller of an operation sees it."""
        return self._annotate("datetime | str" if self.kind == "datetime" else self.python)

    @property
    def open_annotation(self) -> str:
        """Its type in Python in an answer: servers may send a choice that is not known yet."""
        return self._annotate(f"{self.python} | str" if self.choices else self.python)

    def _annotate(self, python: str) -> str:
        null = " | None" if self.nullable else ""
        return python + null + ("" if self.required else " | Unset")

    @property
    def assignment(self) -> str:
        """What stands after the type in a model."""
        default = "" if self.required else "default=UNSET"
        hidden = "repr=False" if self.wire_name in SECRET_FIELDS else ""
        if hidden:
            return f" = attrs.field({', '.join(filter(None, (default, hidden)))})"
        return " = UNSET" if default else ""

    @property
    def kind_expression(self) -> str:
        """The expression of its kind in an answer."""
        kind = {"model": f"one({self.python})", "models": f"many({self.item})"}.get(
            self.kind, {"map": "OBJECT"}.get(self.kind, self.kind.upper())
        )
        if self.nullable:
            kind = f"nullable({kind})"
        return kind if self.required else f"optional({kind})"

    @property
    def encoder(self) -> str:
        """The expression that encodes it in a request."""
        encoder = f"encode_{self.kind}"
        if self.choices:
            encoder = f"encode_choice({', '.join(self.choices)})"
        elif self.kind not in {"string", "integer", "boolean", "datetime"}:
            raise UnsupportedError(f"the request field {self.wire_name} is no scalar")
        return f"nullable({encoder})" if self.nullable else encoder


@frozen
class Model:
    """A schema of an answer."""

    name: str
    description: str
    fields: tuple[Field, ...]

    @property
    def constant(self) -> str:
        """Its name in capitals."""
        return snake_case(self.name).upper()


@frozen
class Operation:
    """One operation and how the client offers it.

    Attributes:
        id: Its operationId.
        method: Its HTTP method, in capitals.
        path: Its path, with the parameters in braces.
        summary: One line about it.
        description: More about it, or nothing.
        segments: The parameters of its path.
        fields: Its body or its query, required ones first.
        carrier: `body` or `query`, wherever the fields travel.
        answer: The model of its success, or `None`.
        item: The model of the items, if it lists.
        authenticated: Whether it takes the bearer token.
        repeatable: Whether doing it twice does no more than doing it once.
        deprecated: Whether the API is to lose it.
    """

    id: str
    method: str
    path: str
    summary: str
    description: str
    segments: tuple[Field, ...]
    fields: tuple[Field, ...]
    carrier: str
    answer: str
    item: str
    authenticated: bool
    repeatable: bool
    deprecated: bool

    @property
    def method_name(self) -> str:
        """The name of the method: the verb that its operationId starts with."""
        verb = snake_case(self.id).partition("_")[0]
        return METHOD_NAMES.get(verb, verb)

    @property
    def constant(self) -> str:
        """The name of the method in capitals."""
        return self.method_name.upper()

    @property
    def path_expression(self) -> str:
        """The inside of the f-string that makes its path."""
        expression = self.path
        for segment in self.segments:
            encoded = f"{{encode_segment('{segment.name}', {segment.name})}}"
            expression = expression.replace(f"{{{segment.name}}}", encoded)
        return expression

    @property
    def secrets(self) -> list[str]:
        """The fields of its body that hold a license key."""
        names = (field.wire_name for field in self.fields if self.carrier == "body")
        return [name for name in names if name in SECRET_FIELDS]

    def returns(self, asynchronous: bool) -> str:
        """The annotation of what the method returns."""
        if self.item:
            return f"AsyncPager[{self.item}]" if asynchronous else f"Page[{self.item}]"
        return f"Coroutine[Any, Any, {self.answer}]" if asynchronous else self.answer

    @property
    def docstring(self) -> str:
        """The docstring of the method, indented for its place."""
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
            "Deprecated: Dodo Payments will remove this operation in a future release; nothing\n"
            "replaces it in full."
            if self.deprecated
            else "",
            f"Args:\n{arguments}" if arguments else "",
            "Raises:\n    DodoError: The call failed; see `errors` for the ways.\n"
            "    TypeError: An argument has the wrong type; nothing was sent.\n"
            "    ValueError: An argument has a value that cannot be sent; nothing was sent.",
        ]
        text = "\n\n".join(filter(None, parts)) + "\n"
        return textwrap.indent(text, " " * 8).lstrip() + " " * 8


@frozen
class Resource:
    """The operations that share the first segment of their path.

    Attributes:
        name: That segment, the name of the client's attribute.
        description: What it is.
        operations: Its operations, in the order of the document.
    """

    name: str
    description: str
    operations: tuple[Operation, ...]

    @property
    def class_name(self) -> str:
        """Its name in Pascal case."""
        return pascal_case(self.name)

    @property
    def paths(self) -> str:
        """The root of its paths."""
        return f"/{self.name}"
