"""Which machine a URL reaches, whatever way its host is written."""

import ipaddress
import re
import socket
import unicodedata
from urllib.parse import urlsplit

LIVE_MODE_HOST = "live.dodopayments.com"
# The port that selects the in-process mock has no network behind it.
_NAMES_OF_THIS_MACHINE = frozenset({"localhost", "mock.invalid"})
_PORTS = {"http": 80, "https": 443}
# RFC 3490, section 3.1: resolvers treat each of these as a dot.
_DOTS = re.compile("[\u3002\uff0e\uff61]")


def host(url: str) -> str:
    """Return the host of a URL in its canonical form: ASCII, lower case, without a final dot.

    Raises:
        ValueError: The URL has no host that can be resolved.
    """
    name = urlsplit(url).hostname or ""
    name = _DOTS.sub(".", unicodedata.normalize("NFKC", name)).rstrip(".").lower()
    if not name.isascii():
        name = name.encode("idna").decode("ascii")
    if not name:
        raise ValueError("the URL has no host")
    return name


def origin(url: str) -> str:
    """Return scheme, canonical host and port of a URL: equal for every URL of one server."""
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    return f"{scheme}://{host(url)}:{parts.port or _PORTS.get(scheme)}"


def is_this_machine(url: str) -> bool:
    """Whether a URL reaches this machine, so that its requests cross no network."""
    name = host(url)
    address = _address(name)
    if address is not None:
        return address.is_loopback
    return name in _NAMES_OF_THIS_MACHINE or name.endswith(".localhost")


def may_be_live_mode(url: str) -> bool:
    """Whether a URL may reach live mode.

    A public IP address counts, because it does not show which host it belongs to.
    """
    name = host(url)
    address = _address(name)
    return name == LIVE_MODE_HOST if address is None else address.is_global


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The IP address that a host is, in any form that a resolver accepts, None for a name."""
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        try:
            # Also 127.1, 2130706433 and 0x7f000001.
            return ipaddress.IPv4Address(socket.inet_aton(name))
        except OSError:
            return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address
