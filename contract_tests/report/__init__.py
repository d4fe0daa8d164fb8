"""Writes the reports of a run: verdict.json, junit.xml and report.html, with secrets masked."""

import json
import os
import tempfile
from pathlib import Path

from ..errors import CannotRunError
from ..judge.verdict import Verdict
from . import junit, page
from .document import document
from .redaction import Redactor


def prepare(folder: Path) -> None:
    """Create the report folder and check that it is writable.

    Raises:
        CannotRunError: The folder cannot be created or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise CannotRunError(f"--report {folder} cannot be used: {error.strerror}") from error


def write(folder: Path, verdict: Verdict, redactor: Redactor) -> None:
    """Write the three report files. Each is written completely or not at all.

    Args:
        folder: An existing folder.
        verdict: The verdict to report.
        redactor: Masks the secrets that the run has seen.

    Raises:
        CannotRunError: A file cannot be written.
    """
    content = document(verdict, redactor)
    files = {
        "verdict.json": (json.dumps(content, indent=2) + "\n").encode(),
        "junit.xml": junit.render(content),
        "report.html": page.render(content, verdict.timings).encode(),
    }
    for name, text in files.items():
        try:
            _write_whole(folder / name, text)
        except OSError as error:
            raise CannotRunError(
                f"--report {folder / name} cannot be written: {error.strerror}"
            ) from error


def _write_whole(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
