"""The home of the log: a line of JSON for each request and each event, written beside the work.

The query of an address is left out: people write into it what is nobody's business.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
from datetime import UTC, datetime
from queue import Empty, Full, Queue
from typing import Any

MOST_WAITING = 20_000
"""How many lines may wait for a disk that is slow; more are lost, and counted."""


class Log:
    """Lines to a file.

    Args:
        access: The file for requests; `-` for stderr, empty for none.
    """

    def __init__(self, access: str) -> None:
        self._access = access
        self._lines: Queue[tuple[int, str] | None] = Queue(MOST_WAITING)
        self._file = self._opened()
        self.lost = 0
        self._thread = threading.Thread(target=self._write, name="log", daemon=True)
        self._thread.start()

    def _opened(self) -> int:
        if self._access in ("", "-"):
            return 2
        return os.open(self._access, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)

    def reopen(self) -> None:
        """Open the file anew, which may have been renamed (log rotation)."""
        if self._access not in ("", "-"):
            new = self._opened()
            os.dup2(new, self._file)
            os.close(new)

    def request(self, **said: object) -> None:
        """Tell of a request."""
        self._put(self._file, said)

    def event(self, message: str, **said: object) -> None:
        """Tell what happened to the server, on stderr."""
        self._put(2, {"event": message, **said})

    def _put(self, file: int, said: dict[str, Any]) -> None:
        try:
            self._lines.put_nowait((file, json.dumps({"time": _now(), **said}, default=str) + "\n"))
        except Full:
            self.lost += 1

    def _write(self) -> None:
        while True:
            lines = [self._lines.get()]
            with contextlib.suppress(Empty):
                while len(lines) < 1000:
                    lines.append(self._lines.get_nowait())
            for file in (2, self._file) if self._file != 2 else (2,):
                text = "".join(line[1] for line in lines if line and line[0] == file)
                with contextlib.suppress(OSError):  # a disk that is full must not end the server
                    _write_all(file, text.encode())
            if None in lines:
                return

    def close(self) -> None:
        """Write what waits."""
        with contextlib.suppress(Full):
            self._lines.put(None, timeout=1)
            self._thread.join(2)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _write_all(file: int, data: bytes) -> None:
    while data:
        data = data[os.write(file, data) :]
