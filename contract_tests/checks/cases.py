"""All PATCH cases, most important first."""

from dataclasses import replace

from .patch_cases import BASIC_CASES
from .state_cases import STATE_CASES
from .value_cases import VALUE_CASES

_FURTHER = (replace(case, exhaustive=True) for case in (*STATE_CASES, *VALUE_CASES))
# A rejection depends on no state, so further cases of it spend no request on preparing one.
CASES = tuple(
    replace(case, given={})
    if case.exhaustive and case.rule.endswith("-refused") and not case.read
    else case
    for case in (*BASIC_CASES, *_FURTHER)
)
