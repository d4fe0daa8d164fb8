"""Checks that test several questions with one request still name the rule that is violated."""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor

import pytest

from contract_tests.options import Profile
from contract_tests.run.order import Order
from mutants.scoring.order import row
from mutants.scoring.score import is_false_alarm
from mutants.scoring.trial import Trial

Attempt = Callable[[str, Profile], Trial]


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        # One member of a combined body is rejected: each member alone shows which one.
        ("patch-expiry-offset-refused", "patch.expiry.offset"),
        # An expiry has several forms at once.
        ("patch-expiry-past-refused", "patch.expiry.past-expires"),
        # The body is right, its form is not.
        ("wire-charset-parameter-415", "body.equivalent-forms"),
    ],
)
def test_night_blames_the_one_question_that_failed(trial: Attempt, fault: str, rule: str) -> None:
    made = trial(fault, "live")
    assert made.rules == (rule,)
    assert made.ended_early is None


@pytest.mark.parametrize(
    "fault",
    [
        # A rejected request takes effect; the response to the next one shows it.
        "patch-refused-removes-expiry",
        # The request before was accepted by the same fault.
        "state-expired-limit-removes-expiry",
    ],
)
def test_fault_is_told_from_a_change_by_another_program(trial: Attempt, fault: str) -> None:
    assert trial(fault, "live").outcome == "violates"


def test_filtered_list_in_another_order_is_no_violation(trial: Attempt) -> None:
    made = trial("unusual-filtered-in-another-order", "live")
    assert not is_false_alarm(made)
    assert made.rules == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "check"),
    [
        (
            "wire-chunked-body-ignored",
            "test_walk.py::test_step[expired and disabled: enable and lower]",
        ),
        # The key expires in the last second of the calendar.
        ("patch-disabling-removes-limit", "test_walk.py::test_step[disable]"),
        ("state-rejected-patch-disables", "test_walk.py::test_step[expired: empty]"),
        (
            "page-source-dropped-beside-status",
            "test_slices.py::test_slice[status source created_at_gte created_at_lte in pages of 2]",
        ),
        ("license-rename-moves-to-key", "test_seat_pair.py::test_two_instances"),
        (
            "token-unsigned-jwt-accepted",
            "test_access.py::test_access[POST /license_keys an unsigned JWT]",
        ),
        ("id-backslash-500", "test_near_ids.py::test_hostile_bytes[license_keys-UTF-8]"),
    ],
)
def test_combined_check_detects_what_one_of_its_questions_detects(
    pool: ProcessPoolExecutor, fault: str, check: str
) -> None:
    assert check in pool.submit(row, fault).result()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "form"),
    [
        ("license-validate-key-in-other-case", "in other case"),
        ("license-validate-key-beginning", "without its end"),
        ("license-validate-key-id", "its id"),
    ],
)
def test_nearly_right_string_of_a_real_key_is_detected(
    pool: ProcessPoolExecutor, fault: str, form: str
) -> None:
    check = f"test_key_strings.py::test_validate_nearly_right_string[{form}]"
    assert check in pool.submit(row, fault).result()


@pytest.mark.parametrize(("requests", "count"), [(0, 0), (3, 1), (4, 2), (5, 3), (9, 3)])
def test_checks_of_a_night_fit_into_its_requests(requests: int, count: int) -> None:
    names: Sequence[str] = ["three", "one", "unknown"]
    order = Order({"three": 0, "one": 1}, {"three": 3, "one": 1})
    assert order.fitting(names, requests) == count
