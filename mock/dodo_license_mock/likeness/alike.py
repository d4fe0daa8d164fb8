"""Changes the responses of the mock where the contract leaves a choice."""

import json
import re
from typing import Any, Protocol

import msgspec

from ..domain.instants import Moment
from ..http.messages import Headers, Request, Response
from .observed import HEADERS, ORDER, Answer, Form, Observed
from .rules import rules_of, updates_key

_INSTANTS = ("created_at", "expires_at")
_VALUES = {b"allow": b"GET, PATCH"}
_ANY_VALUE = b"1"
_OPERATIONS: tuple[tuple[str, str, str], ...] = (
    ("GET", r"/license_keys", "list_license_keys_handler"),
    ("POST", r"/license_keys", "create_license_key"),
    ("GET", r"/license_keys/[^/]+", "get_license_key_handler"),
    ("PATCH", r"/license_keys/[^/]+", "update_license_key"),
    ("GET", r"/license_key_instances", "list_license_key_instances"),
    ("GET", r"/license_key_instances/[^/]+", "get_license_key_instance"),
    ("PATCH", r"/license_key_instances/[^/]+", "update_license_key_instance"),
    ("POST", r"/licenses/activate", "activate_license_key"),
    ("POST", r"/licenses/deactivate", "deactivate_license_key"),
    ("POST", r"/licenses/validate", "validate_license_key"),
)


class Api(Protocol):
    """The API of the mock."""

    def respond(self, request: Request, moment: Moment) -> Response:
        """Return the response to a request at a moment."""


class Alike:
    """The API of the mock with the responses of an observed API.

    Args:
        api: The API of the mock.
        observed: What the other API does.
    """

    def __init__(self, api: Api, observed: Observed) -> None:
        self._api = api
        self._observed = observed

    def respond(self, request: Request, moment: Moment) -> Response:
        """Return the response to a request at a moment."""
        response = self._api.respond(request, moment)
        if updates_key(request):
            response = self._in_order(request, response, moment)
            response = self._without_body(request, response, moment)
        if response.status >= 400:
            response = self._error(request, response)
        response = self._with_fields(request, response)
        form = self._observed.instants.get(request.path[1:].partition("/")[0])
        if form is not None:
            response = _with_instants(response, form)
        return self._with_headers(response)

    def _in_order(self, request: Request, response: Response, moment: Moment) -> Response:
        """Look the key up before the body is read, if the API does."""
        answer = self._observed.answers.get(ORDER)
        if answer is None or answer.status != 404 or response.status not in (400, 415, 422):
            return response
        found = self._api.respond(_as_get(request), moment)
        return found if found.status == 404 else response

    def _without_body(self, request: Request, response: Response, moment: Moment) -> Response:
        """Accept a PATCH without a body, if the API does."""
        accepted = self._observed.accepts_no_body
        if not accepted or request.body or response.status not in (400, 415, 422):
            return response
        empty = msgspec.structs.replace(request, body=b"{}", content_type=b"application/json")
        return self._api.respond(empty, moment)

    def _error(self, request: Request, response: Response) -> Response:
        for rule in rules_of(request, response):
            answer = self._observed.answers.get(rule)
            if answer is not None:
                return _answered(response, answer)
        return response

    def _with_fields(self, request: Request, response: Response) -> Response:
        names = self._observed.fields.get((_operation(request), response.status), ())
        if not names:
            return response
        content = _decoded(response)
        if not isinstance(content, dict):
            return response
        for name in names:
            if name.startswith("items/"):
                for item in content.get("items", ()):
                    item.setdefault(name.removeprefix("items/"), None)
            else:
                content.setdefault(name, None)
        return _encoded(response, content)

    def _with_headers(self, response: Response) -> Response:
        observed = self._observed
        wanted = observed.headers.get(response.status)
        if wanted is None and response.status not in observed.statuses:
            return response  # the status was never observed
        wanted = wanted or frozenset()
        kept: Headers = tuple(
            each for each in response.headers if each[0] not in HEADERS or each[0] in wanted
        )
        names = {name for name, _ in kept}
        added = tuple((name, _VALUES.get(name, _ANY_VALUE)) for name in sorted(wanted - names))
        return msgspec.structs.replace(response, headers=(*kept, *added))


def _as_get(request: Request) -> Request:
    return msgspec.structs.replace(request, method="GET", body=b"", query=b"")


def _operation(request: Request) -> str:
    for method, path, name in _OPERATIONS:
        if request.method == method and re.fullmatch(path, request.path):
            return name
    return ""


def _answered(response: Response, answer: Answer) -> Response:
    """The response with the observed status and code. The message remains that of the mock."""
    if answer.code is None:
        headers = tuple(each for each in response.headers if each[0] != b"content-type")
        return msgspec.structs.replace(response, status=answer.status, body=b"", headers=headers)
    content = _decoded(response)
    message = content.get("message", "") if isinstance(content, dict) else ""
    changed = msgspec.structs.replace(response, status=answer.status)
    return _encoded(changed, {"code": answer.code, "message": message})


def _instant(text: str, form: Form) -> str:
    match = re.fullmatch(r"([^.Z+]+)(?:\.(\d+))?Z", text)
    if match is None:
        return text
    seconds, fraction = match[1], match[2] or ""
    if form.digits is not None:
        fraction = fraction[: form.digits].ljust(form.digits, "0")
        if not form.pads:
            fraction = fraction.rstrip("0")
    dot = "." if fraction else ""
    return f"{seconds}{dot}{fraction}{form.offset or 'Z'}"


def _with_instants(response: Response, form: Form) -> Response:
    if b"_at" not in response.body:
        return response
    content = _decoded(response)
    if not isinstance(content, dict):
        return response
    for item in (content, *content.get("items", ())):
        for name in _INSTANTS:
            if isinstance(item.get(name), str):
                item[name] = _instant(item[name], form)
    return _encoded(response, content)


def _decoded(response: Response) -> Any:
    return json.loads(response.body) if response.body else None


def _encoded(response: Response, content: Any) -> Response:
    return msgspec.structs.replace(response, body=msgspec.json.encode(content))
