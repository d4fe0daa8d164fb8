"""How long reads lag behind writes, as far as the run has seen."""

import time
from collections.abc import Callable

from ..errors import UnavailableError
from ..judge.ledger import Finding, Ledger
from ..transport.exchange import Exchange

RULE = "patch.read-after-write"
_PAUSES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8)
# Waiting a little longer than the longest lag seen keeps outdated reads out of later checks.
_MARGIN = 1.5
# Seconds that a run waits for lagging reads in all.
_MOST_WAITING = 60.0


class Lag:
    """Waits until reads show what was written.

    An API whose reads come from a replica shows an update with a delay. That is a deviation from
    one policy, and no reason to blame the rules whose checks happen to read next.

    Args:
        ledger: Receives the findings.

    Attributes:
        seconds: The longest lag seen, 0 without one.
    """

    def __init__(self, ledger: Ledger) -> None:
        self.seconds = 0.0
        self._ledger = ledger
        self._written = 0.0
        self._is_given_up = False
        self._waiting_left = _MOST_WAITING

    def wrote(self) -> None:
        """Remember that something was written just now."""
        self._written = time.monotonic()

    def wait(self) -> None:
        """Wait as long as reads are expected to lag behind the last write.

        Raises:
            UnavailableError: The run has waited for too long already.
        """
        pause = self._written + _MARGIN * self.seconds - time.monotonic()
        if not self.seconds or pause <= 0:
            return
        if self._waiting_left <= 0:
            raise UnavailableError(
                f"reads lag {self.seconds:.2f} s behind writes, and the run has waited for them"
                f" for {_MOST_WAITING:.0f} s already"
            )
        self._waiting_left -= pause
        time.sleep(pause)

    def be_patient(self) -> None:
        """Allow to wait as long as at the start, for restoring."""
        self._waiting_left = _MOST_WAITING

    def settled(
        self,
        exchange: Exchange,
        is_outdated: Callable[[Exchange], bool],
        repeat: Callable[[], Exchange],
    ) -> Exchange:
        """Repeat a read until it shows what was written, and measure how long that takes.

        Args:
            exchange: A read.
            is_outdated: Whether a read shows an earlier state.
            repeat: Sends the read again.

        Returns:
            The last read. It is still outdated if the write is lost for good.
        """
        if not is_outdated(exchange):
            if exchange.is_telling and self._written:
                self._ledger.add([Finding(RULE, holds=True)], exchange)
            return exchange
        first = exchange
        for pause in () if self._is_given_up else _PAUSES:
            time.sleep(pause)
            exchange = repeat()
            if exchange.is_telling and not is_outdated(exchange):
                self.seconds = max(self.seconds, time.monotonic() - self._written)
                seen = f"the state before, for {self.seconds:.2f} s"
                # The later read shows that no other program has changed the key.
                lagging = Finding(RULE, False, "the state after the PATCH", seen, is_proven=True)
                self._ledger.add([lagging], first)
                return exchange
        self._is_given_up = True
        return exchange
