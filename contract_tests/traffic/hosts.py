"""The hosts of the API in a recording."""

from dataclasses import dataclass, field

_LOCAL = ("127.0.0.1", "localhost", "[::1]", "mock.invalid")


@dataclass
class Hosts:
    """The hosts of the API.

    Attributes:
        named: Hosts with their ports; if empty, those of the contract and the loopback interface.
    """

    named: frozenset[str] = frozenset()
    published: frozenset[str] = field(default=frozenset())

    def contain(self, host: str) -> bool:
        """Whether a host with its port serves the API."""
        if self.named:
            return host in self.named
        name = host if host.endswith("]") else host.rpartition(":")[0] or host
        return host in self.published or name in _LOCAL
