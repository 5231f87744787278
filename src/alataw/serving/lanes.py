"""The home of the lanes: who waits for a worker, and what becomes of workers that end.

Every request has a time, from when it comes to when its reply is there: up to half of it may be spent on waiting.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from alataw.errors import UsageError
from alataw.serving.processes import DiedError, Worker, Zygote
from alataw.serving.settings import Settings
from alataw.web import Reply, Request

LANES = ("quick", "free")

AGAIN_S = 0.5
"""How long to wait before a worker is replaced that ended before it had anything to do."""


class FullError(Exception):
    """Too many wait already, or one has waited too long."""


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
            self._replacing = asyncio.get_running_loop().create_task(self._again())

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
