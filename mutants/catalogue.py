"""Every mutant, by id."""

from mutants.families import (
    almost_json,
    creation,
    instances,
    intermittent,
    listed_items,
    methods,
    neighbours,
    pages,
    states,
    successive_changes,
    tokens,
    values,
    wire,
)
from mutants.families import (
    ids as near_ids,
)
from mutants.faults import (
    authorization,
    bodies,
    filters,
    frame,
    ids,
    licenses,
    lists,
    narrow_access,
    narrow_client,
    narrow_create,
    narrow_frame,
    narrow_licenses,
    narrow_lists,
    narrow_patch,
    patch_disabled,
    patch_expiry,
    patch_limit,
    patch_whole,
    responses,
    storage,
    validation,
)
from mutants.server.mutant import Mutant
from mutants.variations import accounts, benign, delivery, unusual

FAULTS: dict[str, Mutant] = {
    mutant.id: mutant
    for area in (
        patch_limit.patch,
        patch_expiry.patch,
        patch_disabled.patch,
        patch_whole.patch,
        frame.frame,
        storage.storage,
        authorization.auth,
        ids.get,
        ids.method,
        bodies.body,
        bodies.errors,
        lists.lists,
        filters.lists,
        responses.schema,
        responses.response_area,
        licenses.activate,
        licenses.deactivate,
        validation.validate,
        licenses.instances,
        licenses.create,
        tokens.auth,
        near_ids.ids,
        states.state,
        successive_changes.state,
        values.value,
        almost_json.value,
        wire.wire,
        pages.pages,
        listed_items.pages,
        neighbours.licenses,
        instances.licenses,
        creation.creation,
        methods.methods,
        intermittent.intermittent,
    )
    for mutant in area
}
# They prove the rules, nearly all of them one rule alone, and are not part of the score.
NARROW: dict[str, Mutant] = {
    mutant.id: mutant
    for area in (
        narrow_patch.patch,
        narrow_patch.storage,
        narrow_patch.sequence,
        narrow_frame.frame,
        narrow_access.auth,
        narrow_access.get,
        narrow_access.body,
        narrow_access.response_area,
        narrow_access.errors,
        narrow_lists.lists,
        narrow_licenses.activate,
        narrow_licenses.deactivate,
        narrow_licenses.validate,
        narrow_licenses.instances,
        narrow_create.create,
        narrow_client.client,
        narrow_client.schema,
    )
    for mutant in area
}
VARIATIONS: dict[str, Mutant] = {
    mutant.id: mutant
    for area in (benign.benign, unusual.unusual, delivery.unusual, accounts.unusual)
    for mutant in area
}
ALL = {**FAULTS, **NARROW, **VARIATIONS}
