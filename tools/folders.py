"""Hash folders, and replace one by another."""

import ctypes
import errno
import hashlib
import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

# From linux/fs.h and fcntl.h.
RENAME_EXCHANGE = 2
AT_FDCWD = -100
STAGING = "{}.new"
FORMER = "{}.old"


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

    The copy is completed beside the old folder, as `.NAME.new`, and the two are exchanged in one
    step where the system can do so. Elsewhere the old folder is first renamed to `.NAME.old`; the
    next run puts it back if this one ends between the two renames.

    Raises:
        OSError: The new folder cannot be copied or renamed. The old folder is unchanged.
    """
    old.parent.mkdir(parents=True, exist_ok=True)
    recover(old)
    fresh = beside(old, STAGING)
    try:
        shutil.copytree(new, fresh)
        if not old.exists():
            fresh.rename(old)
        elif not exchange(fresh, old):
            swap(fresh, old)
    finally:
        for left in (fresh, beside(old, FORMER)):
            if old.exists():
                shutil.rmtree(left, ignore_errors=True)


def recover(folder: Path) -> None:
    """Restore the folder of a run that ended between two renames, and remove what it left."""
    former = beside(folder, FORMER)
    if former.exists() and not folder.exists():
        former.rename(folder)
    for left in (former, beside(folder, STAGING)):
        if left.exists():
            shutil.rmtree(left)


def beside(folder: Path, pattern: str) -> Path:
    """Return the hidden folder that a replacement uses beside a folder."""
    return folder.with_name(pattern.format(f".{folder.name}"))


def swap(fresh: Path, old: Path) -> None:
    """Replace a folder by two renames."""
    former = beside(old, FORMER)
    old.rename(former)
    try:
        fresh.rename(old)
    except OSError:
        former.rename(old)
        raise


def exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; return False if the system or the file system cannot."""
    if sys.platform != "linux":
        return False
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    arguments = (AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE)
    if renameat2(*arguments) == 0:
        return True
    error = ctypes.get_errno()
    if error in {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP}:
        return False
    raise OSError(error, os.strerror(error), str(other))
