"""Load an OpenAPI document from a file, a git revision or a URL, and resolve its references."""

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import yaml

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
# The values of these keywords are data: a `$ref` in them is not a reference.
DATA = frozenset({"example", "examples", "enum", "const", "default"})


class DocumentError(Exception):
    """A document cannot be loaded or processed. The text is one sentence for the user."""


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Loads YAML with the types of JSON, as OpenAPI requires: dates and `yes` stay strings."""

    yaml_implicit_resolvers = {  # noqa: RUF012  # PyYAML's own name and type
        first: [
            (tag, pattern)
            for tag, pattern in resolvers
            if tag.rpartition(":")[2] in {"null", "int", "float"}
        ]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)


@dataclass(frozen=True)
class Document:
    """An OpenAPI 3.1 document.

    Attributes:
        name: Its source, for messages.
        content: Its content as JSON types.
    """

    name: str
    content: dict[str, Any]

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
            if isinstance(value, list) and key.isdigit() and int(key) < len(value):
                value = value[int(key)]
            elif isinstance(value, dict) and key in value:
                value = value[key]
            else:
                raise DocumentError(f"{self.name}: {reference} points to nothing")
        return value


def load(source: str) -> Document:
    """Load an OpenAPI 3.1 document.

    Args:
        source: A file, an `http(s)` URL, or `REVISION:PATH` as in `git show`.

    Raises:
        DocumentError: The source cannot be read, is not an OpenAPI 3.1 document, or contains a
            reference that points to nothing.
    """
    text = read(source)
    try:
        content = json.loads(text) if text.lstrip().startswith("{") else None
    except ValueError:
        content = None  # a YAML flow mapping starts like JSON
    try:
        content = yaml.load(text, Loader) if content is None else content  # noqa: S506  # safe
    except (yaml.YAMLError, RecursionError) as error:
        raise DocumentError(f"{source} is neither YAML nor JSON: {first_line(error)}") from error
    return parse(source, content)


def parse(name: str, content: Any) -> Document:
    """Check that loaded content is an OpenAPI 3.1 document whose references resolve.

    Args:
        name: The source of the content, for messages.
        content: The loaded content.

    Raises:
        DocumentError: The content is not such a document.
    """
    if not isinstance(content, dict) or "openapi" not in content:
        swagger = isinstance(content, dict) and "swagger" in content
        found = "a Swagger 2 document" if swagger else "not an OpenAPI document"
        raise DocumentError(f"{name} is {found}; OpenAPI 3.1 is required")
    if not re.match(r"3\.1(\.|$)", str(content["openapi"])):
        raise DocumentError(f"{name} is OpenAPI {content['openapi']}; OpenAPI 3.1 is required")
    info = content.get("info")
    if not isinstance(info, dict) or "version" not in info:
        raise DocumentError(f"{name} has no info.version")
    document = Document(name, text_keys(content))
    for reference in references(document.content):
        document.resolve({"$ref": reference})
    return document


def read(source: str) -> str:
    """Return the text of a file, of a URL, or of a path in a git revision."""
    try:
        if source.startswith(("http://", "https://")):
            return httpx.get(source, timeout=60, follow_redirects=True).raise_for_status().text
        revision, colon, path = source.partition(":")
        if colon and not Path(source).exists():
            command = ["git", "show", f"{revision}:./{path}"]
            run = subprocess.run(command, capture_output=True, check=False)
            if run.returncode:
                raise DocumentError(f"{source} cannot be read: {first_line(run.stderr.decode())}")
            return run.stdout.decode()
        return Path(source).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError, httpx.HTTPError, httpx.InvalidURL) as error:
        raise DocumentError(f"{source} cannot be read: {first_line(error)}") from error


def first_line(error: object) -> str:
    """Return the text of an error as one line."""
    return " ".join(str(error).split())


def text_keys(value: Any) -> Any:
    """Convert the keys of every mapping to strings: YAML reads the status 200 as a number.

    Every YAML alias stays the same object, so that nested aliases do not multiply.
    """
    done: dict[int, Any] = {}

    def convert(value: Any) -> Any:
        if id(value) in done:
            return done[id(value)]
        if isinstance(value, list):
            items: list[Any] = []
            done[id(value)] = items
            items.extend(map(convert, value))
            return items
        if isinstance(value, dict):
            mapping: dict[str, Any] = {}
            done[id(value)] = mapping
            mapping.update((str(key), convert(item)) for key, item in value.items())
            return mapping
        return value

    return convert(value)


def references(value: Any) -> Iterator[str]:
    """Yield the references in a value at any depth."""
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
