"""Random sequences of calls, for what only an order of calls shows."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from ..account.account import LARGEST_PAGE, Account
from ..contract.oracle import INT32_MAX
from ..judge.ledger import Ledger
from ..transport.exchange import Exchange
from .patch_cases import LATER, LATEST, PAST

RULE = "sequence.matches-oracle"
pytestmark = [pytest.mark.full_profile, pytest.mark.priority(90)]

LIMITS = st.one_of(
    st.none(), st.integers(0, 12), st.just(INT32_MAX), st.sampled_from([-1, "5", 2.5, True])
)
EXPIRIES = st.one_of(st.none(), st.sampled_from([LATER, LATEST, PAST, "2031-01-01", 5]))
DISABLED = st.sampled_from([None, True, False, "true"])
BODIES = st.fixed_dictionaries(
    {}, optional={"activations_limit": LIMITS, "expires_at": EXPIRIES, "disabled": DISABLED}
)


class Sequence(RuleBasedStateMachine):
    """Updates and reads of a few keys; the account holds every answer to the oracle."""

    account: Account
    ledger: Ledger
    trouble: list[Exception]

    @rule(index=st.integers(0, 3), body=BODIES)
    def patch(self, index: int, body: dict[str, object]) -> None:
        """Update a key."""
        self._do(lambda: self.account.patch(self._key(index), body))

    @rule(index=st.integers(0, 3))
    def read(self, index: int) -> None:
        """Read a key."""
        self._do(lambda: self.account.read(self._key(index)))

    @rule()
    def list_keys(self) -> None:
        """List the keys."""
        self._do(lambda: self.account.list_keys(f"?page_size={LARGEST_PAGE}"))

    def _key(self, index: int) -> str:
        ids = list(self.account.keys)
        return ids[index % len(ids)]

    def _do(self, call: Callable[[], Exchange]) -> None:
        """Keep what goes wrong for the end: Hypothesis would try it all over again."""
        if not self.trouble:
            try:
                exchange = call()
            except Exception as error:  # noqa: BLE001 - raised again by the check
                self.trouble.append(error)
            else:
                answered = exchange.status in (200, 400, 415, 422)
                self.ledger.judge(RULE, exchange, answered, "200 or a refusal")


@pytest.mark.rules(RULE)
def test_sequences(account: Account, ledger: Ledger) -> None:
    """Sequences that Hypothesis makes up end as the oracle says."""
    account.pick()

    class Bound(Sequence):
        pass

    Bound.account, Bound.ledger, Bound.trouble = account, ledger, []
    # Nothing raises, so nothing is shrunk: the ledger keeps the exchange that proves a fault.
    limits = settings(
        max_examples=20,
        stateful_step_count=15,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Bound, settings=limits)
    for error in Bound.trouble:
        raise error
