"""Reads from a verdict.json of the contract suite what an API does where the contract is open."""

import re
from pathlib import Path
from typing import Any

import msgspec

# The headers that the suite observes.
HEADERS = (b"retry-after", b"x-ratelimit-remaining", b"x-ratelimit-limit", b"allow")
NO_BODY = "PATCH without a body"
ORDER = "PATCH of an unknown id with an invalid body"


class LikenessError(Exception):
    """A verdict.json cannot be used. The text is one sentence for the user."""


class Answer(msgspec.Struct, frozen=True):
    """The status of an error response and its code, None without a body."""

    status: int
    code: str | None


class Form(msgspec.Struct, frozen=True):
    """The form of instants.

    Attributes:
        offset: `Z` or `+00:00`; None if it varies.
        digits: The most digits after the second, None if unknown.
        pads: Whether there are always that many digits.
    """

    offset: str | None = None
    digits: int | None = None
    pads: bool = False


class Observed(msgspec.Struct, frozen=True):
    """What an API does where the contract leaves a choice.

    Attributes:
        answers: Id of a rule, or a topic, to the only error response that the API gave.
        statuses: Every status that the API returned.
        headers: Status to the observed headers of its responses.
        fields: Operation id and status to the undocumented fields of the response.
        instants: The first part of a path, such as `license_keys`, to the form of its instants.
        accepts_no_body: Whether a PATCH without a body is accepted.
    """

    answers: dict[str, Answer]
    statuses: frozenset[int]
    headers: dict[int, frozenset[bytes]]
    fields: dict[tuple[str, int], tuple[str, ...]]
    instants: dict[str, Form]
    accepts_no_body: bool = False


class _Rule(msgspec.Struct):
    id: str
    answers: list[str]


class _Verdict(msgspec.Struct):
    rules: list[_Rule]
    observed: dict[str, list[str]]


def read(source: Path | dict[str, Any]) -> Observed:
    """Read a verdict.

    Args:
        source: The path of a verdict.json, or its content.

    Raises:
        LikenessError: The file cannot be read or is not a verdict.
    """
    name = "the verdict" if isinstance(source, dict) else str(source)
    try:
        if isinstance(source, dict):
            verdict = msgspec.convert(source, _Verdict)
        else:
            verdict = msgspec.json.decode(source.read_bytes(), type=_Verdict)
    except OSError as error:
        raise LikenessError(f"cannot read {name}: {error.strerror}") from error
    except (msgspec.MsgspecError, ValueError) as error:
        raise LikenessError(f"{name} is not a verdict.json of the contract suite") from error
    return _observed(verdict)


def _observed(verdict: _Verdict) -> Observed:
    observed = verdict.observed
    said = {rule.id: rule.answers for rule in verdict.rules} | {
        topic: observed.get(topic, []) for topic in (NO_BODY, ORDER)
    }
    return Observed(
        answers={name: each for name, texts in said.items() if (each := _only_error(texts))},
        statuses=frozenset(_answer(text).status for texts in said.values() for text in texts),
        headers={
            int(match[1]): frozenset(each.encode() for each in names)
            for topic, names in observed.items()
            if (match := re.fullmatch(r"headers of (\d+)", topic))
        },
        fields={
            (match[1], int(match[2])): tuple(names)
            for topic, names in observed.items()
            if (match := re.fullmatch(r"undocumented fields of (\w+) (\d+)", topic))
        },
        instants={
            match[1]: _form(offsets, observed.get(f"fraction of instants of {match[1]}", []))
            for topic, offsets in observed.items()
            if (match := re.fullmatch(r"offset of instants of (\w+)", topic))
        },
        accepts_no_body=observed.get(NO_BODY) == ["200"],
    )


def _only_error(texts: list[str]) -> Answer | None:
    """The error among the answers, None if there is no error or more than one."""
    errors = [each for each in map(_answer, texts) if 400 <= each.status < 500]
    return errors[0] if len(errors) == 1 else None


def _answer(text: str) -> Answer:
    status, _, code = text.partition(" ")
    return Answer(int(status) if status.isdecimal() else 0, code or None)


def _form(offsets: list[str], fractions: list[str]) -> Form:
    offset = offsets[0] if len(offsets) == 1 else None
    match = re.fullmatch(r"(up to )?(\d+) digits", "".join(fractions))
    return Form(offset) if match is None else Form(offset, int(match[2]), match[1] is None)
