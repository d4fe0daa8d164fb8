"""Authorization: tokens that are nearly right or elsewhere, and operations that forget to ask.

The ways are those of OWASP API2:2023 (broken authentication) and API5:2023 (function level).
"""

import base64
from dataclasses import replace

from mutants.server.layer import Upstream
from mutants.server.messages import Request, Response, error
from mutants.server.mutant import Area
from mutants.server.shapes import admits, header, is_trusted, right_token, token, trusted

auth = Area("token")
add = auth.add

add(
    "last-character-missing-accepted",
    "A token without its last character is accepted.",
    admits(lambda r, u: token(r) == right_token(u)[:-1]),
)
add(
    "last-character-other-accepted",
    "The last character of a token is not compared.",
    admits(lambda r, u: bool(token(r)) and token(r)[:-1] == right_token(u)[:-1]),
)
add(
    "first-characters-compared",
    "Only the first half of a token is compared.",
    admits(lambda r, u: token(r).startswith(right_token(u)[: len(right_token(u)) // 2])),
)
add(
    "length-compared",
    "Any token of the right length is accepted.",
    admits(lambda r, u: len(token(r)) == len(right_token(u))),
)
add(
    "first-character-missing-accepted",
    "A token is accepted if the right one ends with it.",
    admits(lambda r, u: len(token(r)) > 4 and right_token(u).endswith(token(r))),
)
add(
    "in-quotes-accepted",
    "A token in quotes is accepted.",
    admits(lambda r, u: token(r) == f'"{right_token(u)}"'),
)
add(
    "word-after-accepted",
    "A second word after the token is ignored.",
    admits(lambda r, u: token(r).split(" ")[0] == right_token(u)),
)
add(
    "scheme-twice-accepted",
    "The scheme may be written twice.",
    admits(lambda r, u: token(r).removeprefix("Bearer ") == right_token(u)),
)
add(
    "scheme-token-accepted",
    "The scheme Token is accepted as well.",
    admits(lambda r, u: r.authorization == f"Token {right_token(u)}"),
)
add(
    "comma-list-accepted",
    "A list of tokens is accepted if one of them is right.",
    admits(lambda r, u: right_token(u) in token(r).split(",")),
)


def _basic(request: Request) -> list[str]:
    scheme, _, sent = (request.authorization or "").partition(" ")
    try:
        return base64.b64decode(sent).decode().split(":") if scheme == "Basic" else []
    except ValueError:
        return []


add(
    "as-basic-user-accepted",
    "The token is accepted as the user of Basic, as some payment APIs do.",
    admits(lambda r, u: _basic(r)[:1] == [right_token(u)]),
)
add(
    "as-basic-password-accepted",
    "The token is accepted as the password of Basic.",
    admits(lambda r, u: _basic(r)[1:] == [right_token(u)]),
)
for _name in ("api_key", "access_token", "token", "key"):
    add(
        f"in-query-{_name.replace('_', '-')}-accepted",
        f"The token is accepted as the query parameter {_name}.",
        admits(lambda r, u, name=_name: r.parameter(name) == right_token(u)),  # type: ignore[misc]
    )
for _header in ("x-api-key", "api-key", "x-auth-token", "proxy-authorization"):
    add(
        f"in-{_header}-accepted",
        f"The token is accepted in the header {_header}.",
        admits(
            lambda r, u, name=_header: (  # type: ignore[misc]
                header(r, name.encode()).removeprefix("Bearer ") == right_token(u)
            )
        ),
    )
add(
    "in-cookie-accepted",
    "The token is accepted in a cookie.",
    admits(lambda r, u: right_token(u) in header(r, b"cookie")),
)
add(
    "null-accepted",
    "The words null and undefined are accepted as tokens.",
    admits(lambda r, _u: token(r) in ("null", "undefined")),
)
add(
    "unsigned-jwt-accepted",
    "Any token in the form of a JWT is accepted.",
    admits(lambda r, _u: token(r).count(".") == 2),
)
add(
    "forwarded-localhost-trusted",
    "A request that claims to come from localhost needs no token.",
    admits(lambda r, _u: header(r, b"x-forwarded-for").startswith("127.")),
)


def _is_open(request: Request) -> bool:
    return request.authorization is None


add(
    "second-page-open",
    "Pages beyond the first need no token.",
    admits(
        lambda r, _u: _is_open(r) and r.lists_keys and r.parameter("page_number") not in {None, "0"}
    ),
)
add(
    "filtered-list-open",
    "A list narrowed to a customer needs no token.",
    admits(lambda r, _u: _is_open(r) and r.lists_keys and r.parameter("customer_id")),
)
add(
    "status-list-open",
    "A list narrowed to a status needs no token.",
    admits(lambda r, _u: _is_open(r) and r.lists_keys and r.parameter("status")),
)
add(
    "instances-of-key-open",
    "The instances of one key need no token.",
    admits(
        lambda r, _u: (
            _is_open(r)
            and r.path == "/license_key_instances"
            and bool(r.parameter("license_key_id"))
        )
    ),
)
add(
    "empty-patch-open",
    "A PATCH that changes nothing needs no token.",
    admits(lambda r, _u: r.updates_key and r.json == {}),
)
add(
    "patch-of-limit-open",
    "A PATCH of the limit alone needs no token.",
    admits(lambda r, _u: _is_open(r) and r.updates_key and [*r.fields] == ["activations_limit"]),
)
for _what, _statement, _holds in (
    ("instances", "the list of instances", lambda r: r.path == "/license_key_instances"),
    (
        "instance",
        "an instance",
        lambda r: r.method == "GET" and r.member_of("license_key_instances"),
    ),
    (
        "rename",
        "the renaming of an instance",
        lambda r: r.method == "PATCH" and r.member_of("license_key_instances"),
    ),
    (
        "creation",
        "the creation of a key",
        lambda r: (r.method, r.path) == ("POST", "/license_keys"),
    ),
    ("list", "the list of keys", lambda r: r.lists_keys),
):
    add(
        f"any-for-{_what}",
        f"Any token is accepted for {_statement}.",
        admits(lambda r, _u, holds=_holds: token(r) and holds(r)),  # type: ignore[misc]
    )


@auth.answers
async def remembered_after_success(request: Request, upstream: Upstream) -> Response:
    """A request without a token directly after an authorized one is authorized, too."""
    before = upstream.memory.get("before", False)
    upstream.memory["before"] = is_trusted(request, upstream)
    opened = before and request.authorization is None and request.path.startswith("/license_key")
    return await upstream(trusted(request, upstream) if opened else request)


@auth.answers
async def third_attempt_accepted(request: Request, upstream: Upstream) -> Response:
    """The third wrong token in a row is accepted."""
    if request.authorization is None or is_trusted(request, upstream):
        return await upstream(request)
    count = upstream.memory["wrong"] = upstream.memory.get("wrong", 0) + 1
    return await upstream(trusted(request, upstream) if count % 3 == 0 else request)


@auth.answers
async def rejected_creation_stored(request: Request, upstream: Upstream) -> Response:
    """A creation with a wrong token returns 401, but the key exists."""
    response = await upstream(request)
    if (request.method, request.path) == ("POST", "/license_keys") and response.status == 401:
        await upstream(trusted(request, upstream))
    return response


@auth.answers
async def rejected_rename_stored(request: Request, upstream: Upstream) -> Response:
    """A renaming without the right token returns 401, but the name is changed."""
    response = await upstream(request)
    if request.member_of("license_key_instances") and response.status == 401:
        await upstream(trusted(request, upstream))
    return response


@auth.answers
async def rejected_by_scheme_stored(request: Request, upstream: Upstream) -> Response:
    """A PATCH with another scheme returns 401, but is stored."""
    response = await upstream(request)
    if request.updates_key and response.status == 401 and request.authorization:
        if not request.authorization.startswith("Bearer"):
            await upstream(trusted(request, upstream))
    return response


@auth.answers
async def rejection_shows_key(request: Request, upstream: Upstream) -> Response:
    """A 401 for a key shows the key beside the error."""
    response = await upstream(request)
    if response.status == 401 and request.key_id:
        return response.with_json({**response.json, "data": await upstream.key(request.key_id)})
    return response


@auth.shows_response
def rejection_repeats_token(request: Request, response: Response) -> Response:
    """The message of a 401 repeats the token that was sent."""
    if response.status != 401 or not token(request):
        return response
    return error(401, "UNAUTHORIZED", f"The token {token(request)} is unknown.")


@auth.answers
async def duplicate_header_last_wins(request: Request, upstream: Upstream) -> Response:
    """Of two authorizations the right one is chosen."""
    sent = [value.decode("latin-1") for name, value in request.headers if name == b"authorization"]
    if len(sent) > 1 and upstream.authorization in sent:
        return await upstream(trusted(request, upstream))
    return await upstream(request)


@auth.answers
async def instance_404_before_token(request: Request, upstream: Upstream) -> Response:
    """An unknown instance is reported to an unauthorized request."""
    known = trusted(replace(request, method="GET", body=b""), upstream)
    if request.member_of("license_key_instances") and (await upstream(known)).status == 404:
        return error(404, "NOT_FOUND")
    return await upstream(request)


@auth.answers
async def creation_body_before_token(request: Request, upstream: Upstream) -> Response:
    """A malformed body of a creation is reported to an unauthorized request."""
    creates = (request.method, request.path) == ("POST", "/license_keys")
    if creates and not request.fields.get("key") and not is_trusted(request, upstream):
        return error(422, "INVALID_REQUEST_BODY")
    return await upstream(request)


@auth.answers
async def query_before_token(request: Request, upstream: Upstream) -> Response:
    """A malformed query is reported to an unauthorized request."""
    response = await upstream(trusted(request, upstream))
    if request.lists_keys and response.status in (400, 422):
        return response
    return await upstream(request)
