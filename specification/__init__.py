"""Loads OpenAPI documents strictly, for every program of this repository that reads one."""

from .document import DATA, METHODS, Document, load, parse, references
from .errors import DocumentError, first_line
from .syntax import decode

__all__ = (
    "DATA",
    "METHODS",
    "Document",
    "DocumentError",
    "decode",
    "first_line",
    "load",
    "parse",
    "references",
)
