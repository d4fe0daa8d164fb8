"""Hash folders, and put one in the place of another."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path


def sha256(path: Path) -> str:
    """Hash a file; line endings count as `\\n`. Returns hexadecimal."""
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def files(folder: Path) -> list[Path]:
    """List the files of a folder at any depth but the bytecode, in a stable order."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")


def hashes(folder: Path) -> dict[str, str]:
    """Hash every file of a folder: its relative path, with slashes, to its SHA-256."""
    return {path.relative_to(folder).as_posix(): sha256(path) for path in files(folder)}


def combined(names_and_hashes: Iterable[tuple[str, str]]) -> str:
    """Hash a set of named hashes into one."""
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(names_and_hashes))
    return hashlib.sha256(lines.encode()).hexdigest()


def replace(old: Path, new: Path) -> None:
    """Put one folder in the place of another, which need not exist.

    The new folder is complete beside the old one before the two are swapped by renaming, so a
    failure leaves the old one as it was.

    Raises:
        OSError: The new folder could not be copied or renamed.
    """
    old.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=old.parent, prefix=f".{old.name}-") as staging:
        fresh, former = Path(staging) / "fresh", Path(staging) / "former"
        shutil.copytree(new, fresh)
        if not old.exists():
            fresh.rename(old)
            return
        old.rename(former)
        try:
            fresh.rename(old)
        except OSError:
            former.rename(old)
            raise
