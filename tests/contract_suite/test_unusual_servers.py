"""Servers that are right in an unusual way, and what they must not be blamed for."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from dodo_license_mock import LicenseMock

from contract_tests.contract.specification import Specification
from contract_tests.options import Options, Profile
from contract_tests.run.run import Run
from contract_tests.run.target import in_process
from mutants.catalogue import VARIATIONS
from mutants.scoring.score import is_false_alarm
from mutants.scoring.trial import Silence, Trial, attempt_nights
from mutants.server.layer import Layer, Upstream
from mutants.server.messages import Request, Response, error

Attempt = Callable[[str, Profile], Trial]

# Each of these was called violating.
_FORMER_ALARMS = (
    "unusual-past-expiry-rejected",
    "unusual-creation-in-seconds",
    "unusual-customer-before-body",
    "unusual-key-before-instance",
    "unusual-post-reset-once",
    "unusual-others-create",
    "unusual-no-body-200",
)


@pytest.mark.parametrize("variation", _FORMER_ALARMS)
def test_former_false_alarm(trial: Attempt, variation: str) -> None:
    made = trial(variation, "live")
    assert not is_false_alarm(made), made.contract_rules


@pytest.mark.slow
@pytest.mark.parametrize(
    "variation",
    [
        "unusual-options-204",
        "unusual-trace-501",
        "unusual-no-body-200",
        "unusual-creation-not-supported",
        "unusual-reset-in-forty",
    ],
)
def test_former_false_alarm_of_schemathesis(trial: Attempt, variation: str) -> None:
    made = trial(variation, "full")
    assert not is_false_alarm(made), (made.contract_rules, made.ended_early)


@pytest.mark.slow
def test_keys_are_restored_although_reads_lag() -> None:
    nights = attempt_nights("unusual-lag-all-20-ms", 4)
    assert [each.outcome for each in nights if each.outcome == "inconclusive"] == []


@pytest.mark.weekly
@pytest.mark.parametrize(
    ("variation", "profile"),
    [("unusual-lag-all-100-ms", "live"), ("unusual-lag-all-400-ms", "quick")],
)
def test_lag_breaks_one_policy_only(trial: Attempt, variation: str, profile: Profile) -> None:
    made = trial(variation, profile)
    assert "patch.read-after-write" in made.rules
    assert made.contract_rules == ()


def test_lost_update_is_more_than_a_lag(trial: Attempt) -> None:
    made = trial("storage-limit-not-stored", "live")
    assert made.contract_rules
    assert "patch.read-after-write" not in made.rules


@pytest.mark.parametrize("status", [500, 200, 422])
def test_unexpected_status_of_a_creation_is_a_violation(tmp_path: Path, status: int) -> None:
    async def behaviour(request: Request, upstream: Upstream) -> Response:
        if (request.method, request.path) == ("POST", "/license_keys"):
            return error(status, "UNEXPECTED")
        return await upstream(request)

    mock = LicenseMock()
    layer = Layer(mock.app, behaviour, mock.token)
    with in_process(layer, mock.token, tuple(mock.key_ids[2:4])) as target:
        options = Options(
            profile="live", journal=tmp_path / "journal.jsonl", create_keys=("cus_1", "pdt_1")
        )
        account = replace(target, is_disposable=False)
        verdict = Run(account, Specification.load(), options).verdict(Silence())
    assert verdict.outcome == "violates"
    assert "create.created-201" in [each.rule.id for each in verdict.violated]


@pytest.mark.weekly
@pytest.mark.parametrize("variation", VARIATIONS)
def test_no_false_alarm_in_quick(trial: Attempt, variation: str) -> None:
    made = trial(variation, "quick")
    assert not is_false_alarm(made), (made.contract_rules, made.ended_early)


@pytest.mark.weekly
@pytest.mark.parametrize("variation", VARIATIONS)
def test_no_false_alarm_on_any_night(variation: str) -> None:
    for night, made in enumerate(attempt_nights(variation, 7), start=1):
        assert not is_false_alarm(made), (night, made.contract_rules, made.ended_early)
