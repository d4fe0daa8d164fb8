"""The API: which request is which operation, and who may call it."""

import logging
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import unquote

import msgspec

from . import bodies
from .bodies import BodyReader
from .errors import ApiError, Code, method_not_allowed, not_found, unauthorized
from .messages import Request, Response, error_response, json_response
from .operations import Operations
from .queries import Query

log = logging.getLogger(__name__)

Handler = Callable[[Request, str], Response]


class Route(msgspec.Struct, frozen=True):
    """The operations of one path by method, and whether they need the bearer token."""

    handlers: dict[str, Handler]
    bearer: bool = True


class Api:
    """Answers requests with what the operations return or refuse.

    Args:
        operations: What to call.
        token: The bearer token that is accepted.
    """

    def __init__(self, operations: Operations, token: str) -> None:
        self._token = token.encode()
        self._authorization = b"Bearer " + self._token
        self._collections, self._members = _routes(operations)

    def respond(self, request: Request) -> Response:
        """Answer a request. Never raises: what goes wrong within is logged and answered as 500."""
        try:
            return self._dispatch(request)
        except ApiError as error:
            return error_response(error)
        except Exception:
            log.exception("the mock failed on %s", request.method)
            return error_response(
                ApiError(
                    HTTPStatus.INTERNAL_SERVER_ERROR,
                    Code.INTERNAL_SERVER_ERROR,
                    "The mock failed; its log tells why.",
                )
            )

    def _dispatch(self, request: Request) -> Response:
        route, member_id = self._route(request.path)
        handler = route.handlers.get(request.method)
        if handler is None:
            raise method_not_allowed(list(route.handlers))
        if route.bearer and request.authorization != self._authorization:
            self._authorize(request.authorization)
        return handler(request, member_id)

    def _route(self, path: str) -> tuple[Route, str]:
        route = self._collections.get(path)
        if route is not None:
            return route, ""
        collection, _, member_id = path[1:].partition("/")
        route = self._members.get(collection)
        if route is None or not member_id or "/" in member_id:
            raise not_found("path")
        return route, unquote(member_id)

    def _authorize(self, authorization: bytes | None) -> None:
        scheme, _, token = (authorization or b"").partition(b" ")
        if scheme.lower() != b"bearer" or token.strip(b" ") != self._token:
            raise unauthorized()


def _routes(operations: Operations) -> tuple[dict[str, Route], dict[str, Route]]:
    """Return the routes of whole paths, and of the paths below a collection by its name."""
    create = BodyReader(bodies.CreateKey)
    patch_key = BodyReader(bodies.PatchKey)
    patch_instance = BodyReader(bodies.PatchInstance)
    activate = BodyReader(bodies.Activate)
    deactivate = BodyReader(bodies.Deactivate)
    validate = BodyReader(bodies.Validate)
    ok, created = HTTPStatus.OK, HTTPStatus.CREATED

    def deactivated(request: Request, _: str) -> Response:
        operations.deactivate_license_key(deactivate.read(request))
        return Response(ok)

    collections = {
        "/license_keys": Route(
            {
                "GET": lambda r, _: json_response(ok, operations.list_license_keys(Query(r.query))),
                "POST": lambda r, _: json_response(
                    created, operations.create_license_key(create.read(r))
                ),
            }
        ),
        "/license_key_instances": Route(
            {
                "GET": lambda r, _: json_response(
                    ok, operations.list_license_key_instances(Query(r.query))
                )
            }
        ),
        "/licenses/activate": Route(
            {
                "POST": lambda r, _: json_response(
                    created, operations.activate_license_key(activate.read(r))
                )
            },
            bearer=False,
        ),
        "/licenses/deactivate": Route({"POST": deactivated}, bearer=False),
        "/licenses/validate": Route(
            {
                "POST": lambda r, _: json_response(
                    ok, operations.validate_license_key(validate.read(r))
                )
            },
            bearer=False,
        ),
    }
    members = {
        "license_keys": Route(
            {
                "GET": lambda _, i: json_response(ok, operations.get_license_key(i)),
                "PATCH": lambda r, i: json_response(
                    ok, operations.update_license_key(i, patch_key.read(r))
                ),
            }
        ),
        "license_key_instances": Route(
            {
                "GET": lambda _, i: json_response(ok, operations.get_license_key_instance(i)),
                "PATCH": lambda r, i: json_response(
                    ok, operations.update_license_key_instance(i, patch_instance.read(r))
                ),
            }
        ),
    }
    return collections, members
