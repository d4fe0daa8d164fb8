"""Sets a limit by a request whose response also shows the number of instances."""

import json

from ..account.account import Account, now
from ..judge.ledger import Ledger
from ..judge.patch_checks import judge_patch
from .forms import EQUIVALENT, OPTIONAL, Form

_FORM_RULE = "body.equivalent-forms"
_UNKNOWN_RULE = "patch.unknown-fields"


def _unusual(body: bytes) -> tuple[bytes, dict[str, str]]:
    """A body with escapes and white space, whose media type has capitals and a charset."""
    content, _ = EQUIVALENT["escapes and white space"](body)
    return content, EQUIVALENT["capitals"](body)[1]


UNUSUAL: Form = _unusual
CHUNKED: Form = OPTIONAL["chunked"]


def set_limit(
    account: Account,
    ledger: Ledger,
    key_id: str,
    *,
    limit: int,
    form: Form,
    count: int,
    rule: str,
) -> bool:
    """Set the limit of a key, beside ids of another one that must not matter.

    The response must also show the number of its instances.

    Args:
        account: The account under test.
        ledger: Receives the findings.
        key_id: A key that may be changed.
        limit: A limit that must be accepted.
        form: The form of the body.
        count: How many instances the key must show.
        rule: The rule that holds if the key shows them.

    Returns:
        Whether the key shows them, or the update itself is wrong. If not, the caller must find the
        cause.
    """
    other = account.other_than(key_id) or key_id
    target = f"/license_keys/{key_id}?id={other}"
    body = {"id": other, "no_such_field": {}, "activations_limit": limit}
    content, headers = form(json.dumps(body).encode())
    exchange = account.send("PATCH", target, content=content, headers=headers)
    key = {**account.keys[key_id], "instances_count": count}
    if all(each.holds for each in judge_patch(key, body, exchange, now(), _UNKNOWN_RULE)):
        account.meet(key)
        account.judge_patched(key_id, body, exchange, _UNKNOWN_RULE)
        ledger.judge(_FORM_RULE, exchange, True, "200 with the new limit")
        ledger.judge(rule, exchange, True, f"instances_count {count}")
        return True
    violations = ledger.violations
    shown = account.refresh(key_id).item.get("instances_count")
    plain = {"activations_limit": max(limit, shown if isinstance(shown, int) else 0)}
    account.patch(key_id, {**body, **plain}, _UNKNOWN_RULE)
    account.ensure(key_id, plain)
    if ledger.violations > violations:
        return True
    if shown != count:
        return False
    account.patch(key_id, plain, "patch.frame.id", target=target)
    permitted = form is CHUNKED and 400 <= exchange.status < 500
    if ledger.violations == violations and not permitted:
        ledger.judge(_FORM_RULE, exchange, False, "200 with the new limit")
    return True
