"""Signals that end a run, remembered, because their exception can be lost on its way."""

import contextlib
import os
import signal
import sys
from types import FrameType

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT")
_STANDARD_ERROR = 2


class Interrupts:
    """Turns Ctrl-C, SIGTERM, SIGHUP and SIGQUIT into `KeyboardInterrupt`.

    While keys must be restored, the first signal ends the checks, the next one is ignored with a
    sentence, and a third one ends the process with the command that puts the keys back.

    Attributes:
        came: Whether a signal came, even if the exception was lost on its way, as it is when it
            is raised in a callback of the garbage collector.
    """

    def __init__(self) -> None:
        self.came = False
        self._recovery: str | None = None
        self._is_restoring = False
        self._ignored = 0

    def watch(self) -> None:
        """Handle the signals from now on, except one that is ignored, as in the background."""
        for name in _SIGNALS:
            each = getattr(signal, name, None)
            if each is not None and signal.getsignal(each) is not signal.SIG_IGN:
                signal.signal(each, self._handle)
        # Python prints a traceback for an exception that it cannot raise; this one is remembered.
        report = sys.unraisablehook
        sys.unraisablehook = lambda lost: (
            None if lost.exc_type is KeyboardInterrupt else report(lost)
        )

    def protect(self, recovery: str) -> None:
        """From now on keys may be changed; `recovery` is the command that puts them back."""
        self._recovery = recovery
        self._is_restoring = False
        self._ignored = 0

    def start_restoring(self) -> None:
        """Ignore the next signal: the keys are being restored."""
        self._is_restoring = True

    def release(self) -> None:
        """From now on no key is changed: every signal ends the process."""
        self._recovery = None
        self._is_restoring = False

    def _handle(self, _signal: int, _frame: FrameType | None) -> None:
        is_first = not self.came
        self.came = True
        if self._recovery is not None and (self._is_restoring or not is_first):
            self._ignored += 1
            if self._ignored == 1:
                _say("the keys are being restored, interrupt once more to stop this")
                return
            _say(f"keys may remain changed: run {self._recovery}")
        raise KeyboardInterrupt


def _say(sentence: str) -> None:
    """Write a line; a terminal that is closed must not keep the keys changed."""
    package = __package__.partition(".")[0]
    with contextlib.suppress(OSError):
        os.write(_STANDARD_ERROR, f"{package}: {sentence}\n".encode())


INTERRUPTS = Interrupts()
