"""Behaviour that depends on the state of the key: disabled, expired, of a subscription, full."""

from typing import Any

from mutants.server.layer import Upstream
from mutants.server.messages import Body, Key, Request, Response, error, without
from mutants.server.mutant import Area
from mutants.server.shapes import is_trusted, keeps, patches, rejects_patch

state = Area("state")
add = state.add
LIMIT, EXPIRY = "activations_limit", "expires_at"
CONFLICT = error(409, "CONFLICT")
BAD = error(422, "INVALID_REQUEST_BODY")


def _is(status: str) -> Any:
    return lambda key: key["status"] == status


def _of_subscription(key: Key) -> bool:
    return key["subscription_id"] is not None


_STATES = (
    ("disabled", "a disabled key", _is("disabled")),
    ("expired", "an expired key", _is("expired")),
    ("subscription", "a key of a subscription", _of_subscription),
    ("full", "a key without activations left", lambda key: key["instances_count"] == key[LIMIT]),
)
for _name, _words, _holds in _STATES:
    add(
        f"{_name}-limit-ignored",
        f"A new limit for {_words} is ignored.",
        patches(lambda b, k, h=_holds: without(b, LIMIT) if h(k) else b),  # type: ignore[misc]
    )
    add(
        f"{_name}-null-limit-ignored",
        f"A null limit for {_words} is ignored.",
        patches(
            lambda b, k, h=_holds: (  # type: ignore[misc]
                without(b, LIMIT) if h(k) and b.get(LIMIT, 0) is None else b
            )
        ),
    )
    add(
        f"{_name}-limit-rejected",
        f"A new limit for {_words} is rejected with 409.",
        rejects_patch(lambda b, k, h=_holds: LIMIT in b and h(k), CONFLICT),  # type: ignore[misc]
    )
for _name, _words, _holds in _STATES[:2]:
    add(
        f"{_name}-expiry-ignored",
        f"A new expiry for {_words} is ignored.",
        patches(lambda b, k, h=_holds: without(b, EXPIRY) if h(k) else b),  # type: ignore[misc]
    )
    add(
        f"{_name}-null-expiry-ignored",
        f"A null expiry for {_words} is ignored.",
        patches(
            lambda b, k, h=_holds: (  # type: ignore[misc]
                without(b, EXPIRY) if h(k) and b.get(EXPIRY, 0) is None else b
            )
        ),
    )
    add(
        f"{_name}-patch-rejected",
        f"Any PATCH of {_words} is rejected with 409.",
        rejects_patch(lambda _b, k, h=_holds: h(k), CONFLICT),  # type: ignore[misc]
    )
    add(
        f"{_name}-empty-patch-rejected",
        f"An empty PATCH of {_words} is rejected.",
        rejects_patch(lambda b, k, h=_holds: not b and h(k), BAD),  # type: ignore[misc]
    )
    add(
        f"{_name}-limit-removes-expiry",
        f"A new limit for {_words} removes its expiry.",
        patches(
            lambda b, k, h=_holds: {EXPIRY: None, **b} if h(k) and LIMIT in b else b  # type: ignore[misc]
        ),
    )
    add(
        f"{_name}-shown-without-limit",
        f"The response to PATCH shows no limit for {_words}.",
        keeps(lambda _b, k, a, h=_holds: {**a, LIMIT: None} if h(a) else a),  # type: ignore[misc]
    )


def _below(request: Request, key: Key) -> bool:
    limit = request.fields.get(LIMIT)
    return type(limit) is int and 0 <= limit < key["instances_count"]


def _accepts_below(holds: Any) -> Any:
    async def behaviour(request: Request, upstream: Upstream) -> Response:
        if request.updates_key and is_trusted(request, upstream):
            key = await upstream.key(request.key_id)
            if key and _below(request, key) and holds(key, request.fields):
                response = await upstream(request.with_json(without(request.fields, LIMIT)))
                upstream.pretend(request.key_id, {LIMIT: request.fields[LIMIT]})
                return upstream.shown(request, response)
        return await upstream(request)

    return behaviour


for _name, _words, _test in (
    ("disabled", "a disabled key", lambda k, _b: k["status"] == "disabled"),
    ("expired", "an expired key", lambda k, _b: k["status"] == "expired"),
    ("subscription", "a key of a subscription", lambda k, _b: _of_subscription(k)),
    ("unlimited", "a key without a limit", lambda k, _b: k[LIMIT] is None),
    ("zero", "a key if the new limit is 0", lambda _k, b: b[LIMIT] == 0),
    ("disabling", "a key that the same body disables", lambda _k, b: b.get("disabled") is True),
    ("beside-expiry", "a key if the body has an expiry, too", lambda _k, b: EXPIRY in b),
    ("by-one", "a key if it is lower by one", lambda k, b: b[LIMIT] == k["instances_count"] - 1),
):
    add(
        f"limit-below-instances-accepted-{_name}",
        f"A limit below the instances is accepted for {_words}.",
        _accepts_below(_test),
    )


def _both(body: Body, *names: str) -> bool:
    return all(name in body for name in names)


_CHANGES: tuple[tuple[str, str, Any], ...] = (
    ("limit-enables", "A new limit enables a disabled key.",
     lambda b, k: {**b, "disabled": False} if LIMIT in b and "disabled" not in b else b),
    ("null-limit-enables", "A null limit enables a disabled key.",
     lambda b, k: {"disabled": False, **b} if b.get(LIMIT, 0) is None else b),
    ("null-expiry-enables", "A null expiry enables a disabled key.",
     lambda b, k: {"disabled": False, **b} if b.get(EXPIRY, 0) is None else b),
    ("enabling-removes-limit", "Enabling a disabled key removes its limit.",
     lambda b, k: {LIMIT: None, **b} if b.get("disabled") is False and _is("disabled")(k) else b),
    ("enabling-removes-expiry", "Enabling a disabled key removes its expiry.",
     lambda b, k: {EXPIRY: None, **b} if b.get("disabled") is False and _is("disabled")(k) else b),
    ("enabling-ignored-after-expiry", "Enabling a disabled key past its expiry is ignored.",
     lambda b, k: without(b, "disabled")
     if b.get("disabled") is False and k[EXPIRY] and k[EXPIRY] < "2026" else b),
    ("disabling-expired-ignored", "Disabling an expired key is ignored.",
     lambda b, k: without(b, "disabled") if _is("expired")(k) else b),
    ("disabled-expired-extended-enabled", "A future expiry enables a disabled key past its expiry.",
     lambda b, k: {**b, "disabled": False}
     if b.get(EXPIRY) and _is("disabled")(k) and k[EXPIRY] and k[EXPIRY] < "2026" else b),
    ("reviving-removes-limit", "A future expiry for an expired key removes its limit.",
     lambda b, k: {LIMIT: None, **b} if b.get(EXPIRY) and _is("expired")(k) else b),
    ("subscription-null-expiry-removes-limit", "A null expiry for a key of a subscription removes its limit.",
     lambda b, k: {LIMIT: None, **b} if b.get(EXPIRY, 0) is None and _of_subscription(k) else b),
    ("subscription-disabling-removes-limit", "Disabling a key of a subscription removes its limit.",
     lambda b, k: {LIMIT: None, **b} if b.get("disabled") is True and _of_subscription(k) else b),
    ("subscription-enabling-ignored", "A key of a subscription that is disabled stays so.",
     lambda b, k: without(b, "disabled") if _of_subscription(k) and b.get("disabled") is False else b),
    ("subscription-limit-beside-null-expiry-ignored", "A limit beside a null expiry is ignored for a key of a subscription.",
     lambda b, k: without(b, LIMIT) if _of_subscription(k) and b.get(EXPIRY, 0) is None else b),
    ("limit-beside-true-ignored", "A limit is ignored in a body that disables the key.",
     lambda b, k: without(b, LIMIT) if b.get("disabled") is True else b),
    ("limit-beside-false-ignored", "A limit is ignored in a body that enables the key.",
     lambda b, k: without(b, LIMIT) if b.get("disabled") is False else b),
    ("expiry-beside-true-ignored", "An expiry is ignored in a body that disables the key.",
     lambda b, k: without(b, EXPIRY) if b.get("disabled") is True else b),
    ("expiry-beside-false-ignored", "An expiry is ignored in a body that enables the key.",
     lambda b, k: without(b, EXPIRY) if b.get("disabled") is False else b),
    ("null-limit-beside-expiry-ignored", "A null limit is ignored beside an expiry.",
     lambda b, k: without(b, LIMIT) if b.get(LIMIT, 0) is None and b.get(EXPIRY) else b),
    ("null-expiry-beside-limit-ignored", "A null expiry is ignored beside a limit.",
     lambda b, k: without(b, EXPIRY) if b.get(EXPIRY, 0) is None and b.get(LIMIT) else b),
    ("null-expiry-beside-true-ignored", "A null expiry is ignored in a body that disables the key.",
     lambda b, k: without(b, EXPIRY)
     if b.get(EXPIRY, 0) is None and b.get("disabled") is True else b),
    ("disabled-in-three-ignored", "In a body with all three fields disabled is ignored.",
     lambda b, k: without(b, "disabled") if _both(b, LIMIT, EXPIRY, "disabled") else b),
    ("limit-in-three-ignored", "In a body with all three fields the limit is ignored.",
     lambda b, k: without(b, LIMIT) if _both(b, LIMIT, EXPIRY, "disabled") else b),
    ("expiry-in-three-ignored", "In a body with all three fields the expiry is ignored.",
     lambda b, k: without(b, EXPIRY) if _both(b, LIMIT, EXPIRY, "disabled") else b),
    ("last-member-only", "Of several members only the last takes effect.",
     lambda b, k: dict([*b.items()][-1:])),
    ("expiry-before-limit-ignored", "An expiry written before the limit is ignored.",
     lambda b, k: without(b, EXPIRY)
     if _both(b, LIMIT, EXPIRY) and [*b].index(EXPIRY) < [*b].index(LIMIT) else b),
    ("disabled-first-ignored", "A disabled that is written first of several is ignored.",
     lambda b, k: without(b, "disabled") if len(b) > 1 and next(iter(b)) == "disabled" else b),
    ("limit-last-ignored", "A limit that is written last of several is ignored.",
     lambda b, k: without(b, LIMIT) if len(b) > 1 and [*b][-1] == LIMIT else b),
    ("zero-is-falsy", "A limit of 0 is taken for an omitted one.",
     lambda b, k: without(b, LIMIT) if b.get(LIMIT) == 0 and b.get(LIMIT) is not False else b),
    ("zero-beside-others-removes", "A limit of 0 beside other fields removes the limit.",
     lambda b, k: {**b, LIMIT: None} if len(b) > 1 and b.get(LIMIT) == 0 else b),
    ("limit-of-zero-kept", "A key whose limit is 0 keeps it.",
     lambda b, k: without(b, LIMIT) if k[LIMIT] == 0 else b),
    ("null-limit-of-full-ignored", "The limit of a key without activations left cannot be removed.",
     lambda b, k: without(b, LIMIT)
     if b.get(LIMIT, 0) is None and k[LIMIT] == k["instances_count"] else b),
    ("limit-of-unlimited-with-instances-ignored", "A key without limit that has instances takes none.",
     lambda b, k: without(b, LIMIT) if k[LIMIT] is None and k["instances_count"] else b),
    ("limit-and-expiry-extend-disable", "A limit and an expiry in one body disable an expired key.",
     lambda b, k: {"disabled": True, **b} if _both(b, LIMIT, EXPIRY) and _is("expired")(k) else b),
    ("unknown-member-hides-others", "A member that is not known hides those after it.",
     lambda b, k: {n: v for n, v in b.items()
                   if not any(u not in (LIMIT, EXPIRY, "disabled") for u in [*b][:[*b].index(n)])}),
    ("null-disabled-hides-others", "A null for disabled drops the other fields.",
     lambda b, k: {} if b.get("disabled", 0) is None else b),
)  # fmt: skip
for _name, _statement, _change in _CHANGES:
    add(_name, _statement, patches(_change))

_KEPT: tuple[tuple[str, str, Any], ...] = (
    ("null-limit-shown-as-zero", "A removed limit is shown as 0.",
     lambda b, k, a: {**a, LIMIT: 0} if b.get(LIMIT, 0) is None else a),
    ("expired-disabled-enabled-active", "A key past its expiry that is enabled is shown as active.",
     lambda b, k, a: {**a, "status": "active"} if b.get("disabled") is False else a),
    ("null-expiry-stays-expired", "A key whose past expiry is removed stays expired.",
     lambda b, k, a: {**a, "status": "expired"}
     if b.get(EXPIRY, 0) is None and k["status"] == "expired" else a),
    ("past-beside-false-active", "A past expiry in a body that enables the key leaves it active.",
     lambda b, k, a: {**a, "status": "active"}
     if b.get("disabled") is False and a["status"] == "expired" and b.get(EXPIRY) else a),
    ("past-beside-limit-active", "A past expiry beside a limit leaves the key active.",
     lambda b, k, a: {**a, "status": "active"}
     if LIMIT in b and b.get(EXPIRY) and a["status"] == "expired" else a),
    ("disabling-counts-instances", "Disabling a key sets its number of instances to 0.",
     lambda b, k, a: {**a, "instances_count": 0} if b.get("disabled") is True else a),
    ("limit-change-counts-instance", "Raising the limit raises the number of instances.",
     lambda b, k, a: {**a, "instances_count": a["instances_count"] + 1} if b.get(LIMIT) else a),
    ("disabled-subscription-lost", "Disabling a key takes it from its subscription.",
     lambda b, k, a: {**a, "subscription_id": None} if b.get("disabled") is True else a),
    ("expired-payment-lost", "A key that expires loses its payment.",
     lambda b, k, a: {**a, "payment_id": None} if a["status"] == "expired" else a),
    ("enabled-created-anew", "Enabling a disabled key moves its creation to the present.",
     lambda b, k, a: {**a, "created_at": "2026-06-01T00:00:00Z"}
     if b.get("disabled") is False and k["status"] == "disabled" else a),
)  # fmt: skip
for _name, _statement, _kept in _KEPT:
    add(_name, _statement, keeps(_kept))

for _name, _statement, _when, _rejection in (
    ("disabled-twice-409", "Disabling a key that is disabled returns 409.",
     lambda b, k: b.get("disabled") is True and _is("disabled")(k), CONFLICT),
    ("enabled-twice-409", "Enabling a key that is active returns 409.",
     lambda b, k: b.get("disabled") is False and _is("active")(k), CONFLICT),
    ("same-limit-409", "A limit that the key already has is rejected.",
     lambda b, k: LIMIT in b and b[LIMIT] == k[LIMIT], CONFLICT),
    ("null-limit-of-unlimited-422", "Removing the limit of a key without one is rejected.",
     lambda b, k: LIMIT in b and b[LIMIT] is None and k[LIMIT] is None, BAD),
    ("null-expiry-of-endless-422", "Removing the expiry of a key without one is rejected.",
     lambda b, k: EXPIRY in b and b[EXPIRY] is None and k[EXPIRY] is None, BAD),
    ("disabling-full-422", "A key without activations left cannot be disabled.",
     lambda b, k: b.get("disabled") is True and k[LIMIT] == k["instances_count"], BAD),
    ("enabling-expired-403", "Enabling an expired key is rejected.",
     lambda b, k: b.get("disabled") is False and _is("expired")(k), error(403, "INACTIVE")),
    ("zero-with-expiry-422", "A limit of 0 is rejected beside other fields.",
     lambda b, k: b.get(LIMIT) == 0 and len(b) > 1, BAD),
    ("zero-of-subscription-422", "A limit of 0 is rejected for a key of a subscription.",
     lambda b, k: b.get(LIMIT) == 0 and _of_subscription(k) and not k["instances_count"], BAD),
    ("lowering-422", "A limit below the present one is rejected, though it is above the instances.",
     lambda b, k: type(b.get(LIMIT)) is int and k["instances_count"] <= b[LIMIT] < (k[LIMIT] or 0),
     BAD),
    ("disabled-expiry-400", "A disabled key rejects an expiry.",
     lambda b, k: bool(b.get(EXPIRY)) and _is("disabled")(k), error(400, "INVALID_REQUEST_BODY")),
):  # fmt: skip
    add(_name, _statement, rejects_patch(_when, _rejection))
