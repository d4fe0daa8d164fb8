"""The command line."""

import os
import sys
import traceback
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from .installation import check_installation

check_installation()

from . import report
from .contract.specification import Specification
from .errors import CannotRunError
from .options import DEBUG, TOKEN_VARIABLE, parse
from .report import catalogue
from .report.redaction import Redactor
from .report.terminal import TerminalProgress, show
from .run.interrupts import INTERRUPTS
from .run.restore_options import parse_restore
from .run.restoring import restore_journals
from .run.run import Run
from .run.target import open_target

CANNOT_RUN = 2


def main(arguments: list[str] | None = None) -> int:
    """Run the suite, restore keys, judge traffic, or print the rules.

    Returns:
        The exit code: 0 if the target conforms or every key is restored, 1 if the target violates
        the contract, 2 if the run is inconclusive, cannot start or fails, or a key is not restored.
    """
    INTERRUPTS.watch()
    given = sys.argv[1:] if arguments is None else arguments
    if given == ["rules"]:
        print(catalogue.render().partition("\n")[2], end="")  # without the note to editors
        return 0
    try:
        code = _code(given)
        sys.stdout.flush()
    except CannotRunError as error:
        _complain(str(error))
    except KeyboardInterrupt:
        _complain("interrupted")
    except Exception as error:  # noqa: BLE001 - exit code 1 is reserved for violations
        _complain(_internal_error(error, debug=DEBUG in given))
    else:
        return code
    return CANNOT_RUN


def _code(arguments: list[str]) -> int:
    command = arguments[0] if arguments else ""
    if command == "restore":
        return _restore(arguments[1:])
    if command in _TRAFFIC:
        # A run of the suite does not wait for the import of what it does not need.
        code: int = import_module(_TRAFFIC[command], __package__).main(arguments[1:])
        return code
    return _run(arguments)


def _run(arguments: list[str]) -> int:
    options = parse(arguments)
    if options.report:
        report.prepare(options.report)
    with open_target(options) as target:
        run = Run(target, Specification.load(), options)
        verdict = run.verdict(TerminalProgress())
    if options.report:
        report.write(options.report, verdict, run.redactor)
    show(verdict, run.redactor, sys.stdout, options.format)
    return verdict.exit_code


def _restore(arguments: list[str]) -> int:
    return restore_journals(parse_restore(arguments), __package__)


def _internal_error(error: Exception, *, debug: bool) -> str:
    """A sentence about an error of the suite itself. The message may quote a secret."""
    if debug:
        text = "".join(traceback.format_exception(error))
        return Redactor(os.environ.get(TOKEN_VARIABLE, "").strip()).text(text)
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).stem}, line {frames[-1].lineno}" if frames else "the suite"
    return f"internal error, not a violation: {type(error).__name__} in {place}; {DEBUG} shows more"


def _complain(sentence: str) -> None:
    # Whoever read the output may have closed it.
    with suppress(OSError):
        print(f"{__package__}: {sentence}", file=sys.stderr, flush=True)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            # Python would otherwise try again at exit and change the exit code.
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


_TRAFFIC = {
    "judge": ".traffic.command",
    "usage": ".traffic.usage_command",
    "watch": ".traffic.watch.command",
}

if __name__ == "__main__":
    sys.exit(main())
