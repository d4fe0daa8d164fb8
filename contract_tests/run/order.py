"""The order of the checks in a run with a budget, as `make mutants` has found it."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
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
        costs: How many requests each check sends after its usual neighbours.
        after: The check that brings a key into the state that another check needs.
        left_out: The checks that a small budget does without, because others detect as much.
    """

    places: dict[str, int]
    costs: dict[str, int]
    after: dict[str, str] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()

    @classmethod
    @cache
    def load(cls) -> "Order":
        """Read the order that belongs to this version of the checks."""
        document = json.loads(PATH.read_text(encoding="utf-8"))
        rows = document["checks"]
        return cls(
            {name: place for place, (name, *_) in enumerate(rows)},
            {name: cost for name, cost, *_ in rows},
            {name: before for name, _, *others in rows for before in others},
            frozenset(document["left_out"]),
        )

    def cost(self, name: str, chosen: Collection[str]) -> int:
        """Return how many requests a check adds to those that are chosen already.

        A check whose predecessor does not run must first update the key.
        """
        alone = self.after.get(name, name) not in (name, *chosen)
        saved = sum(self.after.get(other) == name for other in chosen)
        return self.costs.get(name, 1) + alone - saved

    def core(self, budget: int) -> frozenset[str]:
        """The first checks, as many as fit into their share of a budget."""
        names = list(self.places)
        return frozenset(names[: self.fitting(names, int(budget * _CORE))])

    def fitting(self, names: Sequence[str], requests: int) -> int:
        """Return how many of the checks, from the first one on, fit into a number of requests."""
        chosen: set[str] = set()
        for count, name in enumerate(names):
            requests -= self.cost(name, chosen)
            if requests < 0:
                return count
            chosen.add(name)
        return len(names)
