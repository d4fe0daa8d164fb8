"""Parses YAML 1.2 and JSON into JSON types, and rejects what a lenient parser would guess.

The result has bounded size and depth: aliases are shared, and their expansion is counted.
"""

import json
import re
from typing import Any

import yaml

from .errors import DocumentError, first_line, pointer

MAX_DEPTH = 100
MAX_VALUES = 500_000
# Git, Mercurial and diff3 write these lines around the two sides of a conflict.
CONFLICT = re.compile(r"^(?:<{7} |={7}$|>{7} |\|{7} )", re.MULTILINE)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# The core schema of YAML 1.2.2, section 10.3.2.
NULL = frozenset({"", "~", "null", "Null", "NULL"})
BOOLEANS = dict.fromkeys(("true", "True", "TRUE"), True) | dict.fromkeys(
    ("false", "False", "FALSE"), False
)
INTEGER = re.compile(r"[-+]?[0-9]+", re.ASCII)
PREFIXED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+", re.ASCII)
FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
NOT_JSON = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
PLAIN_TAGS = frozenset({None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"})
Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DUPLICATE = object()


def decode(name: str, content: bytes) -> Any:
    """Parse a document, JSON if it is valid JSON, else YAML.

    Args:
        name: Its source, for messages.
        content: Its bytes.

    Raises:
        DocumentError: The document is not UTF-8 text, is neither JSON nor YAML, repeats a key,
            is nested too deeply, or expands to too many values.
    """
    text = as_text(name, content)
    if text.lstrip()[:1] in {"{", "["}:
        try:
            return from_json(name, text)
        except RecursionError as error:
            raise DocumentError(f"{name} is nested more than {MAX_DEPTH} levels deep") from error
        except ValueError:
            pass  # a YAML flow mapping starts like JSON
    return from_yaml(name, text)


def as_text(name: str, content: bytes) -> str:
    """Decode UTF-8 text.

    Raises:
        DocumentError: The bytes are not text, or the text contains the marks of a merge conflict.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError(
            f"{name} is not valid UTF-8 at byte {error.start}; save it as UTF-8 text"
        ) from error
    control = CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        raise DocumentError(f"{name} is not text: line {line} contains a control character")
    conflict = CONFLICT.search(text)
    if conflict:
        line = text.count("\n", 0, conflict.start()) + 1
        raise DocumentError(f"{name} contains a merge conflict at line {line}; resolve it first")
    return text


def from_json(name: str, text: str) -> Any:
    """Parse JSON.

    Raises:
        DocumentError: An object repeats a key, or the document is nested too deeply.
        ValueError: The text is not JSON.
    """
    repeated: list[str] = []

    def mapping(pairs: list[tuple[str, Any]]) -> dict[Any, Any]:
        made: dict[Any, Any] = dict(pairs)
        if len(made) < len(pairs):
            keys = [key for key, _ in pairs]
            repeated.append(next(key for key in keys if keys.count(key) > 1))
            made[DUPLICATE] = repeated[-1]
        return made

    content = json.loads(text, object_pairs_hook=mapping, parse_constant=not_finite)
    check_nesting(name, content)
    if repeated:
        raise DocumentError(f"{name}: {find_duplicate(content)} is defined twice; remove one")
    return content


def not_finite(text: str) -> Any:
    """Reject NaN and the infinities, which Python's parser accepts."""
    raise ValueError(f"{text} is not JSON")


def find_duplicate(content: Any) -> str:
    """Return the pointer of the first repeated key."""
    pending: list[tuple[tuple[object, ...], Any]] = [((), content)]
    while pending:
        path, value = pending.pop(0)
        if isinstance(value, dict):
            if DUPLICATE in value:
                return pointer((*path, value[DUPLICATE]))
            pending += [((*path, key), item) for key, item in value.items()]
        elif isinstance(value, list):
            pending += [((*path, index), item) for index, item in enumerate(value)]
    raise AssertionError("no key is repeated")


def check_nesting(name: str, content: Any) -> None:
    """Reject a document that is nested too deeply.

    Raises:
        DocumentError: It is.
    """
    level, depth = [content], 0
    while level:
        if depth > MAX_DEPTH:
            raise DocumentError(f"{name} is nested more than {MAX_DEPTH} levels deep")
        containers = [value for value in level if isinstance(value, (dict, list))]
        level = [
            item
            for value in containers
            for item in (value.values() if isinstance(value, dict) else value)
        ]
        depth += 1


def from_yaml(name: str, text: str) -> Any:
    """Parse one YAML document.

    Raises:
        DocumentError: The text is not YAML, or uses a part of YAML that JSON does not have.
    """
    tab = re.search(r"^\t", text, re.MULTILINE)
    if tab:
        line = text.count("\n", 0, tab.start()) + 1
        raise DocumentError(f"{name} is indented with a tab at line {line}; use spaces")
    parser = Parser(text)
    try:
        return Composer(name, parser).document()
    except yaml.YAMLError as error:
        raise DocumentError(f"{name} is neither YAML nor JSON: {first_line(error)}") from error
    finally:
        parser.dispose()


class Composer:
    """Builds JSON types from the events of a YAML parser.

    Args:
        name: The source of the document, for messages.
        parser: The parser.
    """

    def __init__(self, name: str, parser: Any) -> None:
        self.name = name
        self.parser = parser
        self.path: list[object] = []
        # The value of each anchor and the number of values that it expands to.
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.values = 0

    def document(self) -> Any:
        """Build the only document of the stream."""
        self.next()  # the start of the stream
        if isinstance(self.next(), yaml.StreamEndEvent):
            raise DocumentError(f"{self.name} is empty")
        value = self.build(self.next())
        self.next()
        if not isinstance(self.next(), yaml.StreamEndEvent):
            raise DocumentError(f"{self.name} contains several YAML documents; keep one")
        return value

    def next(self) -> Any:
        """Return the next event."""
        return self.parser.get_event()

    def fail(self, problem: str) -> DocumentError:
        """Return the error for the current place."""
        return DocumentError(f"{self.name}: {pointer(self.path)} {problem}")

    def count(self, values: int) -> None:
        """Count values and stop when there are too many."""
        self.values += values
        if self.values > MAX_VALUES:
            raise self.fail(f"expands to more than {MAX_VALUES} values through its aliases")

    def build(self, event: Any) -> Any:
        """Build the value that starts with an event."""
        kind = type(event)
        if kind is yaml.AliasEvent:
            if event.anchor not in self.anchors:
                raise self.fail(f"uses the alias *{event.anchor}, which is not complete here")
            value, size = self.anchors[event.anchor]
            self.count(size)
            return value
        before = self.values
        self.count(1)
        if kind is yaml.ScalarEvent:
            value = self.scalar(event)
        elif event.tag not in PLAIN_TAGS:
            raise self.fail(f"has the tag {event.tag}; write a JSON value")
        elif len(self.path) >= MAX_DEPTH:
            raise DocumentError(f"{self.name} is nested more than {MAX_DEPTH} levels deep")
        elif kind is yaml.SequenceStartEvent:
            value = self.sequence()
        else:
            value = self.mapping()
        if event.anchor is not None:
            self.anchors[event.anchor] = value, self.values - before
        return value

    def sequence(self) -> list[Any]:
        """Build a list."""
        items: list[Any] = []
        while type(event := self.next()) is not yaml.SequenceEndEvent:
            self.path.append(len(items))
            items.append(self.build(event))
            self.path.pop()
        return items

    def mapping(self) -> dict[str, Any]:
        """Build an object. Its keys are the texts of the document, such as 200."""
        items: dict[str, Any] = {}
        while type(event := self.next()) is not yaml.MappingEndEvent:
            if type(event) is not yaml.ScalarEvent:
                raise self.fail("has a key that is not a string")
            key: str = event.value
            self.path.append(key)
            if key in items:
                raise self.fail("is defined twice; remove one")
            if key == "<<" and event.implicit[0]:
                raise self.fail("is a YAML merge key; write the keys out or use $ref")
            items[key] = self.build(self.next())
            self.path.pop()
        return items

    def scalar(self, event: Any) -> Any:
        """Build a string, a number, a boolean or null, by the core schema of YAML 1.2."""
        text: str = event.value
        if event.tag not in {None, "!", "tag:yaml.org,2002:str"}:
            raise self.fail(f"has the tag {event.tag}; write a JSON value")
        if not event.implicit[0] or event.tag is not None:
            return text
        if text in NULL:
            return None
        if text in BOOLEANS:
            return BOOLEANS[text]
        first = text[0]
        if not (first.isdigit() or first in "+-."):
            return text
        try:
            if INTEGER.fullmatch(text):
                return int(text)
            if PREFIXED.fullmatch(text):
                return int(text, 0)
        except ValueError as error:
            raise self.fail("is an integer with too many digits") from error
        if FLOAT.fullmatch(text):
            number = float(text)
            if number - number == 0:
                return number
        elif not NOT_JSON.fullmatch(text):
            return text
        raise self.fail(f"is {text}, which is not a JSON number")
