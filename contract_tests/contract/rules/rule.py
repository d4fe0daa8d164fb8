"""A rule and the sources that rules cite."""

import re
from dataclasses import dataclass
from typing import Literal

Level = Literal["contract", "policy"]

_SOURCES = {
    "S": "OpenAPI specification",
    "D": "public documentation",
    "P": "project policy",
}
# A source letter and the part of the source that it cites: "S 400 of PATCH, D", "S 400, 422".
_CITATION = re.compile(r"\b([SDP])\b(?: ([^,]+(?:, (?![SDP]\b)[^,]+)*))?")


@dataclass(frozen=True)
class Rule:
    """One assertion about the API.

    Attributes:
        id: Dotted name, such as `patch.limit.zero`. The first part is the area.
        level: `contract` if Dodo Payments publishes the rule, `policy` if this project adds it.
        source: Where the rule comes from, with S for the OpenAPI specification, D for the public
            documentation and P for project policy, such as `S int32, D`.
        statement: The assertion, in one sentence.
    """

    id: str
    level: Level
    source: str
    statement: str

    @property
    def area(self) -> str:
        """The part of the API that the rule covers."""
        return self.id.partition(".")[0]

    @property
    def source_text(self) -> str:
        """The source in words, such as `OpenAPI specification (int32)`."""
        return _CITATION.sub(_spelled_out, self.source)


def contract(name: str, source: str, statement: str) -> Rule:
    """Make a rule that Dodo Payments publishes."""
    return Rule(name, "contract", source, statement)


def policy(name: str, statement: str, source: str = "P") -> Rule:
    """Make a rule that this project adds."""
    return Rule(name, "policy", source, statement)


def _spelled_out(citation: re.Match[str]) -> str:
    letter, cited = citation.groups()
    return f"{_SOURCES[letter]} ({cited})" if cited else _SOURCES[letter]
