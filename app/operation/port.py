"""Whether a port can be served on."""

import socket

from app.errors import CallerError


def check_free(address: str | None, port: int) -> None:
    """Raises CallerError where another program answers there, or this one may not."""
    host = (address or "0.0.0.0").strip("[]")
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does: a port just left is free
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as fault:
            why = fault.strerror if isinstance(fault, OSError) and fault.strerror else str(fault)
            raise CallerError(f"Port {port} cannot be served on ({why}): end what uses it, or name another with --port.") from None
