"""Faults in how PATCH handles `disabled`."""

from datetime import UTC, datetime

from mutants.faults.patch_expiry import parsed_instant
from mutants.server.layer import Upstream
from mutants.server.messages import Body, Key, Request, Response, without
from mutants.server.mutant import Area

DISABLED = "disabled"

patch = Area("patch")


@patch.reads_patch
def true_ignored(body: Body, _key: Key) -> Body:
    """True for disabled is ignored."""
    return without(body, DISABLED) if body.get(DISABLED) is True else body


@patch.reads_patch
def false_ignored(body: Body, _key: Key) -> Body:
    """False for disabled is ignored as if it were omitted."""
    return without(body, DISABLED) if body.get(DISABLED) is False else body


@patch.reads_patch
def null_disabled_enables(body: Body, _key: Key) -> Body:
    """Null for disabled enables the key."""
    return {**body, DISABLED: False} if body.get(DISABLED, "") is None else body


@patch.reads_patch
def null_disabled_disables(body: Body, _key: Key) -> Body:
    """Null for disabled disables the key."""
    return {**body, DISABLED: True} if body.get(DISABLED, "") is None else body


@patch.reads_patch
def null_disabled_refused(body: Body, _key: Key) -> Body:
    """Null for disabled is rejected."""
    return {**body, DISABLED: "null"} if body.get(DISABLED, "") is None else body


@patch.reads_patch
def omitted_disabled_enables(body: Body, _key: Key) -> Body:
    """An omitted disabled enables the key."""
    return {DISABLED: False, **body}


@patch.reads_patch
def disabled_string_coerced(body: Body, _key: Key) -> Body:
    """The strings true and false are read as the booleans."""
    meaning = {"true": True, "false": False}
    value = body.get(DISABLED)
    return {**body, DISABLED: meaning.get(value, value)} if isinstance(value, str) else body


@patch.reads_patch
def disabled_number_coerced(body: Body, _key: Key) -> Body:
    """A number for disabled is read as a boolean."""
    return {**body, DISABLED: bool(body[DISABLED])} if isinstance(body.get(DISABLED), int) else body


@patch.reads_patch
def disabled_any_string_disables(body: Body, _key: Key) -> Body:
    """Any string that is not empty disables the key."""
    value = body.get(DISABLED)
    return {**body, DISABLED: bool(value)} if isinstance(value, str) else body


@patch.shows_keys
def expired_wins(key: Key) -> Key:
    """A disabled key past its expiry is shown as expired."""
    expiry = parsed_instant(key["expires_at"])
    past = expiry is not None and expiry < datetime.now(UTC)
    return {**key, "status": "expired"} if past and key["status"] == "disabled" else key


@patch.reads_patch
def disabling_removes_limit(body: Body, _key: Key) -> Body:
    """Disabling a key removes its limit."""
    return {"activations_limit": None, **body} if body.get(DISABLED) is True else body


@patch.reads_patch
def disabling_removes_expiry(body: Body, _key: Key) -> Body:
    """Disabling a key removes its expiry."""
    return {"expires_at": None, **body} if body.get(DISABLED) is True else body


@patch.reads_patch
def extending_enables(body: Body, _key: Key) -> Body:
    """A new expiry enables a disabled key."""
    return {DISABLED: False, **body} if body.get("expires_at") else body


@patch.reads_patch
def disabled_on_subscription_ignored(body: Body, key: Key) -> Body:
    """A key of a subscription cannot be disabled."""
    return without(body, DISABLED) if key["subscription_id"] else body


@patch.answers
async def disabling_twice_enables(request: Request, upstream: Upstream) -> Response:
    """Disabling a key that is disabled enables it."""
    if request.updates_key and request.fields.get(DISABLED) is True:
        key = await upstream.key(request.key_id)
        if key is not None and key["status"] == "disabled":
            return await upstream(request.with_json({**request.fields, DISABLED: False}))
    return await upstream(request)
