"""One nightly run as the next one needs it: its record, its files, and its journal."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from contract_tests.account.journal import Journal
from contract_tests.address import origin
from contract_tests.errors import CannotRunError
from contract_tests.options import PREVIOUS_TOKEN_VARIABLE, TOKEN_VARIABLE


@dataclass(frozen=True)
class Settings:
    """What a nightly run tests, from the inputs of the action.

    Attributes:
        name: Tells the nightly runs of one repository apart: part of the names of the artifacts
            and the markers of the issues.
        target: The base URL of the API.
        folder: The working files of the run.
        options: Further options of the suite, one argument each.
        issues: Whether issues are opened, updated and closed.
        token: The bearer token of the API.
        previous_token: The token that `token` replaced. A journal is authentic under either.
    """

    name: str
    target: str
    folder: Path
    options: tuple[str, ...] = ()
    issues: bool = True
    token: str = field(default="", repr=False)
    previous_token: str = field(default="", repr=False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read the variables that the action sets. An empty input counts as omitted."""
        options: list[str] = []
        for option in ("profile", "budget", "rules", "known-violations"):
            value = environment.get(f"CONTRACT_{option.replace('-', '_').upper()}", "")
            if value:
                options += [f"--{option}", value]
        return cls(
            name=environment["CONTRACT_NAME"],
            target=environment["CONTRACT_TARGET"],
            folder=Path(environment["CONTRACT_FOLDER"]),
            options=tuple(options),
            issues=environment.get("CONTRACT_ISSUES", "true") == "true",
            token=environment.get(TOKEN_VARIABLE, "").strip(),
            previous_token=environment.get(PREVIOUS_TOKEN_VARIABLE, "").strip(),
        )

    @property
    def journal(self) -> Journal:
        """The journal of the run; the file of the previous run, if that left keys to restore."""
        path = self.folder / "journal" / "journal.jsonl"
        return Journal(path, self.token, self.previous_token)

    @property
    def reports(self) -> Path:
        """The folder with the reports and the record."""
        return self.folder / "reports"

    @property
    def baseline(self) -> Path:
        """The verdict.json of the last conclusive run."""
        return self.folder / "baseline.json"

    @property
    def previous(self) -> Path:
        """The record of the previous run."""
        return self.folder / "previous.json"

    @property
    def fetched(self) -> Path:
        """Exists once it is known whether the previous run left keys to restore."""
        return self.folder / "fetched"

    @property
    def outcome(self) -> Path:
        """The exit code of the suite in the first line, and what it wrote to stderr."""
        return self.folder / "outcome"


@dataclass(frozen=True)
class Night:
    """The record of a nightly run, `night.json` in its artifact.

    Attributes:
        verdict: `conforms`, `violates` or `inconclusive`.
        reason: One sentence.
        run_url: The page of the run.
        not_restored: Ids of the keys that are still changed.
        knows_journal: Whether the run knew which keys the previous run left changed. If not, the
            next run must ask an earlier run.
        counts: The number of rules by status, `known` and `requests`.
    """

    verdict: str
    reason: str
    run_url: str = ""
    not_restored: tuple[str, ...] = ()
    knows_journal: bool = True
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def is_conclusive(self) -> bool:
        """Whether the run says something about the API."""
        return self.verdict in ("conforms", "violates")

    @classmethod
    def parse(cls, text: str | bytes) -> "Night":
        """Read a record.

        Raises:
            ValueError: It is not a record.
        """
        try:
            content = json.loads(text)
            known = {each.name: content[each.name] for each in fields(cls)}
            return cls(**known | {"not_restored": tuple(content["not_restored"])})
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError("not a record of a nightly run") from error

    def write(self, path: Path) -> None:
        """Write the record."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")


def counts(document: dict[str, Any]) -> dict[str, int]:
    """Count the rules of a verdict document by status, the known violations and the requests."""
    statuses = [rule["status"] for rule in document["rules"]]
    known = [rule for rule in document["rules"] if (rule["known"] or {}).get("state") == "known"]
    return {
        **{status: statuses.count(status) for status in ("holds", "violated", "skipped")},
        "known": len(known),
        "requests": document["requests"],
    }


def pending_ids(journal: Journal) -> tuple[str, ...]:
    """Return the ids of the keys to restore.

    Raises:
        CannotRunError: The journal is damaged, or was written with another token.
    """
    return tuple(each.what for each in journal.pending()) if journal.path.exists() else ()


def check_journal(journal: Journal, target: str) -> None:
    """Check that a journal from an artifact belongs to the target, because it gets the token.

    Raises:
        CannotRunError: It is damaged, was written with another token or is of another target.
    """
    if any(origin(each.base_url) != origin(target) for each in journal.pending()):
        raise CannotRunError(f"the journal of the previous run is not of {target}")
