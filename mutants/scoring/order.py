"""Finds the order of the checks: which detects most faults for its requests?"""

import json
from collections.abc import Mapping
from pathlib import Path

import contract_tests.run
from mutants.scoring.trial import FAULTLESS, attempt_all_checks

PATH = Path(contract_tests.run.__file__).parent / "order.json"
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


def greedy(costs: Mapping[str, int], matrix: Matrix) -> list[tuple[str, int]]:
    """Order checks so that each next one detects most of the faults not yet detected per request.

    Args:
        costs: How many requests each check sends.
        matrix: The checks that detect each fault.

    Returns:
        Every check and its requests; those that detect nothing more keep their order at the end.
    """
    left = {fault: checks & costs.keys() for fault, checks in matrix.items()}
    order: list[tuple[str, int]] = []
    names = dict.fromkeys(costs)
    while any(left.values()):
        gains = dict.fromkeys(names, 0)
        for checks in left.values():
            for name in checks & names.keys():
                gains[name] += 1
        best = max(names, key=lambda name: gains[name] / max(costs[name], 1))
        if not gains[best]:
            break
        order.append((best, costs[best]))
        del names[best]
        left = {fault: checks for fault, checks in left.items() if best not in checks}
    return [*order, *((name, costs[name]) for name in names)]


def write(costs: Mapping[str, int], matrix: Matrix) -> None:
    """Write the order for `--profile live`, a line for each check."""
    lines = ",\n".join(json.dumps(pair) for pair in greedy(costs, matrix))
    PATH.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
