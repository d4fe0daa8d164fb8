"""Finds the order of the checks: which detects most faults for its requests?"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

import contract_tests.run
from contract_tests.checks.cases import CASES
from contract_tests.checks.walk_steps import STEPS
from contract_tests.run.order import Order
from mutants.scoring.trial import FAULTLESS, attempt_all_checks

PATH = Path(contract_tests.run.__file__).parent / "order.json"
# A check that another one has paid for is not free, so that its gain still counts.
_LEAST = 0.25
Matrix = Mapping[str, frozenset[str]]


def row(mutant_id: str) -> tuple[dict[str, int], frozenset[str]]:
    """Run every check that is safe on an account on a mutant.

    Returns:
        How many requests each check sends, and the checks that detect the mutant.
    """
    checks = attempt_all_checks(mutant_id)
    return (
        {each.name: each.requests for each in checks},
        frozenset(each.name for each in checks if each.violated),
    )


def costs() -> dict[str, int]:
    """How many requests each check sends on the server as it is, in the usual order."""
    return row(FAULTLESS)[0]


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


def _case_ids() -> Iterator[str]:
    """The names of the PATCH cases as pytest numbers those that several cases share."""
    names = [case.name for case in CASES]
    seen: Counter[str] = Counter()
    for name in names:
        separator = "_" if name[-1].isdigit() else ""
        yield f"{name}{separator}{seen[name]}" if names.count(name) > 1 else name
        seen[name] += 1


def greedy(
    costs: Mapping[str, int], matrix: Matrix, after: Mapping[str, str] = MappingProxyType({})
) -> list[tuple[str, int]]:
    """Order checks so that each next one detects most of the faults not yet detected per request.

    Args:
        costs: How many requests each check sends.
        matrix: The checks that detect each fault.
        after: The check that brings a key into the state that another check needs.

    Returns:
        Every check and its requests; those that detect nothing more keep their order at the end.
    """
    left = {fault: checks & costs.keys() for fault, checks in matrix.items()}
    made = Order({}, dict(costs), dict(after))
    order: list[tuple[str, int]] = []
    names = dict.fromkeys(costs)
    while any(left.values()):
        gains = dict.fromkeys(names, 0)
        for checks in left.values():
            for name in checks & names.keys():
                gains[name] += 1
        chosen = {name for name, _ in order}
        best = max(names, key=lambda name: gains[name] / max(made.cost(name, chosen), _LEAST))
        if not gains[best]:
            break
        order.append((best, costs[best]))
        del names[best]
        left = {fault: checks for fault, checks in left.items() if best not in checks}
    return [*order, *((name, costs[name]) for name in names)]


def write(costs: Mapping[str, int], matrix: Matrix) -> None:
    """Write the order for `--profile live`, a line for each check."""
    after = predecessors()
    rows = (
        [name, cost, after[name]] if name in after else [name, cost]
        for name, cost in greedy(costs, matrix, after)
    )
    lines = ",\n".join(map(json.dumps, rows))
    PATH.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
