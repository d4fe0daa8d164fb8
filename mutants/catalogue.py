"""Every mutant there is."""

from mutants import (
    authorization,
    benign,
    bodies,
    frame,
    ids,
    licenses,
    lists,
    patch_disabled,
    patch_expiry,
    patch_limit,
    patch_whole,
    responses,
    storage,
)
from mutants.mutant import Mutant

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
        responses.schema,
        responses.response_area,
        licenses.activate,
        licenses.deactivate,
        licenses.validate,
        licenses.instances,
        licenses.create,
    )
    for mutant in area
}
VARIATIONS: dict[str, Mutant] = {mutant.id: mutant for mutant in benign.benign}
