"""The parts of the client that the templates render: resources, operations, requests, results."""

import textwrap
from dataclasses import dataclass, field

from tools.client.naming import in_f_string
from tools.client.values import Field


class UnsupportedError(Exception):
    """The client cannot express a part of the document. The text is one clause with a pointer."""


@dataclass(frozen=True)
class Request:
    """What the arguments of an operation become.

    Attributes:
        segments: The parameters of its path.
        query: The parameters of its query, required ones first.
        headers: The header parameters.
        cookies: The cookies.
        body: The properties of its body, or the body as the only field, required ones first.
        media_type: The media type of the body, or an empty string.
        whole_body: Whether `body` is one argument that is the whole body.
        body_required: Whether a body must be sent.
        deep: The styles of the query parameters that are objects, by name.
    """

    segments: tuple[Field, ...] = ()
    query: tuple[Field, ...] = ()
    headers: tuple[Field, ...] = ()
    cookies: tuple[Field, ...] = ()
    body: tuple[Field, ...] = ()
    media_type: str = ""
    whole_body: bool = False
    body_required: bool = False
    deep: dict[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> tuple[Field, ...]:
        """The arguments that are passed by name, required ones first."""
        found = (*self.query, *self.headers, *self.cookies, *self.body)
        return tuple(sorted(found, key=lambda each: not each.required))

    @property
    def groups(self) -> dict[str, tuple[Field, ...]]:
        """The fields that are encoded together, by the name of the constant of their encoders."""
        found = {
            self.query_group: self.query,
            "HEADERS": self.headers,
            "COOKIES": self.cookies,
            "FIELDS": self.body or (self.query if self.query_group == "FIELDS" else ()),
        }
        return {name: fields for name, fields in found.items() if fields}

    @property
    def query_group(self) -> str:
        """The name of the constant of the encoders of the query."""
        return "QUERY" if self.body else "FIELDS"

    @property
    def sends_media_type(self) -> bool:
        """Whether the client states the media type, because it is not plain JSON."""
        return bool(self.media_type) and self.media_type not in {
            "application/json",
            "multipart/form-data",
        }

    @property
    def has_headers(self) -> bool:
        """Whether the operation sets headers."""
        multipart = self.media_type == "multipart/form-data"
        return bool(self.headers or self.cookies or multipart or self.sends_media_type)

    @property
    def is_json(self) -> bool:
        """Whether the body is sent as JSON."""
        essence = self.media_type.partition(";")[0].strip().lower()
        return essence == "application/json" or essence.endswith("+json")

    @property
    def is_extensible(self) -> bool:
        """Whether further fields can be added to the body."""
        return not self.media_type or (self.is_json and not self.whole_body)


@dataclass(frozen=True)
class Result:
    """What a successful response becomes.

    Attributes:
        python: The Python type that the method returns.
        parse: The expression of the class of the model, or None.
        read: The expression that converts the HTTP response, or an empty string.
        model: The name of the model if the response is one, else an empty string.
        item: The model of the items if it is a list of pages, else an empty string.
    """

    python: str = "None"
    parse: str = "None"
    read: str = ""
    model: str = ""
    item: str = ""


@dataclass(frozen=True)
class Operation:
    """One operation and its method in the client.

    Attributes:
        id: Its operationId, or its method and path.
        method: Its HTTP method, in capitals.
        path: Its path, with the parameters in braces, escaped for a literal.
        template: Its path, as in the document.
        method_name: The name of its method.
        summary: Its summary in one line.
        description: Its description, or an empty string.
        request: What its arguments become.
        result: What its response becomes.
        authenticated: Whether it takes the bearer token.
        security: The alternatives of other credentials, each a list of credential names.
        idempotent: Whether sending a request twice has the same effect as sending it once.
        deprecated: Whether it is deprecated.
        servers: The base URLs of its own servers by environment, escaped for a literal.
    """

    id: str
    method: str
    path: str
    template: str
    method_name: str
    summary: str
    description: str
    request: Request
    result: Result
    authenticated: bool
    security: tuple[tuple[str, ...], ...]
    idempotent: bool
    deprecated: bool
    servers: tuple[tuple[str, str], ...] = ()

    @property
    def requestor(self) -> str:
        """The attribute of the resource that sends its requests."""
        return f"_{self.method_name}_requestor" if self.servers else "_requestor"

    @property
    def arguments(self) -> tuple[Field, ...]:
        """The arguments of its method."""
        return (*self.request.segments, *self.request.fields)

    @property
    def constant(self) -> str:
        """The name of its method in capitals."""
        return self.method_name.upper()

    @property
    def converted_segments(self) -> list[Field]:
        """The parameters of its path that are not plain strings."""
        return [each for each in self.request.segments if each.encoder != "encode_string"]

    @property
    def path_expression(self) -> str:
        """The literal or the f-string that builds its path."""
        if not self.request.segments:
            return f'"{self.path}"'
        expression = in_f_string(self.template)
        for segment in self.request.segments:
            value = segment.name
            if segment in self.converted_segments:
                value = f"_{self.constant}_SEGMENTS['{segment.name}']('{segment.name}', {value})"
                value = f"encode_text('{segment.name}', {value})"
            encoded = f"{{encode_segment('{segment.name}', {value})}}"
            expression = expression.replace(f"{{{{{in_f_string(segment.key)}}}}}", encoded)
        return f'f"{expression}"'

    @property
    def deprecation(self) -> str:
        """The paragraph of the docstring about the deprecation."""
        return (
            "Deprecated: Dodo Payments will remove this operation in a future release. No other\n"
            "operation replaces it fully."
        )

    def returns(self, asynchronous: bool) -> str:
        """The return annotation of its method."""
        if self.result.item:
            return f"{'AsyncPager' if asynchronous else 'Page'}[{self.result.item}]"
        return self.result.python

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
            for field in self.arguments
            if field.description
        )
        parts = [
            f"{self.summary.rstrip('.')}.",
            textwrap.fill(self.description, 90),
            self.deprecation if self.deprecated else "",
            f"Args:\n{arguments}" if arguments else "",
            "Raises:\n    DodoError: The call failed; see `errors` for the subclasses.\n"
            "    TypeError: An argument has the wrong type; no request was sent.\n"
            "    ValueError: An argument has a value that cannot be sent; no request was sent.",
        ]
        text = "\n\n".join(filter(None, parts)) + "\n"
        return textwrap.indent(text, " " * 8).lstrip() + " " * 8


@dataclass(frozen=True)
class Resource:
    """The operations that share the first segment of their path.

    Attributes:
        name: The attribute of the client.
        class_name: The name of its class.
        paths: The first segment of its paths, with a slash.
        description: Its description.
        operations: Its operations, in the order of the document.
    """

    name: str
    class_name: str
    paths: str
    description: str
    operations: tuple[Operation, ...]

    @property
    def singular(self) -> str:
        """The name of one of its objects, such as `LicenseKey`."""
        return self.class_name.removesuffix("s")
