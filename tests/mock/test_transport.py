import asyncio

import httpx
from dodo_license_mock import LicenseMock


def test_sync_and_async_clients_share_one_state(mock: LicenseMock, client: httpx.Client) -> None:
    path = f"/license_keys/{mock.key_ids[0]}"

    async def disable() -> int:
        transport = mock.transport()
        async with httpx.AsyncClient(
            transport=transport, base_url="http://mock", headers=client.headers
        ) as other:
            await other.patch(path, json={"disabled": True})
            answers = await asyncio.gather(*(other.get(path) for _ in range(20)))
            return sum(answer.json()["status"] == "disabled" for answer in answers)

    assert asyncio.run(disable()) == 20
    assert client.get(path).json()["status"] == "disabled"


def test_the_asgi_application_answers_as_the_transport_does(
    mock: LicenseMock, client: httpx.Client
) -> None:
    async def ask(method: str, path: str) -> httpx.Response:
        transport = httpx.ASGITransport(mock.app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://mock", headers=client.headers
        ) as other:
            return await other.request(method, path)

    for method, path in [
        ("GET", "/license_keys?page_size=3"),
        ("GET", f"/license_keys/{mock.key_ids[3]}"),
        ("PATCH", f"/license_keys/{mock.key_ids[3]}"),
        ("DELETE", "/license_keys"),
        ("GET", "/license_keys/%2Fx"),
        ("GET", "/nowhere"),
    ]:
        theirs, ours = asyncio.run(ask(method, path)), client.request(method, path)
        assert (theirs.status_code, theirs.content) == (ours.status_code, ours.content)
        assert theirs.headers.get("allow") == ours.headers.get("allow")
