"""Compares a verdict with an earlier one: drift is reported even if no rule is violated."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ..errors import CannotRunError
from .history import CheckRun, History, Seen
from .observations import FRACTION, OFFSET
from .verdict import Verdict

Baseline = dict[str, Any]


def load(path: Path) -> Baseline:
    """Read an earlier verdict.json.

    Raises:
        CannotRunError: The file cannot be read or is not a verdict.
    """
    try:
        baseline = json.loads(path.read_text(encoding="utf-8"))
        rules = {rule["id"]: (rule["status"], set(rule["answers"])) for rule in baseline["rules"]}
        observed = {topic: set(seen) for topic, seen in baseline["observed"].items()}
        checks = [CheckRun.of(each) for each in baseline.get("checks", ())]
        checked_at = {
            rule["id"]: (rule["checked_at"], rule["earlier_status"] or rule["status"])
            for rule in baseline["rules"]
            if rule.get("checked_at")
        }
    except OSError as error:
        raise CannotRunError(f"--baseline {path} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CannotRunError(f"--baseline {path} is not a verdict.json of this suite") from error
    return {
        "rules": rules,
        "observed": observed,
        "history": {each.name: each for each in checks},
        "checked_at": checked_at,
    }


def drift(baseline: Baseline, verdict: Verdict) -> Iterator[str]:
    """Yield one line for each change since an earlier verdict.

    Runs with a budget take turns with the checks. So only rules that both runs tested are compared,
    and of what was seen only what the same check has seen, which may be several runs ago.
    """
    for entry in verdict.entries:
        status, _ = baseline["rules"].get(entry.rule.id, ("skipped", set()))
        if "skipped" not in (status, entry.status) and status != entry.status:
            yield f"{entry.rule.id}: {status} before, {entry.status} now"
    history: History = baseline["history"]
    pairs = [(history[each.name], each) for each in verdict.checks if each.name in history]
    answers = _changed((before.answers, now.answers) for before, now in pairs)
    for rule_id, before, now in answers:
        if before and now:  # a violation may end a check before it judges every rule
            yield f"{rule_id}: answered {_listed(before)} before, {_listed(now)} now"
    is_complete = all(before is not now for before, now in pairs)  # no check is carried over
    compared = (OFFSET, FRACTION) if is_complete else (OFFSET,)
    for topic in sorted(baseline["observed"].keys() & verdict.observed.keys()):
        then, seen = baseline["observed"][topic], verdict.observed[topic]
        if topic.startswith(compared) and then != seen:
            yield f"{topic}: {_listed(then)} before, {_listed(seen)} now"
    observed = _changed((before.observed, now.observed) for before, now in pairs)
    for topic, before, now in observed:
        yield f"{topic}: {_listed(before)} before, {_listed(now)} now"


def _changed(pairs: Iterable[tuple[Seen, Seen]]) -> Iterator[tuple[str, set[str], set[str]]]:
    """Yield the names under which a check has seen something else, with all that was seen then."""
    changes: dict[str, tuple[set[str], set[str]]] = {}
    for before, now in pairs:
        for name in before.keys() | now.keys():
            if set(before.get(name, ())) != set(now.get(name, ())):
                seen = changes.setdefault(name, (set(), set()))
                seen[0].update(before.get(name, ()))
                seen[1].update(now.get(name, ()))
    for name in sorted(changes):
        yield name, *changes[name]


def _listed(values: set[str]) -> str:
    return ", ".join(sorted(values)) or "nothing"
