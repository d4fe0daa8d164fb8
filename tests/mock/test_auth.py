import httpx
import pytest
from dodo_license_mock import LicenseMock

BEARER_OPERATIONS = [
    ("GET", "/license_keys"),
    ("POST", "/license_keys"),
    ("GET", "/license_keys/lic_unknown"),
    ("PATCH", "/license_keys/lic_unknown"),
    ("GET", "/license_key_instances"),
    ("GET", "/license_key_instances/lki_unknown"),
    ("PATCH", "/license_key_instances/lki_unknown"),
]


@pytest.mark.parametrize(("method", "path"), BEARER_OPERATIONS)
@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Bearer wrong", "Basic {token}", "{token}", "Bearer {token}x"],
)
def test_who_is_not_authorised_learns_nothing(
    mock: LicenseMock, method: str, path: str, authorization: str | None
) -> None:
    headers = {}
    if authorization is not None:
        headers["authorization"] = authorization.format(token=mock.token)
    with httpx.Client(transport=mock.transport(), base_url="http://mock") as client:
        response = client.request(method, f"{path}?page_size=x", content=b"{", headers=headers)
    assert (response.status_code, response.json()["code"]) == (401, "UNAUTHORIZED")


def test_the_scheme_is_known_in_any_case(mock: LicenseMock) -> None:
    headers = {"authorization": f"bEARER {mock.token}"}
    with httpx.Client(transport=mock.transport(), base_url="http://mock") as client:
        assert client.get("/license_keys", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/license_keys", "GET, POST"),
        ("/license_keys/lic_1", "GET, PATCH"),
        ("/license_key_instances", "GET"),
        ("/license_key_instances/lki_1", "GET, PATCH"),
        ("/licenses/activate", "POST"),
        ("/licenses/deactivate", "POST"),
        ("/licenses/validate", "POST"),
    ],
)
@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "HEAD"])
def test_a_method_that_the_path_lacks(
    client: httpx.Client, path: str, allowed: str, method: str
) -> None:
    response = client.request(method, path)
    assert response.status_code == 405
    assert response.headers["allow"] == allowed


@pytest.mark.parametrize(
    "path", ["/", "/license_keys/", "/license_keys/a/b", "/licenses", "/licenses/x", "//"]
)
def test_an_unknown_path(client: httpx.Client, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.json()["code"]) == (404, "NOT_FOUND")


def test_no_token_in_the_repr(mock: LicenseMock) -> None:
    assert mock.token not in repr(mock)
