"""The nine faults that are easily made by hand: each is found, and by the right rule."""

from collections.abc import Callable

import pytest

from contract_tests.options import Profile
from mutants.scoring.trial import FAULTLESS, Trial

RULE_OF_FAULT = {
    "patch-null-limit-ignored": "patch.limit.null-removes",
    "patch-omitted-expiry-removed": "patch.expiry.omitted-keeps",
    "storage-patch-not-stored": "patch.stored.get",
    "frame-other-keys-of-customer-changed": "patch.other-keys",
    "patch-limit-below-instances-accepted": "patch.limit.below-instances-422",
    "auth-any-token-accepted": "auth.unknown-token-401",
    "get-unknown-200": "get.unknown-404",
    "patch-limit-string-coerced": "patch.limit.string-refused",
    "frame-created-at-moved": "patch.frame.created-at",
}


Attempt = Callable[[str, Profile], Trial]

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("fault", "rule"), RULE_OF_FAULT.items(), ids=RULE_OF_FAULT)
def test_fault_breaks_its_rule(trial: Attempt, fault: str, rule: str) -> None:
    made = trial(fault, "full")
    assert made.outcome == "violates"
    assert rule in made.rules


def test_faultless_server_conforms_and_no_rule_is_skipped(trial: Attempt) -> None:
    made = trial(FAULTLESS, "full")
    assert (made.outcome, made.ended_early, made.skipped) == ("conforms", None, ())
