"""The command line."""

import sys

from . import report
from .account.journal import Journal
from .account.journal_directory import all_journals, directory
from .account.restore import restore
from .contract.specification import Specification
from .errors import CannotRunError
from .options import parse, parse_restore
from .report.terminal import TerminalProgress, show
from .run.interrupts import INTERRUPTS
from .run.run import Run
from .run.target import open_target
from .traffic import command as judge_command
from .transport.deadline_transport import DeadlineTransport
from .transport.guard import Guard
from .transport.guarded_transport import DEFAULT_LIMITS, GuardedTransport
from .transport.rate_limiter import RateLimiter
from .transport.requester import Requester

CANNOT_RUN = 2


def main(arguments: list[str] | None = None) -> int:
    """Run the suite, restore keys or judge recordings.

    Returns:
        The exit code: 0 if the target conforms or every key is restored, 1 if the target violates
        the contract or a key is not restored, 2 if the run is inconclusive or cannot start.
    """
    INTERRUPTS.watch()
    given = sys.argv[1:] if arguments is None else arguments
    commands = {"restore": _restore, "judge": judge_command.main}
    try:
        command = commands.get(given[0] if given else "")
        return _run(given) if command is None else command(given[1:])
    except CannotRunError as error:
        print(f"{__package__}: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print(f"{__package__}: interrupted", file=sys.stderr)
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
    if path is not None:
        return 0 if _restore_journal(Journal(path), token) else 1
    codes = []
    for journal in all_journals():
        try:
            if journal.pending():
                codes.append(0 if _restore_journal(journal, token) else 1)
        except CannotRunError as error:
            # One damaged file must not keep the keys of the others changed.
            print(f"{__package__}: {error}", file=sys.stderr)
            codes.append(CANNOT_RUN)
    if not codes:
        print(f"{directory()}: no keys to restore")
    return max(codes, default=0)


def _restore_journal(journal: Journal, token: str) -> bool:
    """Put back the keys of a journal and return whether all of them are back."""
    pending = journal.pending()
    lost: list[str] = []
    for base_url in sorted({key.base_url for key in pending}):
        keys = [key for key in pending if key.base_url == base_url]
        with DeadlineTransport(DEFAULT_LIMITS.seconds) as inner:
            guard = Guard(key.id for key in keys)
            transport = GuardedTransport(inner, guard, RateLimiter())
            lost += restore(Requester(transport, base_url, token), keys, journal)
    if lost:
        ids = ", ".join(lost)
        print(
            f"{__package__}: {journal.path}: these keys could not be restored: {ids}",
            file=sys.stderr,
        )
    else:
        print(f"{journal.path}: {len(pending)} keys were restored")
    return not lost


if __name__ == "__main__":
    sys.exit(main())
