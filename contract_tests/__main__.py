"""The command line: `python -m contract_tests`."""

import sys

from . import report
from .account.journal import Journal
from .account.restore import restore
from .contract.specification import Specification
from .errors import CannotRunError
from .options import parse, parse_restore
from .report.terminal import TerminalProgress, show
from .run.interrupts import INTERRUPTS
from .run.run import Run
from .run.target import open_target
from .transport.deadline_transport import Wire
from .transport.guard import Guard
from .transport.guarded_transport import DEFAULT_LIMITS, Gate
from .transport.rate_limiter import Pace
from .transport.requester import Caller

CANNOT_RUN = 2


def main(arguments: list[str] | None = None) -> int:
    """Run the suite or restore keys.

    Returns:
        The exit code: 0 if the target conforms or every key is restored, 1 if the target violates
        the contract or a key is not restored, 2 if the run is inconclusive or cannot start.
    """
    INTERRUPTS.watch()
    given = sys.argv[1:] if arguments is None else arguments
    try:
        return _restore(given[1:]) if given[:1] == ["restore"] else _run(given)
    except CannotRunError as error:
        print(f"contract_tests: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("contract_tests: interrupted", file=sys.stderr)
    return CANNOT_RUN


def _run(arguments: list[str]) -> int:
    options = parse(arguments)
    if options.report:
        report.prepare(options.report)
    with open_target(options) as target:
        run = Run(target, Specification.load(), options)
        verdict = run.verdict(TerminalProgress())
    show(verdict, run.redactor, sys.stdout)
    if options.report:
        report.write(options.report, verdict, run.redactor)
    return verdict.exit_code


def _restore(arguments: list[str]) -> int:
    path, token = parse_restore(arguments)
    journal = Journal(path)
    pending = journal.pending()
    lost: list[str] = []
    for base_url in sorted({key.base_url for key in pending}):
        keys = [key for key in pending if key.base_url == base_url]
        with Wire(DEFAULT_LIMITS.seconds) as transport:
            gate = Gate(transport, Guard(key.id for key in keys), Pace())
            lost += restore(Caller(gate, base_url, token), keys, journal)
    if lost:
        print(
            f"contract_tests: these keys could not be restored: {', '.join(lost)}", file=sys.stderr
        )
        return 1
    print(f"{path}: {len(pending)} keys were restored")
    return 0


if __name__ == "__main__":
    sys.exit(main())
