"""A real server for tests, on loopback, and what a client can do to it."""

from __future__ import annotations

import contextlib
import http.client
import os
import pickle
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from alataw.publication import Limits
from alataw.serving import Settings, Source

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]

_START = """
import pickle, sys
from alataw.listening import listen
from alataw.serving.server import serve
from alataw.serving import connection
settings, times = pickle.load(sys.stdin.buffer)
vars(connection).update(times)
listening = listen(settings.host, settings.port)
serve(settings, listening, lambda release: print(listening.getsockname()[1], flush=True))
"""


class Answered(NamedTuple):
    """What came back; the names of headers in small letters."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Running:
    """A server that runs.

    Args:
        port: Where it listens.
        process: The front.
        log: What it has said.
    """

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def ask(
        self,
        path: str,
        method: str = "GET",
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
        *,
        timeout_s: float = 30,
    ) -> Answered:
        """Make one request, on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout_s)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return Answered(response.status, {n.lower(): v for n, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def connect(self) -> socket.socket:
        """A connection, on which nothing was said."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def say(self, data: bytes) -> bytes:
        """Send bytes as they are, and read all that comes back until the server ends."""
        with self.connect() as connection:
            with contextlib.suppress(OSError):  # what is refused before it is sent can still be read of
                connection.sendall(data)
            return read_all(connection)

    def processes(self) -> dict[int, str]:
        """Every living process of the server but the front, with what it is: `zygote`, `quick` or `free`."""
        found = {}
        for zygote in filter(alive, _children(self.process.pid)):
            found[zygote] = "zygote"
            for worker in filter(alive, _children(zygote)):
                with contextlib.suppress(ProcessLookupError):  # it has ended meanwhile
                    found[worker] = "free" if os.getpriority(os.PRIO_PROCESS, worker) == 19 else "quick"
        return found

    def metric(self, name: str, **labels: str) -> float:
        """A figure of /metrics, 0 if it is not there."""
        wanted = name + ("{" + ",".join(f'{key}="{value}"' for key, value in labels.items()) + "}" if labels else "")
        for line in self.ask("/metrics").body.decode().splitlines():
            if line.startswith(wanted + " "):
                return float(line.split()[-1])
        return 0.0


def read_all(connection: socket.socket) -> bytes:
    """Everything until the other side ends, or is silent for long."""
    parts = []
    while True:
        try:
            part = connection.recv(65536)
        except OSError:
            break
        if not part:
            break
        parts.append(part)
    return b"".join(parts)


def _children(process: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except FileNotFoundError:
        return []


def alive(process: int) -> bool:
    """Whether there is such a process, and it has not ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def cpu_s(process: int) -> float:
    """The seconds of processor that a process has used since it was forked."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # it has ended
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mib(process: int) -> float:
    """What a process has in memory that is its own, shared parts counted by share."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:  # it has ended
        return 0.0
    return int(next(line for line in text.splitlines() if line.startswith("Pss:")).split()[1]) / 1024


def eventually(true: Any, seconds: float = 10.0) -> bool:
    """Whether something becomes true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.02)
    return False


@contextmanager
def running(
    folder: Path, *, source: dict[str, Any] | None = None, times: dict[str, float] | None = None, **settings: Any
) -> Iterator[Running]:
    """Start a server, and stop it.

    Args:
        folder: Where its log and its socket go.
        source: What it publishes, where that is not this repository by the double.
        times: How long a client may take, by the names of `alataw.serving.connection`.
        settings: As `Settings`.
    """
    made = {"repository": ROOT, "application": "double", "limits": Limits(seconds=2.0), **(source or {})}
    wanted = Settings(Source(**made), **{"port": 0, "control": folder / "control.sock", **settings})
    log = folder / "server.log"
    paths = os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")])
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-c", _START],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=file,
            env={**os.environ, "PYTHONPATH": paths},
        )
        try:
            assert process.stdin
            assert process.stdout
            process.stdin.write(pickle.dumps((wanted, times or {})))
            process.stdin.close()
            said = process.stdout.readline()
            assert said, log.read_text(encoding="utf-8")[-2000:]
            yield Running(int(said), process, log)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()  # type: ignore[union-attr]  # it is a pipe
