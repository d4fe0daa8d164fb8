"""What a caller gets when the server refuses, fails or talks nonsense."""

import pickle
from typing import Any

import dodo_license_keys as dodo
import pytest

from tests.client.conftest import TOKEN, Caller
from tests.client.server import KEY, hang_up, refusal, reply, serve, stall, stop_halfway

SECRET = "MY-OWN-KEY-4711"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, dodo.BadRequestError),
        (401, dodo.AuthenticationError),
        (403, dodo.PermissionDeniedError),
        (404, dodo.NotFoundError),
        (405, dodo.APIStatusError),
        (409, dodo.ConflictError),
        (415, dodo.APIStatusError),
        (422, dodo.UnprocessableEntityError),
        (429, dodo.RateLimitError),
        (500, dodo.InternalServerError),
        (503, dodo.InternalServerError),
    ],
)
def test_each_refusal_has_its_error(
    call: Caller, status: int, error: type[dodo.APIStatusError]
) -> None:
    with (
        serve(refusal(status, "SOME_CODE", "Not like this.")) as server,
        pytest.raises(dodo.DodoError) as caught,
    ):
        call(lambda client: client.license_keys.retrieve("a"), server.url, max_retries=0)
    assert type(caught.value) is error
    assert caught.value.status_code == status
    assert caught.value.code == "SOME_CODE"
    assert caught.value.message == "Not like this."
    assert str(caught.value) == f"{status} SOME_CODE: Not like this."
    assert caught.value.request is not None
    assert caught.value.request.method == "GET"
    assert caught.value.response is not None
    assert caught.value.response.json()["code"] == "SOME_CODE"
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301


@pytest.mark.parametrize("body", [b"<html>", b"", b"[1]", b'{"code": 5}', b"[" * 100_000, b"\xff"])
def test_a_refusal_without_an_error_body_is_still_its_error(call: Caller, body: bytes) -> None:
    with serve(reply(404, body)) as server, pytest.raises(dodo.NotFoundError) as caught:
        call(lambda client: client.license_keys.retrieve("a"), server.url)
    assert caught.value.code is None
    assert caught.value.message == "the response contains no error message"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"<html>", "the body is not JSON"),
        (b"", "the body is not JSON"),
        (b"\xff", "the body is not JSON"),
        (b"[" * 100_000, "the body is not JSON"),
        ([KEY], "LicenseKeyResponse must be an object"),
        ({**KEY, "created_at": "yesterday"}, "created_at: not an RFC 3339 date-time"),
        ({**KEY, "created_at": "2024-01-01T00:00:00"}, "created_at: not an RFC 3339 date-time"),
        ({**KEY, "created_at": "2025-W32-1T05:43:19Z"}, "created_at: not an RFC 3339 date-time"),
        ({**KEY, "created_at": None}, "created_at must be a date-time but is of type NoneType"),
        ({**KEY, "expires_at": "never"}, "expires_at: not an RFC 3339 date-time"),
        ({**KEY, "activations_limit": "5"}, "activations_limit must be an integer"),
        ({**KEY, "activations_limit": True}, "activations_limit must be an integer"),
        ({**KEY, "instances_count": 1.5}, "instances_count must be an integer"),
        ({name: KEY[name] for name in KEY if name != "status"}, "status must be a string but is"),
    ],
)
def test_an_answer_that_breaks_the_contract_is_an_error(
    call: Caller, body: object, sentence: str
) -> None:
    with (
        serve(reply(200, body)) as server,
        pytest.raises(dodo.APIResponseValidationError, match=sentence) as caught,
    ):
        call(lambda client: client.license_keys.retrieve("a"), server.url, strict_responses=True)
    assert caught.value.status_code == 200
    assert KEY["key"] not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_status_and_a_field_that_nobody_knows_yet_survive(call: Caller) -> None:
    sent = {**KEY, "status": "frozen", "source": "gift", "seats": {"used": 1}}
    with serve(reply(200, sent)) as server:
        key = call(lambda client: client.license_keys.retrieve("a"), server.url)
    assert (key.status, key.source) == ("frozen", "gift")
    assert key.additional_properties == {"seats": {"used": 1}}
    assert key.to_dict() == sent


@pytest.mark.parametrize("fault", [hang_up, stop_halfway])
def test_a_lost_connection_is_a_connection_error(call: Caller, fault: Any) -> None:
    with serve(fault) as server, pytest.raises(dodo.APIConnectionError) as caught:
        call(lambda client: client.license_keys.retrieve("a"), server.url, max_retries=0)
    assert caught.value.status_code is None
    assert caught.value.request is not None
    assert server.url in str(caught.value)


def test_nobody_there_is_a_connection_error(call: Caller) -> None:
    with pytest.raises(dodo.APIConnectionError, match="ConnectError"):
        call(lambda client: client.license_keys.retrieve("a"), "http://127.0.0.1:9", max_retries=0)


@pytest.mark.parametrize("where", ["client", "call"])
def test_a_silent_server_is_a_timeout(call: Caller, where: str) -> None:
    options, arguments = ({"timeout": 0.1}, {})[:: 1 if where == "client" else -1]
    with serve(stall) as server, pytest.raises(dodo.APITimeoutError, match="within the timeout"):
        call(
            lambda client: client.license_keys.retrieve("a", **arguments),
            server.url,
            max_retries=0,
            **options,
        )


def test_a_missing_token_fails_only_when_a_call_needs_it(
    call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(reply(200, KEY)) as server:
        with pytest.raises(dodo.DodoError, match="DODO_PAYMENTS_API_KEY"):
            call(lambda client: client.license_keys.retrieve("a"), server.url, bearer_token=None)
        assert server.received == []
        monkeypatch.setenv("DODO_PAYMENTS_API_KEY", "token-of-the-environment")
        call(lambda client: client.license_keys.retrieve("a"), server.url, bearer_token=None)
        assert server.last.headers["Authorization"] == "Bearer token-of-the-environment"


def test_no_text_holds_a_token_or_a_license_key(call: Caller) -> None:
    echo = f"key {SECRET} with token {TOKEN}, also {KEY['key']}"

    def activate(client: Any) -> Any:
        return client.licenses.activate(license_key=SECRET, name="a server")

    with (
        serve(refusal(403, "INACTIVE_LICENSE_KEY", echo)) as server,
        pytest.raises(dodo.PermissionDeniedError) as caught,
    ):
        call(activate, server.url)
    for text in (str(caught.value), repr(caught.value), caught.value.message):
        assert "[redacted]" in text
        for secret in (SECRET, TOKEN, KEY["key"]):
            assert secret not in text
    assert KEY["key"] not in repr(dodo.LicenseKeyResponse.from_dict(KEY))
    for client_class in (dodo.DodoLicenseKeys, dodo.AsyncDodoLicenseKeys):
        assert TOKEN not in repr(client_class(bearer_token=TOKEN))


@pytest.mark.parametrize("token", ["two words", "line\n", "tab\t", "snö"])
def test_a_token_that_cannot_be_sent_is_refused_unseen(call: Caller, token: str) -> None:
    with pytest.raises(ValueError, match="bearer_token contains") as caught:
        call.client_class(bearer_token=token)
    assert token not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"environment": "prod"}, "environment must be one of test_mode, live_mode"),
        ({"base_url": "test.dodopayments.com"}, "base_url must be a URL such as https://"),
        ({"base_url": "ftp://a"}, "base_url must be a URL such as https://"),
        ({"base_url": "https://me:pass@a"}, "must not contain a user name"),
        ({"max_retries": -1}, "max_retries must be an integer"),
        ({"timeout": -1}, "timeout must be a positive number"),
    ],
)
def test_a_client_refuses_options_that_make_no_sense(
    call: Caller, options: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        call.client_class(**options)
