"""The errors that the rules of license keys raise."""


class DomainError(Exception):
    """An operation breaks a rule. The text is one sentence without secrets."""


class NotFoundError(DomainError):
    """A record does not exist.

    Args:
        kind: The kind of record, in the singular.
    """

    def __init__(self, kind: str) -> None:
        super().__init__(f"The {kind} does not exist.")


class LicenseKeyNotFoundError(NotFoundError):
    """A license key does not exist."""

    def __init__(self) -> None:
        super().__init__("license key")


class LicenseKeyExistsError(DomainError):
    """A license key with the same key string exists."""

    def __init__(self) -> None:
        super().__init__("A license key with this key string already exists.")


class ExpiryOnSubscriptionError(DomainError):
    """A key that belongs to a subscription cannot have an expiry."""

    def __init__(self) -> None:
        super().__init__("The key belongs to a subscription and cannot have its own expiry.")


class LimitBelowInstancesError(DomainError):
    """An activation limit is lower than the number of instances.

    Args:
        instances_count: The number of instances of the key.
    """

    def __init__(self, instances_count: int) -> None:
        super().__init__(
            f"The key has {instances_count} instances. The limit cannot be lower than that."
        )


class InactiveLicenseKeyError(DomainError):
    """A key that is disabled or expired cannot be activated."""

    def __init__(self) -> None:
        super().__init__("The license key is not active.")


class ActivationLimitReachedError(DomainError):
    """A key has as many instances as its activation limit allows."""

    def __init__(self) -> None:
        super().__init__("The license key has reached its activation limit.")


class InstanceOfAnotherKeyError(DomainError):
    """An instance does not belong to the key."""

    def __init__(self) -> None:
        super().__init__("The instance does not belong to the license key.")
