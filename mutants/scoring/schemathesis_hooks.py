"""Hooks for Schemathesis: valid requests refer to resources that exist, three times out of four."""

import json
import os
import random
from typing import Any

import schemathesis

_KNOWN: dict[str, list[str]] = json.loads(os.environ["MUTANTS_KNOWN_VALUES"])
_BODY_FIELDS = ("license_key", "customer_id", "product_id")
_QUERY_FIELDS = ("customer_id", "product_id")


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
    """Replace the ids and strings of a valid request that refer to nothing."""
    chance = random.Random(str(case.id))
    if case.meta is None or case.meta.generation.mode.value != "positive" or chance.random() < 0.25:
        return
    if case.operation.path == "/license_keys/{id}":
        _replace(case.path_parameters, "id", _KNOWN["license_keys"], chance)
    for values, fields in ((case.body, _BODY_FIELDS), (case.query, _QUERY_FIELDS)):
        for field in fields:
            _replace(values, field, _KNOWN[field], chance)


def _replace(values: Any, name: str, known: list[str], chance: random.Random) -> None:
    if isinstance(values, dict) and isinstance(values.get(name), str):
        values[name] = chance.choice(known)
