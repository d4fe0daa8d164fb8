"""A walk through the states of keys: valid updates that test several questions at once."""

import json
from collections.abc import Iterator

import pytest

from ..account.account import Account, now
from ..contract import oracle
from ..errors import UnavailableError
from ..judge.ledger import Ledger
from ..judge.patch_checks import Key, judge_patch, state_of
from ..transport.exchange import Exchange
from .forms import EQUIVALENT, OPTIONAL
from .license_calls import call, judge_rejection, judge_valid, license_key_of
from .patch_cases import resolve
from .walk import Kind, Step, Use, rule_of, simpler
from .walk_steps import STEPS

pytestmark = [pytest.mark.combined, pytest.mark.priority(5)]

_FORM_RULE = "body.equivalent-forms"
_COUNT_RULE = "patch.frame.instances-count"


def _parameters() -> Iterator[object]:
    for kind, step in STEPS:
        rules = [step.rule, step.code[0]] if isinstance(step, Use) and step.code[0] else [step.rule]
        if isinstance(step, Step) and step.form:
            rules.append(_FORM_RULE)
        yield pytest.param(kind, step, marks=pytest.mark.rules(*rules), id=step.name)


@pytest.mark.parametrize(("kind", "step"), list(_parameters()))
def test_step(account: Account, ledger: Ledger, kind: Kind, step: Step | Use) -> None:
    """An update of several fields has the effect of each, whatever state the key is in."""
    key_id = _pick(account, kind, step)
    given = resolve(step.given, account.keys[key_id])
    special = rule_of("expires_at", given["expires_at"]) if given.get("expires_at") else None
    account.ensure(key_id, given, special)
    if isinstance(step, Use):
        _use(account, ledger, key_id, step)
        return
    body = resolve(step.body, account.keys[key_id])
    first = _update(account, ledger, key_id, step, body)
    if step.again:
        second = account.patch(key_id, body, step.rule)
        same = (first.status, first.json) == (second.status, second.json)
        expected = "the same response as for the first PATCH"
        ledger.judge("patch.idempotent", second, same or not first.is_telling, expected)
    if step.read:
        account.read(key_id)


def _pick(account: Account, kind: Kind, step: Step | Use) -> str:
    """The preferred key, which the steps of a walk have in common, or another that will do."""
    try:
        return account.pick(subscription=kind.subscription, in_use=kind.in_use)
    except UnavailableError:
        return account.pick(subscription=kind.subscription, in_use=step.in_use)


def _update(
    account: Account, ledger: Ledger, key_id: str, step: Step, body: dict[str, object]
) -> Exchange:
    """Send an update; find the cause if it is rejected or depends on its form."""
    before = account.keys[key_id]
    path = f"/license_keys/{key_id}"
    if step.form is None:
        exchange = account.send("PATCH", path, body)
    else:
        forms = {**EQUIVALENT, **OPTIONAL}
        content, headers = forms[step.form](json.dumps(body).encode())
        exchange = account.send("PATCH", path, content=content, headers=headers)
    must_succeed = not oracle.predict(state_of(before), body).refusals
    findings = judge_patch(before, body, exchange, now(), step.rule)
    broken = {each.rule_id for each in findings if not each.holds}
    # Another program may activate an instance at any time.
    holds = broken <= {_COUNT_RULE}
    if holds or (step.form is None and (exchange.status == 200 or not must_succeed)):
        account.judge_patched(key_id, body, exchange, step.rule)
    else:
        _find_cause(account, ledger, key_id, step, body, before, exchange)
    if step.form is not None and holds:
        ledger.judge(_FORM_RULE, exchange, True, "200 with the new values")
    return exchange


def _find_cause(
    account: Account,
    ledger: Ledger,
    key_id: str,
    step: Step,
    body: dict[str, object],
    before: Key,
    exchange: Exchange,
) -> None:
    """Send the body in plain JSON, or each member alone; blame the whole if each part is right."""
    violations = ledger.violations
    account.refresh(key_id)
    state = {
        "activations_limit": before.get("activations_limit"),
        "disabled": before.get("status") == "disabled",
        **({} if before.get("subscription_id") else {"expires_at": before.get("expires_at")}),
    }
    if step.form is not None:
        account.ensure(key_id, state)
        plain = account.send("PATCH", f"/license_keys/{key_id}", body)
        if plain.status == 200:
            account.judge_patched(key_id, body, plain, step.rule)
            rejected = step.form in OPTIONAL and 400 <= exchange.status < 500
            if ledger.violations == violations and not rejected:
                ledger.judge(_FORM_RULE, exchange, False, "200 with the new values")
            return
        account.refresh(key_id)
        account.ensure(key_id, state)
    for name, value in body.items():
        _send_forms(account, ledger, key_id, name, value)
        account.ensure(key_id, state)
    if ledger.violations == violations:
        account.patch(key_id, body, step.rule)


def _send_forms(account: Account, ledger: Ledger, key_id: str, name: str, value: object) -> None:
    """Send a member alone, from its simplest form on, until one is wrong."""
    violations = ledger.violations
    for form in simpler(name, value):
        if ledger.violations == violations:
            account.patch(key_id, {name: form}, rule_of(name, form))


def _use(account: Account, ledger: Ledger, key_id: str, step: Use) -> None:
    license_key = license_key_of(account, key_id)
    if step.valid is not None:
        exchange = call(account, ledger, "validate", license_key=license_key, **step.body)
        judge_valid(ledger, step.rule, exchange, step.valid)
        return
    made = call(account, ledger, "activate", license_key=license_key, name=account.marker)
    judge_rejection(ledger, step.rule, made, step.status, *step.code)
    if made.status == 201:
        body = {"license_key_instance_id": made.item.get("id")}
        call(account, ledger, "deactivate", license_key=license_key, **body)
        account.refresh(key_id)
