"""The home of the processes as the front sees them: one that has read the graph, and the workers that it forks."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import pickle
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING, Any, cast

from alataw.errors import UsageError
from alataw.serving import wire
from alataw.serving.settings import Source
from alataw.web import Reply, Request

if TYPE_CHECKING:
    from alataw.serving.lanes import Lane

ABANDONED_S = 1.0
"""How long a worker may go on with a request whose client has left."""

ROUNDING_S = 0.01
"""How exact the clock of the loop is, with room."""


class LateError(Exception):
    """The request took all its time, and its worker has been ended."""


class DiedError(Exception):
    """The worker ended before it had answered.

    Args:
        begun: Whether it had read the request.
    """

    def __init__(self, *, begun: bool) -> None:
        super().__init__(begun)
        self.begun = begun


class Zygote:
    """A process that has read the graph, and the workers that it has forked.

    Args:
        source: What is published.
        log: Told what is worth to be known.
    """

    _numbers = count(1)

    def __init__(self, source: Source, log: Callable[..., None]) -> None:
        self._told, self._log = pickle.dumps(source), log
        self._loop = asyncio.get_running_loop()
        self._ready: asyncio.Future[str] = self._loop.create_future()
        self._heard = b""
        self.workers: set[Worker] = set()
        self.processes: dict[int, int] = {}
        self.lost: Callable[[], None] = lambda: None
        self.release = ""

    async def start(self) -> None:
        """Start the process, and wait until it has read the graph.

        Raises:
            UsageError: AL121 if it cannot.
        """
        self._control, theirs = socket.socketpair()
        command = [sys.executable, "-P", "-c", "from alataw.serving.zygote import main; main()", str(theirs.fileno())]
        self._process = subprocess.Popen(  # noqa: S603  # this Python
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,  # what a terminal sends is for the front
        )
        theirs.close()
        assert self._process.stdin  # noqa: S101  # it is a pipe
        self._process.stdin.write(self._told)
        self._process.stdin.close()
        self._control.setblocking(False)
        self._loop.add_reader(self._control, self._hear)
        try:
            self.release = await self._ready
        except BaseException:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)  # with what it tries its first requests in
            self.stop()
            raise

    def _hear(self) -> None:
        try:
            said = self._control.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            said = b""
        if not said:
            self._loop.remove_reader(self._control)
            if not self._ready.done():
                self._ready.set_exception(_unpublishable("the process that reads the graph was ended"))
            self.lost()
            return
        *lines, self._heard = (self._heard + said).split(b"\n")
        for line in lines:
            self._understand(json.loads(line))

    def _understand(self, said: dict[str, Any]) -> None:
        if "ready" in said or "failed" in said:
            if self._ready.done():
                return  # nobody waits any more
            if "ready" in said:
                self._ready.set_result(said["ready"])
            else:
                self._ready.set_exception(_unpublishable(said["failed"]))
        elif "born" in said:
            self.processes[said["born"]] = said["process"]
        else:
            process = self.processes.pop(said["ended"], 0)
            if said["status"]:
                self._log("a worker has ended", process=process, status=said["status"])

    def fork(self, lane: Lane) -> None:
        """Have a worker for a lane; it may be written to before it is born."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        number = next(self._numbers)
        try:
            socket.send_fds(
                self._control,
                [wire.ORDER.pack(wire.FREE if lane.name == "free" else wire.QUICK, number)],
                [theirs.fileno()],
            )
        except OSError:  # it is gone, and `lost` has another started
            ours.close()
            return
        finally:
            theirs.close()
        worker = Worker(self, lane, number)
        self.workers.add(worker)
        lane.workers.add(worker)
        worker.connecting = self._loop.create_task(self._loop.create_unix_connection(lambda: worker, sock=ours))

    def end(self, number: int) -> None:
        """Kill a worker."""
        with contextlib.suppress(OSError):
            self._control.send(wire.ORDER.pack(wire.END, number))

    def stop(self) -> None:
        """End the process; its workers end with it."""
        self.lost = lambda: None
        self._loop.remove_reader(self._control)
        self._control.close()
        for worker in tuple(self.workers):
            worker.close()
        self._loop.run_in_executor(None, self._process.wait)


def _unpublishable(why: str) -> UsageError:
    return UsageError(
        "the graph cannot be published",
        code="AL121",
        why=why,
        fix="mend it; `alataw check` and `alataw doctor` say more",
    )


class Worker(asyncio.Protocol):
    """One worker, which does one thing at a time."""

    def __init__(self, zygote: Zygote, lane: Lane, number: int) -> None:
        self.zygote, self.lane, self.number = zygote, lane, number
        self.connecting: asyncio.Task[Any] | None = None
        self.used = False
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._asked: asyncio.Future[Reply] | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._began = self._seconds = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It can be written to."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's are not of its class
        self.lane.free(self)

    def ask(self, request: Request, seconds: float) -> asyncio.Future[Reply]:
        """Have a request answered; whoever waits no longer for it cancels it.

        Raises:
            LateError: If it takes more than so many seconds.
            DiedError: If the worker ends.
        """
        assert self._transport is not None  # noqa: S101  # it is idle, hence connected
        self.used = True
        self._began, self._seconds = self._loop.time(), seconds
        self._asked = self._loop.create_future()
        if self._transport.is_closing():
            self._asked.set_exception(DiedError(begun=False))
            return self._asked
        self._asked.add_done_callback(self._answered)
        head = [seconds, request.method, request.path, request.query, dict(request.headers)]
        self._transport.write(wire.packed(head, request.body))
        # The worker's own alarm rings first; this one is for a process that does not run at all.
        self._alarm = self._loop.call_later(seconds + 0.3, self._end)
        return self._asked

    def _answered(self, asked: asyncio.Future[Reply]) -> None:
        if asked is self._asked and asked.cancelled():
            if self._alarm:
                self._alarm.cancel()
            self._alarm = self._loop.call_later(ABANDONED_S, self._end)

    def _end(self) -> None:
        self.zygote.end(self.number)
        self.close()

    def data_received(self, data: bytes) -> None:
        """Take a part of a reply."""
        self._received += data
        if len(self._received) < wire.LENGTHS.size:
            return
        head, body = wire.LENGTHS.unpack_from(self._received)
        begin = wire.LENGTHS.size + head
        if len(self._received) < begin + body:
            return
        status, headers, another = json.loads(self._received[wire.LENGTHS.size : begin])
        reply = Reply(status, bytes(memoryview(self._received)[begin : begin + body]), tuple(map(tuple, headers)))
        self._received = bytearray()
        if self._alarm:
            self._alarm.cancel()
        asked, self._asked = self._asked, None
        if asked and not asked.done():
            asked.set_result(reply)
        if another:
            self.lane.free(self)
        else:
            self.close()

    def close(self) -> None:
        """Let it end."""
        if self._transport:
            self._transport.close()
        elif self.connecting:
            self.connecting.cancel()
            self.connection_lost(None)

    def connection_lost(self, error: Exception | None) -> None:
        """It has ended, of itself or not."""
        if self._alarm:
            self._alarm.cancel()
        if self._asked and not self._asked.done():
            late = self._loop.time() - self._began >= self._seconds - ROUNDING_S
            # The system tells an end with something unread (ECONNRESET) from one without (unix_release_sock in Linux).
            self._asked.set_exception(LateError() if late else DiedError(begun=error is None))
        self.zygote.workers.discard(self)
        self.lane.ended(self)
