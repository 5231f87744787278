"""The home of the socket by which `alataw reload` speaks to the server: one word there, one line of JSON back."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path

from alataw.errors import AlatawError, UsageError

PATIENCE_S = 3600.0
"""How long a reload may take before whoever asked for it stops waiting."""


class Control:
    """The server's side.

    Args:
        path: Where.
        reload: Reads the data anew; gives the release, or raises what is wrong.
    """

    def __init__(self, path: Path, reload: Callable[[], Awaitable[str]]) -> None:
        self._path, self._reload = path, reload
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen; for nobody but the user of this process.

        Raises:
            UsageError: AL120 if that is not possible.
        """
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder = self._path.parent.stat()
            if folder.st_uid not in (os.getuid(), 0) or folder.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
                raise PermissionError(f"others may write to {self._path.parent}")
            if _alive(self._path):
                raise FileExistsError(f"a server listens at {self._path}")
            self._path.unlink(missing_ok=True)
            before = os.umask(0o177)
            try:
                self._server = await asyncio.start_unix_server(self._attend, self._path)
            finally:
                os.umask(before)
        except OSError as error:
            raise UsageError(
                f"{self._path} cannot be listened on", code="AL120", why=str(error), fix="name another with --control"
            ) from None

    async def _attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            said = await reader.readline()
            try:
                if said.strip() != b"reload":
                    raise UsageError("only `reload` is understood", code="AL122")
                answer = {"release": await self._reload()}
            except AlatawError as error:
                answer = {"why": error.why or error.what}
            writer.write(json.dumps(answer).encode() + b"\n")
            await writer.drain()
        writer.close()

    def stop(self) -> None:
        """Listen no more."""
        if self._server:
            self._server.close()
        self._path.unlink(missing_ok=True)


def _alive(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as asking, contextlib.suppress(OSError):
        asking.connect(str(path))
        return True
    return False


def reload(path: Path) -> str:
    """Have the server of a socket read its data anew, and wait until it is published.

    Returns:
        The release that is published now.

    Raises:
        UsageError: AL122 if no server listens there, AL124 if it cannot publish the new data.
    """
    with socket.socket(socket.AF_UNIX) as asking:
        asking.settimeout(PATIENCE_S)
        try:
            asking.connect(str(path))
            asking.sendall(b"reload\n")
            said = asking.makefile("rb").readline()
        except OSError as error:
            raise UsageError(
                f"no server listens at {path}",
                code="AL122",
                why=error.strerror or str(error),
                fix="name its --port, or its --control",
            ) from None
    answer = json.loads(said or b'{"why": "the server has ended"}')
    if "release" not in answer:
        raise UsageError(
            "the new data was refused; what was published before still is",
            code="AL124",
            why=answer["why"],
            fix="mend it, and reload again",
        )
    return str(answer["release"])
