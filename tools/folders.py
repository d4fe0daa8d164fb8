"""Hash folders, and replace one by another."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal. Line endings are hashed as `\\n`."""
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def files(folder: Path) -> list[Path]:
    """Return the files of a folder at any depth except bytecode, in a stable order."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")


def hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of a folder, by its relative path with slashes."""
    return {path.relative_to(folder).as_posix(): sha256(path) for path in files(folder)}


def combined(names_and_hashes: Iterable[tuple[str, str]]) -> str:
    """Combine named hashes into one SHA-256 in hexadecimal."""
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(names_and_hashes))
    return hashlib.sha256(lines.encode()).hexdigest()


def replace(old: Path, new: Path) -> None:
    """Replace a folder, which need not exist, by a copy of another.

    The copy is completed next to the old folder before the two are swapped by renaming, so a
    failure leaves the old folder unchanged.

    Raises:
        OSError: The new folder cannot be copied or renamed.
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
