"""Selects rules by patterns such as `patch.*,!patch.frame.*`."""

from fnmatch import fnmatchcase

from ..errors import CannotRunError
from .rules import CATALOGUE


def excluded_by(patterns: str) -> frozenset[str]:
    """Return the ids of the rules that patterns exclude.

    Args:
        patterns: Patterns with commas between them, in which `*` matches any text. `!` in front of
            a pattern excludes what it matches. Without another pattern, all other rules are
            selected.

    Raises:
        CannotRunError: A pattern matches no rule, or no rule is selected.
    """
    ids = [rule.id for rule in CATALOGUE]
    given = [each.strip() for each in patterns.split(",") if each.strip()]
    for pattern in given:
        if not _matches(ids, pattern.removeprefix("!")):
            raise CannotRunError(f"--rules: {pattern!r} matches no rule; see the command rules")
    wanted = [each for each in given if not each.startswith("!")] or ["*"]
    selected = {name for pattern in wanted for name in _matches(ids, pattern)}
    for pattern in given:
        if pattern.startswith("!"):
            selected -= set(_matches(ids, pattern[1:]))
    if not selected:
        raise CannotRunError(f"--rules {patterns!r} selects no rule")
    return frozenset(ids) - selected


def _matches(ids: list[str], pattern: str) -> list[str]:
    return [each for each in ids if fnmatchcase(each, pattern)]
