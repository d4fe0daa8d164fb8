"""The sequence about two instances names the rule that is broken and leaves the account as it was.

It runs alone, on the three keys that a run on an account has.
"""

from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from itertools import count

import pytest
from dodo_license_mock import LicenseMock

from contract_tests.account.account import Account
from contract_tests.contract.specification import Specification
from contract_tests.errors import UnavailableError
from contract_tests.run.recorder import Recorder
from contract_tests.run.target import in_process
from contract_tests.transport.guard import MARKER, Guard
from contract_tests.transport.guarded_transport import GuardedTransport
from contract_tests.transport.rate_limiter import RateLimiter
from mutants.catalogue import ALL
from mutants.scoring.trial import LIVE_KEYS
from mutants.server.layer import Behaviour, Layer, Upstream
from mutants.server.messages import Request, Response

_REQUESTS = 16
# The requests before the first one of the sequence: a GET of each key.
_FIRST = 3


@dataclass
class Checked:
    """What the sequence did to a server.

    Attributes:
        requests: How many requests it sent.
        rules: The rules that are broken.
        instances: The names of the instances that it left.
    """

    requests: int
    rules: set[str]
    instances: list[str]


def _check(behaviour: Behaviour | None) -> Checked:
    # Not imported above: its markers are those of the suite, not of these tests.
    checks = import_module("contract_tests.checks.test_seat_pair")
    mock = LicenseMock()
    app = Layer(mock.app, behaviour, mock.token) if behaviour else mock.app
    with in_process(app, mock.token, tuple(mock.key_ids[LIVE_KEYS])) as target:
        guard = Guard(target.key_ids, target.base_url)
        recorder = Recorder(Specification.load(), 60.0, target.token)
        transport = GuardedTransport(target.transport, guard, RateLimiter(()), recorder.record)
        account = Account(
            transport, guard, target.base_url, target.token, recorder.ledger, f"{MARKER}-1"
        )
        for key_id in target.key_ids:
            account.meet(account.send("GET", f"/license_keys/{key_id}").item)
        before = transport.requests
        with suppress(UnavailableError):
            checks.test_two_instances(account, recorder.ledger)
        sent = transport.requests - before
        broken = {name for name, entry in recorder.ledger.entries.items() if entry.broken}
        left = account.send("GET", "/license_key_instances?page_size=100").items
        names = [str(each["name"]) for each in left]
        return Checked(sent, broken, [name for name in names if MARKER in name])


def _check_mutant(mutant: str) -> Checked:
    return _check(ALL[mutant].behaviour)


def _check_failing(number: int, reaches_server: bool) -> Checked:
    """Check the server as it is, behind a proxy that fails once."""
    requests = count()

    async def behaviour(request: Request, upstream: Upstream) -> Response:
        fails = next(requests) == number
        response = await upstream(request) if reaches_server or not fails else None
        if fails or response is None:
            return Response(502, b"<h1>Bad Gateway</h1>", ((b"content-type", b"text/html"),))
        return response

    return _check(behaviour)


def test_faultless_server_gets_few_requests_and_is_left_as_it_was(
    pool: ProcessPoolExecutor,
) -> None:
    checked = pool.submit(_check, None).result()
    # The first request gives the key the state in which the sequence begins.
    assert checked == Checked(requests=_REQUESTS, rules=set(), instances=[])


@pytest.mark.slow  # The suite waits before it repeats a request.
@pytest.mark.parametrize("number", range(_FIRST, _FIRST + _REQUESTS))
@pytest.mark.parametrize("reaches_server", [False, True])
def test_proxy_that_fails_once_is_not_blamed_on_the_server(
    pool: ProcessPoolExecutor, number: int, reaches_server: bool
) -> None:
    checked = pool.submit(_check_failing, number, reaches_server).result()
    assert (checked.rules, checked.instances) == (set(), [])


@pytest.mark.parametrize(
    ("mutant", "rule"),
    [
        # Which of the activations at once is wrong?
        ("activate-limit-one-too-low", "activate.created-201"),
        ("license-activate-one-beyond-accepted", "activate.limit-422"),
        ("activate-limit-code", "activate.limit-code"),
        ("license-activate-same-name-reuses", "activate.answer"),
        ("license-activate-beyond-rejected-but-stored", "activate.refused-changes-nothing"),
        # Is the number of instances wrong, the update that shows it, or the form of its body?
        pytest.param("license-activate-twice-counted", "activate.counts", marks=pytest.mark.slow),
        pytest.param(
            "license-validate-counts-activation", "validate.counts-nothing", marks=pytest.mark.slow
        ),
        ("state-limit-change-counts-instance", "patch.frame.instances-count"),
        ("wire-media-type-in-capitals-415", "body.equivalent-forms"),
        ("wire-chunked-body-ignored", "body.equivalent-forms"),
        ("patch-unknown-fields-refused", "patch.unknown-fields"),
        # Does the page show another instance, or the list another name?
        ("page-instances-second-page-repeats", "instance.pages"),
        ("license-instance-shows-old-name", "instance.rename-stored"),
        ("token-rejected-rename-stored", "auth.changes-nothing"),
        ("license-rename-reaches-siblings", "instance.frame"),
    ],
)
def test_rule_that_is_broken_is_named_alone(
    pool: ProcessPoolExecutor, mutant: str, rule: str
) -> None:
    assert pool.submit(_check_mutant, mutant).result().rules == {rule}


def test_race_is_told_from_a_limit_that_is_off_by_one(pool: ProcessPoolExecutor) -> None:
    # On a busy machine two requests sent at once may arrive one after the other.
    made = (pool.submit(_check_mutant, "license-activate-races-beyond-limit") for _ in range(9))
    found = next(checked.rules for each in made if (checked := each.result()).rules)
    assert found == {"activate.race"}


@pytest.mark.parametrize(
    "mutant",
    [
        "license-activate-beyond-rejected-but-stored",
        "license-activate-one-beyond-accepted",
        "license-activate-races-beyond-limit",
        "license-activate-same-name-reuses",
    ],
)
def test_no_instance_is_left_after_a_violation(pool: ProcessPoolExecutor, mutant: str) -> None:
    assert pool.submit(_check_mutant, mutant).result().instances == []
