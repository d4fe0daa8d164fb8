"""Runs Redocly (https://redocly.com/docs/cli), a linter and comparison that we did not write."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

NODE_FOLDER = Path(__file__).parent / "node"


class UnavailableError(Exception):
    """Redocly cannot be installed here."""


class Redocly:
    """An installation of Redocly.

    Args:
        folder: Where to install it.

    Raises:
        UnavailableError: Node is missing, or the npm registry cannot be reached.
    """

    def __init__(self, folder: Path) -> None:
        npm, node = shutil.which("npm"), shutil.which("node")
        if npm is None or node is None:
            raise UnavailableError("Redocly needs node and npm")
        shutil.copytree(NODE_FOLDER, folder, dirs_exist_ok=True)
        install = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        run = subprocess.run(install, cwd=folder, check=False, capture_output=True, text=True)
        if run.returncode:
            raise UnavailableError("the npm registry cannot be reached")
        program = folder / "node_modules" / "@redocly" / "cli" / "bin" / "cli.js"
        self.command = [node, str(program)]

    def run(self, *arguments: str | Path) -> str:
        """Run it without telemetry and update checks, and return what it printed."""
        quiet = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
        return subprocess.run(
            [*self.command, *arguments],
            check=True,
            capture_output=True,
            text=True,
            env=os.environ | quiet,
        ).stdout

    def changes(self, old: Path, new: Path) -> list[dict[str, Any]]:
        """Compare two documents and return its list of changes."""
        report = self.run("diff", old, new, "--format=json", "--fail-on=none")
        changes: list[dict[str, Any]] = json.loads(report)["changes"]
        return changes
