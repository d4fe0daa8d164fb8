"""The conditions of a SELECT."""

from typing import Any


class Where:
    """A WHERE clause of conditions with at most one parameter each."""

    def __init__(self) -> None:
        self._conditions: list[str] = []
        self.parameters: list[Any] = []

    def __str__(self) -> str:
        return f" WHERE {' AND '.join(self._conditions)}" if self._conditions else ""

    def add(self, condition: str, *parameters: Any) -> None:
        """Add a condition in which `?` stands for the parameter."""
        self.parameters += parameters
        self._conditions.append(condition.replace("?", f"?{len(self.parameters)}"))

    def equal(self, column: str, value: str | None) -> None:
        """Require that a column has a value, unless it is None."""
        if value is not None:
            self.add(f"{column} = ?", value.encode())


def add_enabled(where: Where, now: int, *, is_active: bool, uses_index: bool) -> None:
    """Select active or expired keys, with the index of the status or without it."""
    # PostgreSQL estimates a boolean test like its condition, but uses no index for it.
    test = "" if uses_index else " IS TRUE"
    where.add(f"(disabled = 0){test}")
    where.add(f"(expires_at {'>' if is_active else '<='} ?){test}", now)
