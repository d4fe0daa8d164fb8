"""The command line: `python -m contract_tests`."""

import signal
import sys
from types import FrameType
from typing import NoReturn

from contract_tests import report
from contract_tests.errors import CannotRunError
from contract_tests.options import parse
from contract_tests.run import Run
from contract_tests.specification import Specification
from contract_tests.target import open_target
from contract_tests.terminal import TerminalProgress, show

CANNOT_RUN = 2


def main(arguments: list[str] | None = None) -> int:
    """Run the suite and return its exit code: 0 conforms, 1 violates, 2 could not tell."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        options = parse(sys.argv[1:] if arguments is None else arguments)
        if options.report:
            report.prepare(options.report)
        with open_target(options) as target:
            run = Run(target, Specification.load(), options)
            verdict = run.verdict(TerminalProgress())
        show(verdict, run.redactor, sys.stdout)
        if options.report:
            report.write(options.report, verdict, run.redactor)
    except CannotRunError as error:
        print(f"contract_tests: {error}", file=sys.stderr)
        return CANNOT_RUN
    except KeyboardInterrupt:
        print("contract_tests: interrupted before a verdict", file=sys.stderr)
        return CANNOT_RUN
    return verdict.exit_code


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
