"""The checks of oasdiff that the table cites, with their published levels.

Read in github.com/oasdiff/oasdiff: the levels in checker/rules.go (commit 001f320b) and, for bounds
that are set or unset, in checker/bound_rules.go (commit 0b741087); the ids in
checker/localizations_src/en/messages.yaml (commit 0001ef8e). No package registry that `make lock`
can pin has oasdiff, so it is not run here.
"""

import itertools
import re

# `oasdiff breaking` lists errors (certain to break clients) and warnings (may break clients).
BREAKING = frozenset({"ERR", "WARN"})
# The sources that were read do not settle which checks apply.
UNCLEAR = "?"
_PUBLISHED = """
INFO request-{body,property,parameter}-became-nullable
ERR request-{body,property,parameter}-became-not-nullable
ERR response-{body,property,header}-became-nullable
INFO response-{body,property,header}-became-not-nullable
INFO request-{body,property,parameter}-list-of-types-widened
ERR request-{body,property,parameter}-list-of-types-narrowed
ERR response-{body,property}-list-of-types-widened
INFO response-{body,property}-list-of-types-narrowed
ERR request-{body,property,parameter}-type-changed
INFO request-{body,property,parameter}-type-generalized
ERR response-{body,property,header}-type-{changed,generalized}
INFO response-{body,property,header}-type-specialized
INFO request-{property,parameter}-enum-value-added
ERR request-{body,property,parameter}-{enum-value-removed,became-enum}
WARN response-property-enum-value-added
INFO response-property-enum-value-removed
ERR request-{body,property}-const-{added,changed}
INFO request-{body,property}-const-removed
INFO response-{body,property}-const-added
ERR response-{body,property}-const-{changed,removed}
ERR request-{body,property,parameter}-{max,exclusive-max,max-length,max-items}-decreased
INFO request-{body,property,parameter}-{max,exclusive-max,max-length,max-items}-increased
ERR request-{body,property}-max-properties-decreased
INFO request-{body,property}-max-properties-increased
ERR request-{body,property,parameter}-{min,exclusive-min,min-length,min-items}-increased
ERR request-{body,property}-{min-properties,min-contains}-increased
INFO request-{body,property,parameter}-{min,exclusive-min,min-length}-decreased
INFO request-parameter-min-items-decreased
INFO request-{body,property}-min-contains-decreased
INFO request-{body,property}-max-contains-increased
ERR request-{body,property}-max-contains-decreased
ERR response-{body,property}-{max,exclusive-max,max-length}-increased
ERR response-{body,property}-{max-items,max-properties,max-contains}-increased
ERR response-{body,property}-{min,exclusive-min,min-length}-decreased
ERR response-{body,property}-{min-items,min-properties,min-contains}-decreased
INFO response-{body,property}-{min-contains-increased,max-contains-decreased}
ERR request-{property,parameter}-pattern-added
INFO request-{property,parameter}-pattern-{removed,generalized}
WARN request-{property,parameter}-pattern-changed
INFO response-property-pattern-added
WARN response-property-pattern-changed
ERR response-property-pattern-removed
ERR request-{body,property}-unique-items-set
INFO request-{body,property}-unique-items-unset
ERR response-{body,property}-unique-items-unset
ERR {request,response}-{body,property}-multiple-of-changed
INFO request-{body,property}-multiple-of-generalized
INFO response-{body,property}-multiple-of-specialized
INFO {request,response}-{body,property}-default-value-{added,changed,removed}
INFO request-parameter-default-value-{added,changed,removed}
INFO {request,response}-property-{deprecated,reactivated}
INFO request-parameter-{deprecated,reactivated}
INFO {request,response}-optional-property-became-{,not-}{read-only,write-only}
ERR new-required-request-property
INFO new-optional-request-property
WARN request-property-removed
ERR request-property-became-required
INFO request-property-became-optional
INFO response-{optional,required}-property-added
INFO response-optional-property-removed
ERR response-required-property-removed
INFO response-property-became-required
ERR response-property-became-optional
INFO request-{body,property}-{one,any}-of-added
ERR request-{body,property}-{one,any}-of-removed
ERR response-{body,property}-{one,any}-of-added
INFO response-{body,property}-{one,any}-of-removed
ERR request-{body,property}-all-of-added
INFO request-{body,property}-all-of-removed
INFO response-{body,property}-all-of-added
ERR response-{body,property}-all-of-removed
INFO request-{body,property}-prefix-items-added
ERR request-{body,property}-prefix-items-removed
ERR response-{body,property}-prefix-items-added
INFO response-{body,property}-prefix-items-removed
ERR request-{body,property}-{if,then,else,contains,dependent-required,dependent-schema}-added
INFO request-{body,property}-{if,then,else,contains,dependent-required,dependent-schema}-removed
INFO response-{body,property}-{if,then,else,contains,dependent-required,dependent-schema}-added
ERR response-{body,property}-{if,then,else,contains,dependent-required,dependent-schema}-removed
ERR {request,response}-{body,property}-dependent-required-changed
ERR request-{body,property}-{pattern-property,property-names,content-schema}-added
INFO request-{body,property}-{pattern-property,property-names,content-schema}-removed
INFO response-{body,property}-{pattern-property,property-names,content-schema}-added
ERR response-{body,property}-{pattern-property,property-names,content-schema}-removed
ERR request-{body,property}-unevaluated-{items,properties}-added
INFO request-{body,property}-unevaluated-{items,properties}-removed
INFO response-{body,property}-unevaluated-{items,properties}-added
ERR response-{body,property}-unevaluated-{items,properties}-removed
ERR {request,response}-{body,property}-content-{media-type,encoding}-changed
INFO {request,response}-body-discriminator-{added,removed,property-name-changed}
INFO endpoint-{added,deprecated,reactivated}
ERR api-{,path-}removed-without-deprecation
INFO api-operation-id-removed
INFO api-tag-{added,removed}
ERR new-required-request-parameter
INFO new-optional-request-parameter
WARN request-parameter-removed
ERR request-parameter-became-required
INFO request-parameter-became-optional
ERR request-body-{added-required,became-required,removed,media-type-removed,media-type-schema-added}
INFO request-body-{added-optional,became-optional,media-type-added,media-type-schema-removed}
INFO response-{media-type-added,body-media-type-schema-added}
ERR response-{media-type-removed,body-media-type-schema-removed}
ERR response-success-status-removed
INFO response-success-status-added
INFO response-non-success-status-{added,removed}
INFO response-header-added
ERR response-header-became-optional
ERR required-response-header-removed
WARN optional-response-header-removed
ERR api-{,global-}security-{removed,scope-added}
INFO api-{,global-}security-{added,scope-removed}
ERR webhook-removed
INFO webhook-added
INFO api-schema-removed
"""
# checker/bound_rules.go: one check for each direction, place and keyword that is set or unset.
_BOUNDS = (
    "{max,min,multiple-of,max-length,min-length,max-items,min-items,max-properties,min-properties,"
    "min-contains,max-contains,exclusive-min,exclusive-max}"
)
_PUBLISHED += f"""
ERR request-{{body,property,parameter}}-{_BOUNDS}-set
INFO request-{{body,property,parameter}}-{_BOUNDS}-unset
INFO response-{{body,property,header}}-{_BOUNDS}-set
ERR response-{{body,property,header}}-{_BOUNDS}-unset
"""


def _expanded(pattern: str) -> list[str]:
    """Expand braces as a shell does: `a-{b,c}` is `a-b` and `a-c`."""
    parts = [part.strip("{}").split(",") for part in re.findall(r"\{[^}]*\}|[^{]+", pattern)]
    return ["".join(each) for each in itertools.product(*parts)]


LEVELS = {
    check: level
    for line in _PUBLISHED.split("\n")
    if line
    for level, pattern in [line.split()]
    for check in _expanded(pattern)
}
