"""Rules of activations: activate, deactivate and validate a key, and the instances of a key."""

from .rule import Rule, contract, policy

ACTIVATE: tuple[Rule, ...] = (
    contract("activate.created-201", "S 201 of activate", "Activating an active key returns 201."),
    contract(
        "activate.answer",
        "S ActivateLicenseKeyResponse",
        "The response contains the instance, its key, its customer and its product.",
    ),
    contract(
        "activate.counts", "S instances_count, D", "Activating a key increments instances_count."
    ),
    contract(
        "activate.limit-422",
        "S 422 of activate, D",
        "Activating a key beyond its limit returns 422.",
    ),
    contract(
        "activate.limit-code",
        "D error codes",
        "The error code of that 422 is LICENSE_KEY_LIMIT_REACHED.",
    ),
    contract(
        "activate.disabled-403", "S 403 of activate, D", "Activating a disabled key returns 403."
    ),
    contract(
        "activate.expired-403", "S 403 of activate, D", "Activating an expired key returns 403."
    ),
    contract(
        "activate.inactive-code",
        "D error codes",
        "The error code of that 403 is INACTIVE_LICENSE_KEY.",
    ),
    contract(
        "activate.race",
        "S 422 of activate",
        "Activations at the same time do not exceed the limit together.",
    ),
    contract("activate.unknown-404", "S 404 of activate", "Activating an unknown key returns 404."),
    contract("activate.body-refused", "S required", "A body without a required field is rejected."),
    contract(
        "activate.refused-changes-nothing",
        "S instances_count",
        "A rejected activation does not change instances_count.",
    ),
)

DEACTIVATE: tuple[Rule, ...] = (
    contract(
        "deactivate.done-200",
        "S 200 of deactivate",
        "Deactivating an instance of the key returns 200.",
    ),
    contract(
        "deactivate.frees",
        "S instances_count, D",
        "Deactivating an instance decrements instances_count.",
    ),
    contract("deactivate.instance-gone", "S 404", "GET of a deactivated instance returns 404."),
    contract(
        "deactivate.foreign-403",
        "S 403 of deactivate",
        "Deactivating an instance of another key returns 403.",
    ),
    contract(
        "deactivate.twice-403",
        "S 403 of deactivate",
        "Deactivating the same instance again returns 403.",
    ),
    contract(
        "deactivate.unknown-404",
        "S 404 of deactivate",
        "Deactivating an instance of an unknown key returns 404.",
    ),
    contract(
        "deactivate.body-refused", "S required", "A body without a required field is rejected."
    ),
)

VALIDATE: tuple[Rule, ...] = (
    contract("validate.active", "S, D", "An active key is valid."),
    contract("validate.disabled", "S, D", "A disabled key is not valid."),
    contract("validate.expired", "S, D", "An expired key is not valid."),
    policy("validate.unknown", "An unknown key is not valid, and validating it is not an error."),
    contract(
        "validate.own-instance",
        "S license_key_instance_id",
        "A key with one of its own instances is valid.",
    ),
    contract(
        "validate.foreign-instance",
        "S ValidateLicenseKeyResponse",
        "A key with an instance that is not its own is not valid.",
    ),
    policy("validate.counts-nothing", "Validating a key does not change instances_count."),
    contract(
        "validate.body-refused", "S 422 of validate", "A body without a license key is rejected."
    ),
)

INSTANCE: tuple[Rule, ...] = (
    contract(
        "instance.get",
        "S LicenseKeyInstanceResponse",
        "GET returns the instance that activate returned.",
    ),
    contract("instance.unknown-404", "S 404", "An unknown instance id returns 404."),
    contract(
        "instance.list",
        "S license_key_id",
        "The key filter returns exactly the instances of that key.",
    ),
    contract(
        "instance.pages", "S page_size, page_number", "The pages of instances follow each other."
    ),
    policy("instance.count", "instances_count is the number of instances in the list."),
    contract(
        "instance.rename", "S PatchLicenseKeyInstanceRequest", "PATCH sets the instance's name."
    ),
    contract(
        "instance.rename-stored",
        "S GET /license_key_instances/{id}",
        "GET and the list return the new name.",
    ),
    policy("instance.frame", "Renaming an instance changes nothing else."),
    contract("instance.body-refused", "S required", "A PATCH without a name is rejected."),
)
