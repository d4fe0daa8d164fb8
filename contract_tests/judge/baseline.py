"""Compares a verdict with an earlier one: drift is reported even if no rule is violated."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..errors import CannotRunError
from .history import CheckRun
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

    Only rules that both runs tested are compared, so that another profile does not count as drift.
    """
    for entry in verdict.entries:
        status, answers = baseline["rules"].get(entry.rule.id, ("skipped", set()))
        if "skipped" in (status, entry.status):
            continue
        if status != entry.status:
            yield f"{entry.rule.id}: {status} before, {entry.status} now"
        if answers and entry.answers and answers != entry.answers:
            change = f"{_listed(answers)} before, {_listed(entry.answers)} now"
            yield f"{entry.rule.id}: answered {change}"
    for topic in sorted(baseline["observed"].keys() | verdict.observed.keys()):
        before = baseline["observed"].get(topic, set())
        now = verdict.observed.get(topic, set())
        if before != now:
            yield f"{topic}: {_listed(before)} before, {_listed(now)} now"


def _listed(values: set[str]) -> str:
    return ", ".join(sorted(values)) or "nothing"
