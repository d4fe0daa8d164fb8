"""Random sequences of requests, for failures that depend on the order of requests."""

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
    """Updates and reads of up to four keys. The account compares every response with the oracle."""

    account: Account
    ledger: Ledger
    errors: list[Exception]

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
        """Record an error for the end of the run, because Hypothesis would repeat the sequence."""
        if not self.errors:
            try:
                exchange = call()
            except Exception as error:  # noqa: BLE001 - raised by the check at the end
                self.errors.append(error)
            else:
                is_expected = exchange.status in (200, 400, 415, 422)
                self.ledger.judge(RULE, exchange, is_expected, "200, 400, 415 or 422")


@pytest.mark.rules(RULE)
def test_sequences(account: Account, ledger: Ledger) -> None:
    """Random sequences return what the oracle predicts."""
    account.pick()

    class Bound(Sequence):
        pass

    Bound.account, Bound.ledger, Bound.errors = account, ledger, []
    # No step raises, so Hypothesis does not shrink. The ledger keeps the evidence.
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
    for error in Bound.errors:
        raise error
