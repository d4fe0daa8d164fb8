"""Finds the rules of the contract suite whose observations apply to an error response."""

import json
from typing import Any

import msgspec

from ..http.errors import Code
from ..http.messages import Request, Response
from .observed import NO_BODY

_KEYS, _INSTANCES, _LICENSES = "/license_keys", "/license_key_instances", "/licenses/"


class _Error(msgspec.Struct):
    code: str = ""


def code_of(response: Response) -> str:
    """The code of an error response, empty without one."""
    try:
        return msgspec.json.decode(response.body, type=_Error).code
    except msgspec.MsgspecError:
        return ""


def updates_key(request: Request) -> bool:
    """Whether a request is a PATCH of a license key."""
    return request.method == "PATCH" and request.path.startswith(f"{_KEYS}/")


def rules_of(request: Request, response: Response) -> tuple[str, ...]:
    """Return ids of rules, or topics, the most specific first."""
    code = code_of(response)
    match response.status, code:
        case 401, _:
            missing = request.authorization is None
            return ("auth.missing-token-401", "auth.code") if missing else ("auth.code",)
        case 404, _:
            return _not_found(request, code)
        case 405, _:
            return ("method.not-allowed-405",)
        case 415, _:
            return (NO_BODY,) if not request.body else ("body.media-type-refused",)
        case _, Code.INVALID_REQUEST_BODY:
            return _body(request, is_json=response.status != 400)
        case _, Code.INVALID_QUERY_PARAMS:
            return ("list.bad-query-refused",)
        case _, Code.LIMIT_LESS_THAN_CURRENT:
            return (*_negative(request), "patch.limit.below-instances-422")
        case _, Code.NO_EXPIRY_ON_SUBSCRIPTION:
            return ("patch.expiry.subscription-400",)
        case _, Code.INACTIVE_LICENSE_KEY:
            return ("activate.inactive-code", "activate.disabled-403", "activate.expired-403")
        case _, Code.LICENSE_KEY_LIMIT_REACHED:
            return ("activate.limit-422",)
        case _, Code.LICENSE_KEY_ALREADY_EXISTS:
            return ("create.duplicate-409",)
        case _, Code.INSTANCE_OF_ANOTHER_KEY:
            return ("deactivate.foreign-403", "deactivate.twice-403")
    return ()


def _not_found(request: Request, code: str) -> tuple[str, ...]:
    path = request.path
    if code == Code.NOT_FOUND and not path.startswith((f"{_INSTANCES}/", _LICENSES, _KEYS)):
        return ()
    if path.startswith(f"{_INSTANCES}/"):
        return ("instance.unknown-404", "deactivate.instance-gone")
    if path.startswith(_LICENSES):
        return (f"{path.removeprefix(_LICENSES)}.unknown-404",)
    if path == _KEYS:
        return ("create.unknown-customer-404", "create.unknown-product-404")
    if updates_key(request):
        return ("patch.unknown-id-404", "get.unknown-404")
    return ("get.unknown-404",) if code == Code.LICENSE_KEY_NOT_FOUND else _UNUSUAL


_UNUSUAL = ("get.unusual-id-refused",)


def _body(request: Request, *, is_json: bool) -> tuple[str, ...]:
    """The rules about an invalid body. The mock is stricter about JSON than this library."""
    body = request.body or b""
    try:
        content = json.loads(body.decode())
    except UnicodeDecodeError:
        # Bytes inside a string, or a text in another encoding.
        other = "body.not-utf-8-refused" if is_json else "body.equivalent-forms"
        return (other, "body.malformed-refused")
    except RecursionError:
        return ("body.too-deep-refused", "body.malformed-refused")
    except ValueError:
        return ("body.malformed-refused",)
    if isinstance(content, dict) and _is_deep(content):
        return ("body.too-deep-refused",)
    if not is_json:
        return ("body.malformed-refused",)
    if request.path.startswith(_LICENSES):
        return (f"{request.path.removeprefix(_LICENSES)}.body-refused",)
    if request.path == _KEYS:
        return ("create.body-refused",)
    if request.path.startswith(f"{_INSTANCES}/"):
        return ("instance.body-refused",)
    if not isinstance(content, dict):
        return ("body.not-an-object-refused",)
    fields = (
        *_limit(content.get("activations_limit")),
        *_expiry(content.get("expires_at")),
        *_disabled(content.get("disabled")),
    )
    # One invalid field rejects the whole body.
    return (*fields, "patch.refused-as-a-whole", "body.code")


def _is_deep(content: dict[str, Any]) -> bool:
    value: Any = list(content.values())
    for _ in range(100):
        if not isinstance(value, list) or not value:
            return False
        value = value[0]
    return True


def _limit(value: Any) -> tuple[str, ...]:
    kinds = {
        str: "string-refused",
        bool: "boolean-refused",
        float: "fraction-refused",
        int: "beyond-int32-refused",
        list: "structure-refused",
        dict: "structure-refused",
    }
    if type(value) not in kinds:
        return ()
    # A negative limit beyond int32 breaks two rules.
    also = ("patch.limit.negative-refused",) if type(value) is int and value < 0 else ()
    return (f"patch.limit.{kinds[type(value)]}", *also)


def _expiry(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, str):
        return ("patch.expiry.wrong-type-refused",)
    return ("patch.expiry.not-a-time-refused", "patch.expiry.no-offset-refused")


def _disabled(value: Any) -> tuple[str, ...]:
    kinds = {
        str: "string-refused",
        int: "number-refused",
        float: "number-refused",
        list: "structure-refused",
        dict: "structure-refused",
    }
    return (f"patch.disabled.{kinds[type(value)]}",) if type(value) in kinds else ()


def _negative(request: Request) -> tuple[str, ...]:
    try:
        limit = json.loads(request.body or b"null")["activations_limit"]
    except (ValueError, TypeError, KeyError):
        return ()
    is_negative = isinstance(limit, int) and limit < 0
    return ("patch.limit.negative-refused",) if is_negative else ()
