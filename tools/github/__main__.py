"""The command line: `python -m tools.github prepare|run|conclude|comment`."""

import contextlib
import os
import sys
from pathlib import Path

from tools.github import nightly
from tools.github.api import GitHub, GitHubError
from tools.github.comment import keep_comment

USAGE = "usage: python -m tools.github prepare | run | conclude | comment NUMBER FILE"


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code: 0 done, 2 not done."""
    match arguments:
        case ["prepare" | "run" | "conclude" as command]:
            return nightly.main(command)
        case ["comment", number, path] if number.isdecimal():
            return _comment(int(number), Path(path))
        case _:
            print(USAGE, file=sys.stderr)
            return 2


def _comment(number: int, path: Path) -> int:
    text = path.read_text(encoding="utf-8").strip() if path.exists() else ""
    try:
        with contextlib.closing(GitHub.from_environment(os.environ)) as github:
            print(keep_comment(github, number, text or None))
    except GitHubError as error:
        print(f"comment: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
