"""The home of the lanes: the workers as the front sees them, who waits for one, and what becomes of both.

Every request has a time, from when it comes to when its reply is there: up to half of it may be spent on waiting.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import pickle
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from itertools import count
from typing import Any, cast

from alataw.errors import UsageError
from alataw.serving import wire
from alataw.serving.settings import Settings, Source
from alataw.web import Reply, Request

LANES = ("quick", "free")

ABANDONED_S = 1.0
"""How long a worker may go on with a request whose client has left."""

AGAIN_S = 0.5
"""How long to wait before a worker is replaced that ended before it had anything to do."""


ROUNDING_S = 0.01
"""How exact the clock of the loop is, with room."""


class FullError(Exception):
    """Too many wait already, or one has waited too long."""


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
        self._source, self._log = source, log
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
        self._process.stdin.write(pickle.dumps(self._source))
        self._process.stdin.close()
        self._control.setblocking(False)
        self._loop.add_reader(self._control, self._hear)
        try:
            self.release = await self._ready
        except BaseException:
            self._process.kill()
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
        if "ready" in said:
            self._ready.set_result(said["ready"])
        elif "failed" in said:
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
            socket.send_fds(self._control, [_order(b"f" if lane.name == "free" else b"q", number)], [theirs.fileno()])
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
            self._control.send(_order(b"e", number))

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


def _order(kind: bytes, number: int) -> bytes:
    from alataw.serving.zygote import ORDER

    return ORDER.pack(kind, number)


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


class Lane:
    """Workers for one kind of requests, and those who wait for one.

    Args:
        name: Of `LANES`.
        size: How many workers.
        queue: How many may wait.
        seconds: The time of a request.
    """

    def __init__(self, name: str, size: int, queue: int, seconds: float) -> None:
        self.name, self._size, self._queue, self._seconds = name, size, queue, seconds
        self.workers: set[Worker] = set()
        self.replaced = 0
        self.zygote: Zygote | None = None
        self._idle: list[Worker] = []
        self._waiting: deque[asyncio.Future[Worker]] = deque()
        self._loop = asyncio.get_running_loop()

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(not waiter.done() for waiter in self._waiting)

    @property
    def busy(self) -> int:
        """How many workers are at work."""
        return len(self.workers) - len(self._idle)

    async def ask(self, request: Request) -> tuple[Reply, str]:
        """Have a request answered.

        Returns:
            The reply, and the release that it is of.

        Raises:
            FullError, LateError, DiedError: If it is not.
        """
        end = self._loop.time() + self._seconds
        again = 1 if self.name == "quick" else 0
        while True:
            try:
                return await self._ask(request, end)
            except DiedError as died:
                # What a worker had not begun, another does. What it had begun may be what ended it, or not: a document
                # is worth another try, a query of a stranger is not.
                if died.begun:
                    if not again:
                        raise
                    again -= 1

    async def _ask(self, request: Request, end: float) -> tuple[Reply, str]:
        worker = self._idle.pop() if self._idle else await self._next(end - self._seconds / 2)
        release = worker.zygote.release
        return await worker.ask(request, end - self._loop.time()), release

    async def _next(self, end: float) -> Worker:
        """Wait for a worker, but not for long."""
        if len(self._waiting) >= self._queue:
            self._waiting = deque(waiter for waiter in self._waiting if not waiter.done())
            if len(self._waiting) >= self._queue:
                raise FullError
        waiter: asyncio.Future[Worker] = self._loop.create_future()
        self._waiting.append(waiter)
        alarm = self._loop.call_at(end, _give_up, waiter)
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled() and not waiter.exception():
                self.free(waiter.result())  # it was given a worker in the moment in which it went
            raise
        finally:
            alarm.cancel()

    def free(self, worker: Worker) -> None:
        """Give a worker to the next who waits."""
        if worker.zygote is not self.zygote:
            worker.close()
            return
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(worker)
                return
        self._idle.append(worker)

    def ended(self, worker: Worker) -> None:
        """Replace a worker that has ended."""
        self.workers.discard(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        if worker.zygote is self.zygote and self.zygote:
            self.replaced += 1
            self._loop.call_later(0 if worker.used else AGAIN_S, self._fill)

    def change(self, zygote: Zygote | None) -> None:
        """Take workers of another zygote from now on; those of the old one end what they are at."""
        self.zygote = zygote
        idle, self._idle = self._idle, []
        for worker in idle:
            worker.close()
        self._fill()

    def _fill(self) -> None:
        zygote = self.zygote
        if zygote:
            for _ in range(self._size - sum(worker.zygote is zygote for worker in self.workers)):
                zygote.fork(self)


def _give_up(waiter: asyncio.Future[Worker]) -> None:
    if not waiter.done():
        waiter.set_exception(FullError())


class Pool:
    """Both lanes, and the zygote that they have their workers from.

    Args:
        settings: How many, for how long.
        log: Told what is worth to be known.
    """

    def __init__(self, settings: Settings, log: Callable[..., None]) -> None:
        self._source, self._log = settings.source, log
        sizes = zip(LANES, (settings.workers, settings.free_workers), strict=True)
        seconds = settings.source.limits.seconds
        self.lanes = {name: Lane(name, size, settings.queue, seconds) for name, size in sizes}
        self.zygote: Zygote | None = None
        self._old: set[Zygote] = set()
        self._loading = asyncio.Lock()

    @property
    def release(self) -> str:
        """What is published now."""
        return self.zygote.release if self.zygote else ""

    async def load(self, changed: Callable[[], None] = lambda: None) -> None:
        """Read what is published, anew; until it is read, and if it cannot be, all goes on as before.

        Args:
            changed: Called in the moment in which the new is published.

        Raises:
            UsageError: AL121 if it cannot be read.
        """
        async with self._loading:
            zygote = Zygote(self._source, self._log)
            await zygote.start()
            zygote.lost = lambda: self._lost(zygote)
            old, self.zygote = self.zygote, zygote
            for lane in self.lanes.values():
                lane.change(zygote)
            changed()
        if old:
            old.lost = lambda: None
            while old.workers:
                await asyncio.sleep(0.05)
            old.stop()

    def _lost(self, zygote: Zygote) -> None:
        """Read the graph anew when its reader was ended; the workers that are there go on meanwhile."""
        self._log("the process that has read the graph was ended; another is started")
        if zygote is self.zygote:
            asyncio.get_running_loop().create_task(self._again())

    async def _again(self) -> None:
        while True:
            try:
                return await self.load()
            except UsageError as error:
                self._log(str(error))
                await asyncio.sleep(5)

    def stop(self) -> None:
        """End everything."""
        for lane in self.lanes.values():
            lane.zygote = None
        if self.zygote:
            self.zygote.stop()
