"""The error of a document that cannot be loaded."""

from collections.abc import Iterable


class DocumentError(Exception):
    """A document cannot be loaded or processed. The text is one sentence for the user."""


def first_line(error: object) -> str:
    """Return the text of an error as one line."""
    return " ".join(str(error).split())


def pointer(parts: Iterable[object]) -> str:
    """Return a JSON pointer (RFC 6901) as a URI fragment without percent-encoding."""
    return "#" + "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)
