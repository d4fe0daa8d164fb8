"""Ctrl-C and SIGTERM, remembered, because their exception can be lost on its way."""

import signal
import sys
from types import FrameType
from typing import NoReturn


class Interrupts:
    """Turns both signals into `KeyboardInterrupt`.

    Attributes:
        came: Whether one of them came, even if the exception was lost on its way, as it is when it
            is raised in a callback of the garbage collector.
    """

    def __init__(self) -> None:
        self.came = False

    def watch(self) -> None:
        """Handle the signals from now on, except one that is ignored, as in the background."""
        for each in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(each) is not signal.SIG_IGN:
                signal.signal(each, self._handle)
        # Python prints a traceback for an exception that it cannot raise; this one is remembered.
        report = sys.unraisablehook
        sys.unraisablehook = lambda lost: (
            None if lost.exc_type is KeyboardInterrupt else report(lost)
        )

    def _handle(self, _signal: int, _frame: FrameType | None) -> NoReturn:
        self.came = True
        raise KeyboardInterrupt


INTERRUPTS = Interrupts()
