"""What the tests of the tools start from."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.tools.documents import ROOT

IDENTITY = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]


@dataclass(frozen=True)
class Clone:
    """A clone of the project: what git tracks and does not ignore, with the work in progress.

    Attributes:
        path: Its folder.
    """

    path: Path

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which Python imports from the clone and from nowhere else of ours."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        roots = (self.path, self.path / "generated", self.path / "mock")
        return kept | {
            "PYTHONPATH": os.pathsep.join(map(str, roots)),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def run(self, *command: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the clone."""
        return subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            cwd=self.path,
            env=self.environment | variables,
        )


def make_clone(folder: Path) -> Clone:
    """Clone the project into a folder that does not exist yet."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout")
    names = subprocess.run(listed, check=True, capture_output=True, text=True, cwd=ROOT).stdout
    made = Clone(folder)
    for name in filter(None, names.split("\0")):
        source, target = ROOT / name, made.path / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    for command in (["init", "-q"], ["add", "."], [*IDENTITY, "commit", "-qm", "Clone"]):
        run = made.run("git", *command)
        assert run.returncode == 0, run.stderr
    return made


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """Clone the project."""
    return make_clone(tmp_path / "clone")
