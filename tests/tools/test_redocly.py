"""The contract and the published documents, seen by Redocly, which we did not write.

Redocly's comparison calls a change major when it may break a client. `test_agreement.py` compares
its verdicts with ours on every kind of change.
"""

from pathlib import Path

import pytest

from specification import load
from tests.tools.documents import NEWEST, OLDEST, ROOT, needs_upstream
from tests.tools.redocly import Redocly, UnavailableError
from tools.diff.compare import compare

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def redocly(tmp_path_factory: pytest.TempPathFactory) -> Redocly:
    """Install Redocly."""
    try:
        return Redocly(tmp_path_factory.mktemp("redocly"))
    except UnavailableError as error:
        pytest.skip(str(error))


def major_changes(redocly: Redocly, old: Path, new: Path) -> set[tuple[str, ...]]:
    """Return the path and, in lower case, the method of every change that Redocly calls major."""
    return {
        tuple(part.replace("~1", "/") for part in change["path"].split("/")[2:4])
        for change in redocly.changes(old, new)
        if change["impact"] == "major"
    }


def test_the_contract_breaks_no_rule_that_redocly_recommends(redocly: Redocly) -> None:
    redocly.run("lint", ROOT / "openapi.yaml", "--extends=recommended")


@needs_upstream
def test_what_redocly_calls_major_between_the_published_documents_we_call_breaking(
    redocly: Redocly,
) -> None:
    ours = {
        operation
        for change in compare(load(str(OLDEST)), load(str(NEWEST)))
        if change.rule.impact.breaking
        for operation in change.operations
    }
    theirs = major_changes(redocly, OLDEST, NEWEST)
    assert ("/license_keys", "get") in theirs
    for path, *method in theirs:
        if method:
            assert f"{method[0].upper()} {path}" in ours
        else:  # a path that is gone with all its operations
            assert any(operation.endswith(f" {path}") for operation in ours)
