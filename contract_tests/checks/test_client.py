"""The generated client, run against the target through the guarded transport."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest
from dodo_license_keys import (
    UNSET,
    AuthenticationError,
    BadRequestError,
    DodoLicenseKeys,
    NotFoundError,
)

from ..account.account import LARGEST_PAGE, Account
from ..contract.oracle import parse_instant
from ..errors import SuiteError
from ..judge.ledger import Finding, Ledger
from ..transport.guard import unknown_id
from .patch_cases import LATER, LATEST

pytestmark = [pytest.mark.full_profile, pytest.mark.priority(80)]


@contextmanager
def _client(account: Account, token: str) -> Iterator[DodoLicenseKeys]:
    """A client that sends its requests through the guarded transport, which retries them."""
    with warnings.catch_warnings():
        # The tested operations are deprecated in the published specification.
        warnings.simplefilter("ignore", DeprecationWarning)
        # A request to the in-process mock crosses no network.
        warnings.filterwarnings(
            "ignore", r"the bearer token is sent to mock\.invalid ", UserWarning
        )
        yield DodoLicenseKeys(
            bearer_token=token,
            base_url=account.base_url,
            max_retries=0,
            strict_responses=True,
            http_client=httpx.Client(transport=account.transport),
        )


def _judge(
    ledger: Ledger, rule: str, call: Callable[[], object], expected: object, meaning: str
) -> None:
    """Record whether a client call returns the expected value or raises the expected error."""
    try:
        seen = call()
    except SuiteError:
        raise
    except Exception as error:  # noqa: BLE001 - any error of the client is a result
        seen = type(error)
    ledger.add([Finding(rule, seen == expected, f"{meaning}: {expected}", f"{seen}")])


def _given(value: object) -> object:
    """The value of an optional field, None where the API leaves it out."""
    return None if value is UNSET else value


@pytest.mark.rules("client.reads")
def test_client_reads(account: Account, ledger: Ledger) -> None:
    """The models contain the values that the API returns."""
    key_id = account.pick()
    known = account.read(key_id).item
    with _client(account, account.token) as client:

        def retrieve() -> object:
            key = client.license_keys.retrieve(key_id)
            return key.id, str(key.status), _given(key.activations_limit), _given(key.expires_at)

        shown = (
            key_id,
            known.get("status"),
            known.get("activations_limit"),
            parse_instant(known.get("expires_at")),
        )
        _judge(ledger, "client.reads", retrieve, shown, "the key that GET returns")

        def list_ids() -> object:
            return [key.id for key in client.license_keys.list(page_size=LARGEST_PAGE).items]

        listed = [each.get("id") for each in account.listing().items]
        _judge(ledger, "client.reads", list_ids, listed, "the keys that the list returns")


@pytest.mark.rules("client.updates")
def test_client_updates(account: Account, ledger: Ledger) -> None:
    """The client sets given fields, removes null fields and keeps omitted fields."""
    key_id = account.pick(subscription=False)
    limit = account.keys[key_id].get("instances_count", 0) + 5
    account.ensure(key_id, {"activations_limit": limit, "expires_at": LATER, "disabled": False})
    later, latest = parse_instant(LATER), parse_instant(LATEST)
    with _client(account, account.token) as client:
        update = client.license_keys.update
        steps: tuple[tuple[Callable[[], object], object], ...] = (
            (lambda: update(key_id, activations_limit=limit + 1), (limit + 1, later, "active")),
            (lambda: update(key_id, expires_at=latest), (limit + 1, latest, "active")),
            (lambda: update(key_id, disabled=True), (limit + 1, latest, "disabled")),
            (lambda: update(key_id, activations_limit=None), (None, latest, "disabled")),
            (lambda: update(key_id, expires_at=None, disabled=False), (None, None, "active")),
        )
        for step, expected in steps:

            def outcome(step: Callable[[], object] = step) -> object:
                step()
                account.lag.wrote()
                key = account.refresh(key_id).item
                expiry = parse_instant(key.get("expires_at"))
                return key.get("activations_limit"), expiry, key.get("status")

            _judge(ledger, "client.updates", outcome, expected, "limit, expiry and status")


@pytest.mark.rules("client.errors")
def test_client_errors(account: Account, ledger: Ledger) -> None:
    """The client raises the documented errors for rejected requests."""
    with _client(account, account.token) as client:
        unknown = unknown_id("lic")
        _judge(
            ledger,
            "client.errors",
            lambda: client.license_keys.retrieve(unknown),
            NotFoundError,
            "for an unknown id",
        )
    with _client(account, "no-such-token") as client:
        _judge(
            ledger,
            "client.errors",
            client.license_keys.list,
            AuthenticationError,
            "for an unknown token",
        )


@pytest.mark.rules("client.errors")
def test_client_rejected_expiry(account: Account, ledger: Ledger) -> None:
    """The client raises BadRequestError for an expiry on a subscription key."""
    key_id = account.pick(subscription=True)
    with _client(account, account.token) as client:
        _judge(
            ledger,
            "client.errors",
            lambda: client.license_keys.update(key_id, expires_at=LATER),
            BadRequestError,
            "for an expiry on a subscription key",
        )
