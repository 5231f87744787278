"""The home of work that is shared: what several ask for at the same time is done once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

Result = TypeVar("Result")


class Shared(Generic[Result]):
    """Work under way, by what tells it from other work."""

    def __init__(self) -> None:
        self._under_way: dict[Hashable, _Work[Result]] = {}

    async def do(self, key: Hashable, begin: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
        """Do a piece of work, or wait for it if it is being done; it is given up when nobody waits for it any more."""
        work = self._under_way.get(key)
        if work is None:
            work = self._under_way[key] = _Work(asyncio.ensure_future(begin()))
        work.waiting += 1
        try:
            return await asyncio.shield(work.task)
        finally:
            work.waiting -= 1
            if not work.waiting:
                del self._under_way[key]
                work.task.cancel()


class _Work(Generic[Result]):
    def __init__(self, task: asyncio.Task[Result]) -> None:
        self.task, self.waiting = task, 0
