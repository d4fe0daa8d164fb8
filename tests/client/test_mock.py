"""The daily work against the mock over TCP, whose rules are the API's."""

import asyncio
from datetime import datetime, timezone
from typing import Any

import dodo_license_keys as dodo
import pytest

from tests.client.conftest import Caller
from tests.client.mock import Mock


def settled(result: Any) -> Any:
    """Make one awaitable of a result of either client."""

    async def settle() -> Any:
        return await result if hasattr(result, "__await__") else result

    return settle()


def test_update_then_retrieve_and_list_agree(call: Caller, mock: Mock) -> None:
    expiry = datetime(2031, 5, 6, 7, 8, 9, 123456, tzinfo=timezone.utc)

    async def use(client: Any) -> Any:
        keys = client.license_keys
        plain = next(
            key
            for key in (await settled(keys.list(page_size=100))).items
            if key.subscription_id is None and key.status == "active"
        )
        updated = await settled(keys.update(plain.id, activations_limit=50, expires_at=expiry))
        cleared = await settled(keys.update(plain.id, activations_limit=None))
        return plain, updated, cleared, await settled(keys.retrieve(plain.id))

    plain, updated, cleared, retrieved = call(
        use if call.asynchronous else lambda client: asyncio.run(use(client)),
        mock.url,
        bearer_token=mock.token,
    )
    assert plain.id in mock.key_ids
    assert (updated.activations_limit, updated.expires_at) == (50, expiry)
    assert (cleared.activations_limit, cleared.expires_at) == (None, expiry)
    assert retrieved == cleared


def test_every_key_of_the_mock_comes_exactly_once(call: Caller, mock: Mock) -> None:
    async def collect(pager: Any) -> list[str]:
        return [key.id async for key in pager]

    def use(client: Any) -> Any:
        pager = client.license_keys.list(page_size=5)
        return collect(pager) if call.asynchronous else [key.id for key in pager]

    ids = call(use, mock.url, bearer_token=mock.token)
    assert sorted(ids) == sorted(mock.key_ids)


def test_a_life_of_a_license(call: Caller, mock: Mock) -> None:
    async def use(client: Any) -> None:
        created = await settled(
            client.license_keys.create(
                key="A-NEW-KEY",
                customer_id=first.customer_id,
                product_id=first.product_id,
                activations_limit=1,
            )
        )
        assert (created.key, created.activations_limit) == ("A-NEW-KEY", 1)
        licenses = client.licenses
        assert (await settled(licenses.validate(license_key="A-NEW-KEY"))).valid is True
        seat = await settled(licenses.activate(license_key="A-NEW-KEY", name="Build server"))
        assert seat.license_key_id == created.id
        with pytest.raises(dodo.UnprocessableEntityError) as caught:
            await settled(licenses.activate(license_key="A-NEW-KEY", name="Another"))
        assert caught.value.code == "LICENSE_KEY_LIMIT_REACHED"
        instances = client.license_key_instances
        renamed = await settled(instances.update(seat.id, name="Build server 2"))
        assert renamed == await settled(instances.retrieve(seat.id))
        listed = await settled(instances.list(license_key_id=created.id))
        assert [each.name for each in listed.items] == ["Build server 2"]
        answer = await settled(
            licenses.deactivate(license_key="A-NEW-KEY", license_key_instance_id=seat.id)
        )
        assert answer is None
        disabled = await settled(client.license_keys.update(created.id, disabled=True))
        assert disabled.status == "disabled"
        with pytest.raises(dodo.PermissionDeniedError) as refused:
            await settled(licenses.activate(license_key="A-NEW-KEY", name="Another"))
        assert refused.value.code == "INACTIVE_LICENSE_KEY"
        assert "A-NEW-KEY" not in str(refused.value)

    with dodo.DodoLicenseKeys(bearer_token=mock.token, base_url=mock.url) as client:
        first = client.license_keys.list().items[0]
    call(
        use if call.asynchronous else lambda client: asyncio.run(use(client)),
        mock.url,
        bearer_token=mock.token,
    )


def test_the_refusals_of_an_update(call: Caller, mock: Mock) -> None:
    with dodo.DodoLicenseKeys(bearer_token=mock.token, base_url=mock.url) as client:
        keys = list(client.license_keys.list())
    subscribed = next(key for key in keys if isinstance(key.subscription_id, str))
    used = next(key for key in keys if key.instances_count >= 2)
    for use, error, code in (
        (
            lambda client: client.license_keys.update(
                subscribed.id, expires_at=datetime(2030, 1, 1, tzinfo=timezone.utc)
            ),
            dodo.BadRequestError,
            "NO_EXPIRY_ON_SUBSCRIPTION_LICENSE_KEYS",
        ),
        (
            lambda client: client.license_keys.update(used.id, activations_limit=1),
            dodo.UnprocessableEntityError,
            "ACTIVATION_LIMIT_LESS_THAN_CURRENT_AMOUNT",
        ),
        (
            lambda client: client.license_keys.update("lic_nobody", disabled=True),
            dodo.NotFoundError,
            "LICENSE_KEY_NOT_FOUND",
        ),
    ):
        with pytest.raises(error) as caught:
            call(use, mock.url, bearer_token=mock.token)
        assert caught.value.code == code
    with pytest.raises(dodo.AuthenticationError) as unknown:
        call(lambda client: client.license_keys.list(), mock.url, bearer_token="unknown-token")
    assert unknown.value.code == "UNAUTHORIZED"
    assert "unknown-token" not in str(unknown.value)
