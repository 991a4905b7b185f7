"""Where the site may be reached without sign-in: from this machine alone."""

import ipaddress
from collections.abc import Mapping

from app.errors import AccessError

FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "X-Real-Ip")
SAY_SO = (
    "The site shows revenue, customers and people by name, and there is no sign-in: it would answer {where}. "
    "Set up sign-in (docs/access.md), or say that everybody who gets there may see everything: ACCORD_SERVE_WITHOUT_SIGN_IN=true."
)


def check_address(address: str | None) -> None:
    """Raises AccessError where a server without sign-in would answer others than this machine. None is every address."""
    if not is_loopback(address):
        raise AccessError(SAY_SO.format(where=f"on {address}" if address else "on every address of this machine"))


def check_request(headers: Mapping[str, str]) -> None:
    """Raises AccessError where a server without sign-in was asked by another name than this machine's own, or through a proxy."""
    host = headers.get("Host")
    if host is not None and not is_loopback(_name(host)):
        raise AccessError(SAY_SO.format(where=f"to the name {_name(host)[:80]}"))
    if any(headers.get(name) for name in FORWARDED):
        raise AccessError(SAY_SO.format(where="through a proxy"))


def is_loopback(address: str | None) -> bool:
    """Whether only this machine itself reaches an address."""
    if not address:
        return False
    if address.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False


def _name(host: str) -> str:
    """A Host header without its port."""
    return host[: host.index("]") + 1] if host.startswith("[") and "]" in host else host.partition(":")[0]
