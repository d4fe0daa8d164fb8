"""The order of the checks in a run with a budget, as `make mutants` has found it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PATH = Path(__file__).parent / "order.json"
# The share of a budget that the same checks use in every run; the others take turns.
_CORE = 0.1


@dataclass(frozen=True)
class Order:
    """The checks that detect most faults for their requests come first.

    Attributes:
        places: The place of each check, by its name.
        costs: How many requests each check sends.
    """

    places: dict[str, int]
    costs: dict[str, int]

    @classmethod
    @cache
    def load(cls) -> "Order":
        """Read the order that belongs to this version of the checks."""
        pairs = json.loads(PATH.read_text(encoding="utf-8"))
        places = {name: place for place, (name, _) in enumerate(pairs)}
        return cls(places, dict(pairs))

    def core(self, budget: int) -> frozenset[str]:
        """The first checks, as many as fit into their share of a budget."""
        names: list[str] = []
        left = budget * _CORE
        for name in self.places:
            left -= self.costs[name]
            if left < 0:
                break
            names.append(name)
        return frozenset(names)

    def fitting(self, names: Sequence[str], requests: int) -> int:
        """Return how many of the checks, from the first one on, fit into a number of requests."""
        for count, name in enumerate(names):
            requests -= self.costs.get(name, 1)
            if requests < 0:
                return count
        return len(names)
