"""What a run leaves in writing: verdict.json, junit.xml and report.html, free of secrets."""

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
    """Make the folder and see that files can be written to it.

    Raises:
        CannotRunError: They cannot.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise CannotRunError(f"--report {folder} cannot be used: {error.strerror}") from error


def write(folder: Path, verdict: Verdict, redactor: Redactor) -> None:
    """Write the three files of a verdict, each whole or not at all.

    Args:
        folder: A folder that exists.
        verdict: What the run found.
        redactor: Knows every secret that the run has met.

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
