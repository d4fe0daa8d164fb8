"""Loads an OpenAPI document from a file, a git revision or a URL, and resolves its references."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx

from .errors import DocumentError, first_line
from .structure import METHODS as METHODS
from .structure import problems
from .syntax import decode
from .versions import DATA as DATA
from .versions import ConversionError, from_3_0, from_3_2

SUPPORTED = "OpenAPI 3.1 is required; 3.0 and 3.2 are converted"
CONTENTS = ("paths", "webhooks", "components")


@dataclass(frozen=True)
class Document:
    """An OpenAPI 3.1 document.

    Attributes:
        name: Its source, for messages.
        content: Its content as JSON types.
        merged: Schemas that a program has combined, by the `id()` of their parts.
    """

    name: str
    content: dict[str, Any]
    merged: dict[tuple[int, int], Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def version(self) -> str:
        """The version of the API that the document describes."""
        return str(self.content["info"]["version"])

    def resolve(self, value: Any) -> Any:
        """Follow references until a value is not a reference.

        Raises:
            DocumentError: A reference points to nothing, to itself, or to another file.
        """
        seen: list[str] = []
        while isinstance(value, dict) and isinstance(value.get("$ref"), str):
            reference = value["$ref"]
            if reference in seen:
                raise DocumentError(f"{self.name}: {reference} refers only to itself")
            seen.append(reference)
            value = self.at(reference)
        return value

    def at(self, reference: str) -> Any:
        """Return the target of a reference such as `#/components/schemas/Key`.

        Raises:
            DocumentError: The reference points to another file, or to nothing.
        """
        if not reference.startswith("#"):
            raise DocumentError(
                f"{self.name}: {reference} points to another file; bundle the files into one first"
            )
        value: Any = self.content
        for part in filter(None, unquote(reference[1:]).split("/")):
            key = part.replace("~1", "/").replace("~0", "~")
            if (
                isinstance(value, list)
                and key.isascii()
                and key.isdigit()
                and int(key) < len(value)
            ):
                value = value[int(key)]
            elif isinstance(value, dict) and key in value:
                value = value[key]
            else:
                raise DocumentError(f"{self.name}: {reference} points to nothing")
        return value


def load(source: str) -> Document:
    """Load an OpenAPI document. OpenAPI 3.0 and 3.2 are converted to 3.1.

    Args:
        source: A file, an `http(s)` URL, or `REVISION:PATH` as in `git show`.

    Raises:
        DocumentError: The source cannot be read or is not a valid document; see `decode` and
            `parse`.
    """
    return parse(source, decode(source, read(source)))


def parse(name: str, content: Any) -> Document:
    """Check that loaded content is an OpenAPI document whose references resolve.

    Args:
        name: The source of the content, for messages.
        content: The loaded content.

    Raises:
        DocumentError: The content is not an OpenAPI document, a part has the wrong type, a
            reference points to nothing, or a part of OpenAPI 3.2 cannot be converted to 3.1.
    """
    if not isinstance(content, dict) or "openapi" not in content:
        swagger = isinstance(content, dict) and "swagger" in content
        found = "a Swagger 2 document" if swagger else "not an OpenAPI document"
        raise DocumentError(f"{name} is {found}; {SUPPORTED}")
    version = re.match(r"3\.([012])(?:\.|$)", str(content["openapi"]))
    if version is None:
        raise DocumentError(f"{name} is OpenAPI {content['openapi']}; {SUPPORTED}")
    problem = next(problems(content), None)
    if problem:
        raise DocumentError(f"{name}: {problem}")
    if not any(key in content for key in CONTENTS):
        raise DocumentError(f"{name} has no paths, no webhooks and no components")
    try:
        convert = {"0": from_3_0, "2": from_3_2}.get(version[1])
        converted = content if convert is None else convert(content)
    except ConversionError as error:
        raise DocumentError(f"{name}: {error}") from error
    document = Document(name, {"paths": {}} | converted)
    for reference in references(document.content):
        document.resolve({"$ref": reference})
    return document


def read(source: str) -> bytes:
    """Return the bytes of a file, of a URL, or of a path in a git revision.

    Raises:
        DocumentError: They cannot be read.
    """
    try:
        if source.startswith(("http://", "https://")):
            return httpx.get(source, timeout=60, follow_redirects=True).raise_for_status().content
        revision, colon, path = source.partition(":")
        if colon and not Path(source).exists():
            command = ["git", "show", "--end-of-options", f"{revision}:./{path}"]
            run = subprocess.run(command, capture_output=True, check=False)  # noqa: S603
            if run.returncode:
                raise DocumentError(f"{source} cannot be read: {first_line(run.stderr.decode())}")
            return run.stdout
        return Path(source).read_bytes()
    except (OSError, ValueError, httpx.HTTPError, httpx.InvalidURL) as error:
        raise DocumentError(f"{source} cannot be read: {first_line(error)}") from error


def references(value: Any) -> Iterator[str]:
    """Yield the references in a value at any depth. Each shared object is visited once."""
    pending, seen = [value], set()
    while pending:
        value = pending.pop()
        if not isinstance(value, (dict, list)) or id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, list):
            pending.extend(value)
            continue
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        pending.extend(item for key, item in value.items() if key not in DATA)
