"""Mistakes of the caller in a recording."""

from dataclasses import dataclass

_STATEMENTS = {
    "rejected-request": "The contract rejects the request.",
    "deprecated-operation": "The operation is deprecated.",
    "unknown-field": "The contract does not know the field or parameter.",
    "naive-timestamp": "The date-time has no UTC offset.",
    "unsafe-retry": "The request was sent again although the first one may have taken effect.",
    "ignored-rate-limit": "The request was sent before the wait that a 429 asked for was over.",
}


@dataclass
class Advice:
    """A mistake of the caller.

    Attributes:
        kind: What kind of mistake, such as `unknown-field`.
        operation: Id of the operation.
        detail: The field or the reason, empty if there is none to name.
        count: How often it occurred.
        first: The position of the first request in the recording.
    """

    kind: str
    operation: str
    detail: str
    count: int
    first: int

    @property
    def statement(self) -> str:
        """The mistake in one sentence."""
        return _STATEMENTS[self.kind]
