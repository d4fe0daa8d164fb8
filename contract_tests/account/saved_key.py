"""What a journal saves: keys as they were, and the intent to create keys."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from ..judge.patch_checks import Key

# A faulty server may show a limit or an expiry of another type: it is restored as it was.
_SCALAR = str | int | float | bool | None


@dataclass(frozen=True)
class SavedKey:
    """The part of a key that a run can change, and the API that the key belongs to.

    Attributes:
        marker: The start of the name of every instance that the run creates. It identifies the run.
    """

    base_url: str
    id: str
    marker: str
    activations_limit: int | None
    expires_at: str | None
    status: str
    on_subscription: bool

    @classmethod
    def of(cls, key: Key, base_url: str, marker: str) -> "SavedKey":
        """Return the part to save of a key, as the API returned it.

        Raises:
            ValueError: A value has a type that cannot be restored.
        """
        return cls.parse(
            {
                "base_url": base_url,
                "id": key["id"],
                "marker": marker,
                "activations_limit": key.get("activations_limit"),
                "expires_at": key.get("expires_at"),
                "status": str(key.get("status")),
                "on_subscription": bool(key.get("subscription_id")),
            }
        )

    @classmethod
    def parse(cls, entry: Mapping[str, Any]) -> "SavedKey":
        """Return the key that an entry of a journal describes.

        Raises:
            ValueError: A member is missing, unknown or of the wrong type.
        """
        _check(
            entry, {"activations_limit": _SCALAR, "expires_at": _SCALAR, "on_subscription": bool}
        )
        return cls(**_members(cls, entry))

    @property
    def what(self) -> str:
        """What is restored, for a sentence."""
        return self.id

    @property
    def body(self) -> dict[str, Any]:
        """The body of the PATCH that puts the key back."""
        body = {
            "activations_limit": self.activations_limit,
            "disabled": self.status == "disabled",
        }
        return body if self.on_subscription else {**body, "expires_at": self.expires_at}

    @property
    def entry(self) -> dict[str, Any]:
        """The entry of the journal."""
        return asdict(self)


@dataclass(frozen=True)
class Creation:
    """The intent of a run to create keys, saved before the first one is created.

    Attributes:
        marker: The start of the string of every key that the run creates. It identifies the run.
    """

    base_url: str
    marker: str
    customer_id: str
    product_id: str

    @classmethod
    def parse(cls, entry: Mapping[str, Any]) -> "Creation":
        """Return the intent that an entry of a journal describes.

        Raises:
            ValueError: A member is missing, unknown or of the wrong type.
        """
        _check(entry, {})
        return cls(**_members(cls, entry))

    @property
    def id(self) -> str:
        """What the entry is closed by."""
        return self.marker

    @property
    def what(self) -> str:
        """What is restored, for a sentence."""
        return f"keys created as {self.marker}-..."

    @property
    def entry(self) -> dict[str, Any]:
        """The entry of the journal."""
        return asdict(self)


Saved = SavedKey | Creation


def _check(entry: Mapping[str, Any], types: Mapping[str, Any]) -> None:
    for name, value in entry.items():
        if not isinstance(value, types.get(name, str)):
            raise ValueError(f"{name} has the wrong type")  # noqa: TRY004 - it is data, not an argument


def _members(kind: type[Any], entry: Mapping[str, Any]) -> dict[str, Any]:
    names = {each.name for each in fields(kind)}
    if set(entry) != names:
        raise ValueError("a member is missing or unknown")
    return dict(entry)
