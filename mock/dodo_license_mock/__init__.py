"""A stateful mock of the License Keys API."""

from .mock import LicenseMock

__all__ = ["LicenseMock"]
