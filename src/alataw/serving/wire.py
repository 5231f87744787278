"""The home of the form in which the front speaks with the zygote and its workers.

With a worker, a message is two lengths, a head in JSON, and a body: whatever becomes of it, what it sends can only be
data.
"""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

LENGTHS = struct.Struct("!II")
"""How many bytes head and body have."""

ORDER = struct.Struct("!cI")
"""What the front tells the zygote: what to do, and with which worker."""

QUICK, FREE, END = b"q", b"f", b"e"
"""Fork one for a lane, whose socket comes along, or end one."""


def packed(head: object, body: bytes) -> bytes:
    r"""Write a message.

    >>> packed([200], b"fine")
    b'\x00\x00\x00\x05\x00\x00\x00\x04[200]fine'
    """
    said = json.dumps(head, separators=(",", ":")).encode()
    return LENGTHS.pack(len(said), len(body)) + said + body


def receive(channel: socket.socket) -> tuple[Any, bytes]:
    """Wait for a message, and read it.

    Raises:
        EOFError: If the other side is gone.
    """
    head, body = LENGTHS.unpack(_exactly(channel, LENGTHS.size))
    return json.loads(_exactly(channel, head)), _exactly(channel, body)


def _exactly(channel: socket.socket, size: int) -> bytes:
    read = bytearray()
    while len(read) < size:
        more = channel.recv(size - len(read))
        if not more:
            raise EOFError
        read += more
    return bytes(read)
