"""The queue of heavy requests: so many are worked on, so many wait, and the next one is asked to come back."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from contextvars import copy_context
from functools import partial
from typing import Annotated, ParamSpec, TypeVar

from fastapi import Depends, HTTPException, Request

WAITING = 8
"""Heavy requests that wait beside those that are worked on; each may hold a body of some megabytes."""
RETRY_SECONDS = 5
P = ParamSpec("P")
T = TypeVar("T")


class HeavyQueue:
    """Threads for heavy requests, one for two cores: more only take the interpreter from each other and from probes."""

    def __init__(self, running: int = max(1, (os.cpu_count() or 1) // 2), waiting: int = WAITING) -> None:
        self.most = running + waiting
        self.taken = 0
        self._threads = ThreadPoolExecutor(running, "heavy")

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """A place among those that wait or are worked on.

        Raises:
            HTTPException: 429, there is none.
        """
        if self.taken >= self.most:
            headers = {"Retry-After": str(RETRY_SECONDS)}
            raise HTTPException(429, f"{self.most} heavy requests are worked on or wait already; come back", headers)
        self.taken += 1
        try:
            yield
        finally:
            self.taken -= 1

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the work gives, in one of the threads, in the order in which it was asked for."""
        here = copy_context()  # which request it is, for the log
        return await asyncio.wrap_future(self._threads.submit(here.run, partial(work, *args, **kwargs)))


async def heavy_queue(request: Request) -> HeavyQueue:
    """The queue of the application."""
    queue: HeavyQueue = request.app.state.heavy
    return queue


Heavy = Annotated[HeavyQueue, Depends(heavy_queue)]
