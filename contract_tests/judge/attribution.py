"""Which violations prove a fault of the API, whatever other programs do in the account."""

from fnmatch import fnmatchcase

# Another program changes limits, expiries, statuses and instances, and creates keys. It can do
# nothing about these rules: the response contradicts the request alone, or names an id, a string
# or an instance that only the run knows.
_OF_THE_API_ALONE = (
    "response.*",
    "error.*",
    "auth.*-401",
    "auth.before-*",
    "auth.code",
    "auth.not-needed",
    "get.*",
    "body.*",
    "method.*",
    "create.*",
    "list.bad-query-*",
    "list.past-end-empty",
    "patch.unknown-id-404",
    "activate.answer",
    "activate.unknown-404",
    "activate.body-refused",
    "activate.*-code",
    "deactivate.done-200",
    "deactivate.foreign-403",
    "deactivate.twice-403",
    "deactivate.unknown-404",
    "deactivate.body-refused",
    "deactivate.instance-gone",
    "validate.unknown",
    "validate.foreign-instance",
    "validate.body-refused",
    "instance.get",
    "instance.unknown-404",
    "instance.rename*",
    "instance.frame",
    "instance.body-refused",
)


def is_of_the_api_alone(rule_id: str) -> bool:
    """Whether no other program in the account can be the cause of a violation of a rule."""
    return any(fnmatchcase(rule_id, pattern) for pattern in _OF_THE_API_ALONE)
