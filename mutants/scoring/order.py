"""Finds the order of the checks: which detects most faults for its requests?"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

import pytest

import contract_tests.run
from contract_tests.checks.cases import CASES
from contract_tests.checks.walk_steps import STEPS
from contract_tests.judge.history import CheckRun
from contract_tests.run.checks_runner import run_checks
from contract_tests.run.order import Order
from mutants.scoring.selection import Matrix, Selection, detected_by
from mutants.scoring.trial import attempt_all_checks

PATH = Path(contract_tests.run.__file__).parent / "order.json"
# These checks read what rejected requests have changed, most of which other checks have sent.
_READING = (
    "test_authorization.py::test_rejected_requests_change_nothing",
    "test_bodies.py::test_rejected_bodies_change_nothing",
    "test_tokens.py::test_rejected_forms_change_nothing",
)
_DEAR = 3
# What remains of a hundred requests after reading three keys and before restoring them.
FIRST_NIGHT = 92


def row(mutant_id: str) -> frozenset[str]:
    """Run every check that is safe on an account on a mutant, and return those that detect it."""
    checks = attempt_all_checks(mutant_id)
    return causes(frozenset(each.name for each in checks if each.violated))


def causes(violated: frozenset[str]) -> frozenset[str]:
    """Return the checks that detect a fault without the requests of others, if there are any."""
    # The last of those that read sends a request of its own.
    for reading in (_READING, _READING[:-1]):
        if violated - set(reading):
            return violated - set(reading)
    return violated


def predecessors() -> dict[str, str]:
    """The checks that start from the state that another check leaves, and that check."""
    found: dict[str, str] = {}
    steps = [f"test_walk.py::test_step[{step.name}]" for _, step in STEPS]
    for (one, (kind, _)), (two, (next_kind, step)) in pairwise(zip(steps, STEPS, strict=True)):
        if kind == next_kind and step.given:
            found[two] = one
    cases = [f"test_patch_cases.py::test_patch_case[{each}]" for each in _case_ids()]
    found |= {
        two: one for one, two, case in zip(cases, cases[1:], CASES[1:], strict=False) if case.given
    }
    return found


class _Collector:
    """Collects the names of the checks that test at once what other checks test one by one."""

    names: frozenset[str] = frozenset()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the names and run nothing."""
        self.names = frozenset(each.nodeid for each in items if each.get_closest_marker("combined"))
        items.clear()


def combined() -> frozenset[str]:
    """Return the names of the checks that test several questions at once."""
    collector = _Collector()
    run_checks(collector)
    return collector.names


def _case_ids() -> Iterator[str]:
    """The names of the PATCH cases as pytest numbers those that several cases share."""
    names = [case.name for case in CASES]
    seen: Counter[str] = Counter()
    for name in names:
        separator = "_" if name[-1].isdigit() else ""
        yield f"{name}{separator}{seen[name]}" if names.count(name) > 1 else name
        seen[name] += 1


def ranked(
    costs: Mapping[str, int],
    matrix: Matrix,
    after: Mapping[str, str] = MappingProxyType({}),
    requests: int = FIRST_NIGHT,
) -> list[tuple[str, int]]:
    """Order checks: first those of the best first night, then what detects most per request.

    Args:
        costs: How many requests each check sends.
        matrix: The checks that detect each fault.
        after: The check that brings a key into the state that another check needs.
        requests: How many requests the checks of the first night may send.

    Returns:
        Every check and its requests; those that detect nothing more keep their order at the end.
    """
    detected = detected_by({fault: checks & costs.keys() for fault, checks in matrix.items()})
    selection = Selection(Order({}, dict(costs), dict(after)), detected)
    first = selection.best(requests)
    best = Selection(selection.order, {name: detected[name] for name in first})
    names = selection.filled([*dict.fromkeys([*best.filled([]), *first])])
    return [(name, costs[name]) for name in dict.fromkeys([*names, *costs])]


def spared(ranking: Iterable[CheckRun], matrix: Matrix, combining: Collection[str]) -> set[str]:
    """Return the checks that a week of small budgets does without, to have time for the others.

    These detect no fault and judge no rule that others before them do not. They combine others, or
    send three or more requests, or one other check detects all that they detect.

    Args:
        ranking: The checks, best first, as they ran on the server as it is.
        matrix: The checks that detect each fault.
        combining: The checks that combine others.
    """
    detected = detected_by(matrix)
    names, judged = set[str](), set[str]()
    kept: list[set[str]] = []
    for check in ranking:
        faults = detected.get(check.name, set())
        is_alone = not faults <= set().union(*kept) or not check.answers.keys() <= judged
        is_equalled = bool(faults) and any(faults <= each for each in kept)
        is_dear = bool(faults) and check.requests >= _DEAR
        if is_alone or not (check.name in combining or is_dear or is_equalled):
            kept.append(faults)
            judged |= check.answers.keys()
        else:
            names.add(check.name)
    return names


def write(checks: Iterable[CheckRun], matrix: Matrix) -> None:
    """Write the order for `--profile live`, a line for each check.

    Args:
        checks: The checks as they ran on the server as it is.
        matrix: The checks that detect each fault.
    """
    runs = {each.name: each for each in checks}
    after = predecessors()
    ranking = ranked({name: each.requests for name, each in runs.items()}, matrix, after)
    left_out = spared((runs[name] for name, _ in ranking), matrix, combined())
    rows = [
        [name, cost, after[name]] if name in after else [name, cost]
        for name, cost in ranking
        if name not in left_out
    ]
    lines, others = (",\n".join(map(json.dumps, each)) for each in (rows, sorted(left_out)))
    text = f'{{"checks": [\n{lines}\n],\n"left_out": [\n{others}\n]}}\n'
    PATH.write_text(text, encoding="utf-8")
