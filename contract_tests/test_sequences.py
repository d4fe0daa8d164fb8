"""Random sequences of calls, for what only an order of calls shows."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from contract_tests.account import Account
from contract_tests.ledger import Finding, Ledger
from contract_tests.oracle import INT32_MAX
from contract_tests.table import LATER, LATEST, PAST

pytestmark = pytest.mark.deeper

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

    @rule(index=st.integers(0, 3), body=BODIES)
    def patch(self, index: int, body: dict[str, object]) -> None:
        """Update a key."""
        self._count(self.account.patch(self._key(index), body).status)

    @rule(index=st.integers(0, 3))
    def read(self, index: int) -> None:
        """Read a key."""
        self._count(self.account.read(self._key(index)).status)

    @rule()
    def list_keys(self) -> None:
        """List the keys."""
        self.account.note_listed(self.account.send("GET", "/license_keys?page_size=100"))

    def _key(self, index: int) -> str:
        ids = list(self.account.keys)
        return ids[index % len(ids)]

    def _count(self, status: int) -> None:
        self.ledger.add([Finding("sequence.matches-oracle", status in (200, 400, 415, 422, 429))])


@pytest.mark.rules("sequence.matches-oracle")
def test_sequences(account: Account, ledger: Ledger) -> None:
    """Sequences that Hypothesis makes up end as the oracle says."""
    account.pick()

    class Bound(Sequence):
        pass

    Bound.account, Bound.ledger = account, ledger
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
