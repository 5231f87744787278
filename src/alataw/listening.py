"""The home of sockets that others connect to: an address taken, or told why it cannot be."""

from __future__ import annotations

import socket

from alataw.errors import UsageError

BACKLOG = 1024
"""How many connections may wait to be taken."""


def listen(host: str, port: int) -> socket.socket:
    """Take an address.

    Raises:
        UsageError: AL120 if it is none of this machine, taken, or not ours to take.
    """
    try:
        family, kind, protocol, _, at = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(at)
            listening.listen(BACKLOG)
        except OSError:
            listening.close()
            raise
    except (OSError, UnicodeError) as error:  # a host of no possible name is found out when it is looked up
        raise UsageError(
            f"{host}:{port} cannot be listened on",
            code="AL120",
            why=getattr(error, "strerror", None) or str(error),
            fix="end what uses it (`ss -ltnp` tells), or take another port",
        ) from None
    listening.setblocking(False)
    return listening
