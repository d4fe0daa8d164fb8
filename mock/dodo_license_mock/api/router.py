"""Routing: the operation of each path and method, and whether it requires the bearer token."""

from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus
from urllib.parse import unquote

import msgspec

from ..domain.errors import DomainError
from ..domain.instants import Moment
from ..http.bodies import BodyReader
from ..http.errors import (
    HttpError,
    error_response,
    method_not_allowed,
    unauthorized,
    unknown_path,
)
from ..http.messages import Request, Response, json_response
from ..storage.interface import StorageConflictError
from . import bodies
from .key_responses import KeyResponses, encode_key
from .operations import Operations
from .queries import Query

_ATTEMPTS = 6
_KEPT_PATHS = 1000

Handler = Callable[[Request, str, Moment], Response]
"""Responds to a request, the id in its path (empty if the path has none), at a moment."""


class Route(msgspec.Struct, frozen=True):
    """The operations of one path by method, and whether they require the bearer token."""

    handlers: dict[str, Handler]
    bearer: bool = True


class Api:
    """Routes requests to operations.

    Args:
        operations: The operations.
        token: The accepted bearer token.
    """

    def __init__(self, operations: Operations, token: str) -> None:
        self._token = token.encode()
        self._authorization = b"Bearer " + self._token
        self._collections, self._members = _routes(operations)
        self._route = lru_cache(_KEPT_PATHS)(self._find_route)

    def respond(self, request: Request, moment: Moment) -> Response:
        """Return the response to a request at a moment.

        Raises:
            StorageUnavailableError: The database does not respond in time.
            StorageConflictError: Other transactions took precedence in every attempt.
        """
        attempt = 1
        while True:
            try:
                return self._respond_once(request, moment)
            except (HttpError, DomainError) as error:
                return error_response(error)
            except StorageConflictError:
                if attempt == _ATTEMPTS:
                    raise
            attempt += 1

    def _respond_once(self, request: Request, moment: Moment) -> Response:
        route, member_id = self._route(request.path)
        handler = route.handlers.get(request.method)
        if handler is None:
            raise method_not_allowed(list(route.handlers))
        if route.bearer and request.authorization != self._authorization:
            self._authorize(request.authorization)
        return handler(request, member_id, moment)

    def _find_route(self, path: str) -> tuple[Route, str]:
        route = self._collections.get(path)
        if route is not None:
            return route, ""
        collection, _, member_id = path[1:].partition("/")
        route = self._members.get(collection)
        if route is None or not member_id or "/" in member_id:
            raise unknown_path()
        return route, unquote(member_id)

    def _authorize(self, authorization: bytes | None) -> None:
        scheme, _, token = (authorization or b"").partition(b" ")
        if scheme.lower() != b"bearer" or token.strip(b" ") != self._token:
            raise unauthorized()


def _routes(operations: Operations) -> tuple[dict[str, Route], dict[str, Route]]:
    """Return the routes of complete paths, and the member routes by collection name."""
    create = BodyReader(bodies.CreateKey)
    patch_key = BodyReader(bodies.PatchKey)
    patch_instance = BodyReader(bodies.PatchInstance)
    activate = BodyReader(bodies.Activate)
    deactivate = BodyReader(bodies.Deactivate)
    validate = BodyReader(bodies.Validate)
    ok, created = int(HTTPStatus.OK), int(HTTPStatus.CREATED)
    key_responses = KeyResponses()

    def deactivated(request: Request, *_: object) -> Response:
        operations.deactivate_license_key(deactivate.read(request))
        return Response(ok)

    keys = Route(
        {
            "GET": lambda request, _, moment: json_response(
                ok, operations.list_license_keys(Query(request.query), moment.instant())
            ),
            "POST": lambda request, _, moment: json_response(
                created, operations.create_license_key(create.read(request), moment.instant())
            ),
        }
    )
    key = Route(
        {
            "GET": lambda _, key_id, moment: key_responses.response(
                operations.get_license_key(key_id), moment
            ),
            "PATCH": lambda request, key_id, moment: encode_key(
                operations.update_license_key(key_id, patch_key.read(request)), moment
            ),
        }
    )
    instances = Route(
        {
            "GET": lambda request, *_: json_response(
                ok, operations.list_license_key_instances(Query(request.query))
            )
        }
    )
    instance = Route(
        {
            "GET": lambda _, instance_id, __: json_response(
                ok, operations.get_license_key_instance(instance_id)
            ),
            "PATCH": lambda request, instance_id, _: json_response(
                ok,
                operations.update_license_key_instance(instance_id, patch_instance.read(request)),
            ),
        }
    )
    activation = Route(
        {
            "POST": lambda request, _, moment: json_response(
                created, operations.activate_license_key(activate.read(request), moment.instant())
            )
        },
        bearer=False,
    )
    validation = Route(
        {
            "POST": lambda request, _, moment: json_response(
                ok, operations.validate_license_key(validate.read(request), moment.instant())
            )
        },
        bearer=False,
    )
    collections = {
        "/license_keys": keys,
        "/license_key_instances": instances,
        "/licenses/activate": activation,
        "/licenses/deactivate": Route({"POST": deactivated}, bearer=False),
        "/licenses/validate": validation,
    }
    return collections, {"license_keys": key, "license_key_instances": instance}
