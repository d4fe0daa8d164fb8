"""What a run reports while it runs."""

from typing import Protocol


class Progress(Protocol):
    """Shows a person how far the run is."""

    def step(self, done: int, total: int, what: str) -> None:
        """Show how many of all checks are done, and which one comes next."""

    def note(self, text: str) -> None:
        """Show one line that stays."""

    def close(self) -> None:
        """Leave the terminal as it was."""
