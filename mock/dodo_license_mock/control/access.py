"""Who may use `/_mock/`: this machine, and no web page of another site.

A page of another site reaches the loopback interface if its own name resolves to it (DNS
rebinding). Its requests carry that name in `Host` and `Origin`.
"""

import ipaddress
from collections.abc import Iterable

from ..http.errors import HttpError, forbidden
from ..http.messages import Request


class Access:
    """Decides who may use the control.

    Args:
        remote: Whether other machines may use it.
        hosts: The names that are accepted in `Host` beside those of the loopback interface.
    """

    def __init__(self, *, remote: bool, hosts: Iterable[str]) -> None:
        self._remote = remote
        self._hosts = frozenset(host.lower().rstrip(".") for host in hosts)

    def check(self, request: Request) -> None:
        """Check a request. An in-process request needs no permission.

        Raises:
            HttpError: 403 for a client, a `Host` or an `Origin` that is not accepted.
        """
        if request.peer is None:
            return
        if not self._remote and not _is_loopback(request.peer):
            raise forbidden("Only the loopback interface has access to /_mock/.")
        host = request.host.decode("latin-1").lower()
        if not self._is_accepted(_name(host)):
            raise _unknown_host()
        if request.origin is not None:
            origin = request.origin.decode("latin-1").lower()
            if origin.partition("://")[2] != host:
                raise forbidden("Only the page of the mock has access to /_mock/ in a browser.")

    def _is_accepted(self, name: str) -> bool:
        if name == "localhost" or name.endswith(".localhost") or name in self._hosts:
            return True
        # An address is not a name that someone else could resolve to this machine.
        return _is_loopback(name) or (self._remote and _is_address(name))


def _unknown_host() -> HttpError:
    return forbidden(
        "The Host header must name the loopback interface or an accepted host"
        " (--control-host NAME) for access to /_mock/."
    )


def _name(host: str) -> str:
    """Return the name or address in a `Host` header, without the port and the brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].rstrip(".")


def _is_loopback(address: str) -> bool:
    return _is_address(address) and ipaddress.ip_address(address).is_loopback


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
