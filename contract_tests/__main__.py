"""The command line: `python -m contract_tests`."""

import json
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import NoReturn

from contract_tests.errors import CannotRunError
from contract_tests.options import parse
from contract_tests.run import Run
from contract_tests.specification import Specification
from contract_tests.target import open_target
from contract_tests.terminal import TerminalProgress, render

CANNOT_RUN = 2


def main(arguments: list[str] | None = None) -> int:
    """Run the suite and return its exit code: 0 conforms, 1 violates, 2 could not tell."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        options = parse(sys.argv[1:] if arguments is None else arguments)
        if options.report:
            _make_folder(options.report)
        with open_target(options) as target:
            run = Run(target, Specification.load())
            verdict = run.verdict(TerminalProgress())
    except CannotRunError as error:
        print(f"contract_tests: {error}", file=sys.stderr)
        return CANNOT_RUN
    except KeyboardInterrupt:
        print("contract_tests: interrupted before the first check", file=sys.stderr)
        return CANNOT_RUN
    if options.report:
        document = json.dumps(verdict.document(run.redactor), indent=2)
        options.report.joinpath("verdict.json").write_text(document + "\n", encoding="utf-8")
    print(render(verdict, run.redactor))
    return verdict.exit_code


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotRunError(f"--report {folder} cannot be made: {error.strerror}") from error


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
