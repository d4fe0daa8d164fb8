"""Selects the checks for a number of requests: which of them detect most faults together?"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from contract_tests.run.order import Order

Matrix = Mapping[str, frozenset[str]]
# A check that another one has paid for is not free, so that its gain still counts.
LEAST = 0.25


def detected_by(matrix: Matrix) -> dict[str, set[str]]:
    """The faults that each check detects, from the checks that detect each fault."""
    detected: dict[str, set[str]] = {}
    for fault, checks in matrix.items():
        for name in checks:
            detected.setdefault(name, set()).add(fault)
    return detected


@dataclass(frozen=True)
class Selection:
    """Checks that run together.

    Attributes:
        order: What each check costs after its usual neighbours.
        detected: The faults that each check detects.
    """

    order: Order
    detected: Mapping[str, set[str]]

    def cost(self, chosen: Iterable[str]) -> int:
        """How many requests checks send."""
        known: list[str] = []
        total = 0
        for name in chosen:
            total += self.order.cost(name, known)
            known.append(name)
        return total

    def faults(self, chosen: Iterable[str]) -> set[str]:
        """The faults that checks detect together."""
        return set[str]().union(*(self.detected[name] for name in chosen))

    def filled(
        self, chosen: Iterable[str], requests: float = math.inf, without: str = ""
    ) -> list[str]:
        """Add the checks that detect most for their requests, as long as one fits.

        Args:
            chosen: The checks so far.
            requests: How many requests all checks may send.
            without: A check that must not be added.
        """
        found = [*chosen]
        faults, left = self.faults(found), requests - self.cost(found)
        while True:
            best, best_rate = "", 0.0
            for name in self.detected.keys() - {*found, without}:
                cost = self.order.cost(name, found)
                rate = len(self.detected[name] - faults) / max(cost, LEAST)
                if cost <= left and (rate, name) > (best_rate, best):
                    best, best_rate = name, rate
            if not best_rate:
                return found
            left -= self.order.cost(best, found)
            found.append(best)
            faults |= self.detected[best]

    def best(self, requests: int) -> list[str]:
        """The checks that detect most faults together with a number of requests.

        Checks that were added early may detect little that the later ones do not. So each check is
        taken out in turn, and stays out if those that fit in its place detect more.
        """
        found = self.filled([], requests)
        while (better := self._improved(found, requests)) is not None:
            found = better
        return found

    def _improved(self, found: list[str], requests: int) -> list[str] | None:
        times = Counter(fault for name in found for fault in self.detected[name])

        def alone(name: str) -> int:
            return sum(times[fault] == 1 for fault in self.detected[name])

        for name in sorted(found, key=lambda name: (alone(name), name)):
            others = [each for each in found if each != name]
            other = self.filled(others, requests, without=name)
            if len(self.faults(other)) > len(self.faults(found)):
                return other
        return None
