"""The two clients: one waits, the other can be awaited. What they ask is in `calls`, how it is read in `terms`."""

import asyncio
import time
from collections.abc import AsyncIterator, Generator, Iterator
from copy import copy
from itertools import count
from typing import Any, Self, TypeVar

import httpx

from vigia.client.call import Call
from vigia.client.errors import Came, ClientError, TimedOut, Unreachable
from vigia.client.methods import Methods
from vigia.client.patience import Patience
from vigia.client.terms import Terms, told

T = TypeVar("T")
DEFAULT = Patience()


class Client(Methods):
    """The API of a service, each method with the answer of one route.

    Args:
        address: of the service, without `/v1`: `http://127.0.0.1:3000`.
        key: sent as `X-API-Key`; the one in `VIGIA_API_KEY` where it is missing.
        acting_for: the person for whom it acts; counts only with a key that has this right.
        patience: timeout and retries.
        transport: of httpx, in place of its own; proxies of the environment are then not used.

    Raises:
        ConfigError: the address is none.
        ClientError: by every method, of one of its kinds.
    """

    def __init__(
        self,
        address: str,
        *,
        key: str | None = None,
        acting_for: str | None = None,
        patience: Patience = DEFAULT,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.terms = Terms.of(address, patience, key, acting_for)
        self._http = httpx.Client(timeout=patience.timeout, transport=transport, trust_env=transport is None)

    def acting_for(self, person: str) -> Self:
        """The same client for somebody else, on the same connections."""
        other = copy(self)
        other.terms = self.terms.acting_for(person)
        return other

    def send(self, call: Call[T]) -> T:
        """The answer of a call, which is sent again as far as `patience` says.

        Raises:
            ClientError: what it ended with at last.
        """
        for attempt in count():
            try:
                return self.terms.read(call, self._ask(call))
            except ClientError as error:
                wait = self.terms.patience.wait(call, error, attempt)
                if wait is None:
                    raise
            time.sleep(wait)
        raise AssertionError("count ends nowhere")

    def follow(self, calls: Generator[Call[Any], Any, T]) -> T:
        """What several calls, one after the other, come to."""
        answer = None
        while True:
            try:
                call = calls.send(answer)
            except StopIteration as end:
                found: T = end.value
                return found
            answer = self.send(call)

    def walk(self, call: Call[Any]) -> Iterator[Any]:
        """The rows of all pages of a list."""
        following: Call[Any] | None = call
        while following is not None:
            page = self.send(following)
            yield from page.rows
            following = following.onward(page)

    def _ask(self, call: Call[Any]) -> Came:
        """Ask once. A whole answer has to be there in time: httpx alone would wait for each piece of it."""
        seconds = self.terms.patience.timeout
        deadline, pieces = time.monotonic() + seconds, []
        try:
            with self._http.stream(**self.terms.request(call)) as answer:
                for piece in answer.iter_bytes():
                    pieces.append(piece)
                    if time.monotonic() > deadline:
                        raise _late(call, seconds)
            return Came(answer.status_code, answer.headers, b"".join(pieces))
        except httpx.TimeoutException as error:
            raise _late(call, seconds) from error
        except httpx.HTTPError as error:
            raise _away(call, self.terms, error) from error

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncClient(Methods):
    """The same with coroutines, for programs that run on asyncio.

    Args:
        address: of the service, without `/v1`.
        key: as of `Client`.
        acting_for: as of `Client`.
        patience: as of `Client`.
        transport: as of `Client`; several clients may share one.
    """

    def __init__(
        self,
        address: str,
        *,
        key: str | None = None,
        acting_for: str | None = None,
        patience: Patience = DEFAULT,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.terms = Terms.of(address, patience, key, acting_for)
        self._http = httpx.AsyncClient(timeout=patience.timeout, transport=transport, trust_env=transport is None)

    def acting_for(self, person: str) -> Self:
        """The same client for somebody else, on the same connections."""
        other = copy(self)
        other.terms = self.terms.acting_for(person)
        return other

    async def send(self, call: Call[T]) -> T:
        """The answer of a call, which is sent again as far as `patience` says.

        Raises:
            ClientError: what it ended with at last.
        """
        for attempt in count():
            try:
                return self.terms.read(call, await self._ask(call))
            except ClientError as error:
                wait = self.terms.patience.wait(call, error, attempt)
                if wait is None:
                    raise
            await asyncio.sleep(wait)
        raise AssertionError("count ends nowhere")

    async def follow(self, calls: Generator[Call[Any], Any, T]) -> T:
        """What several calls, one after the other, come to."""
        answer = None
        while True:
            try:
                call = calls.send(answer)
            except StopIteration as end:
                found: T = end.value
                return found
            answer = await self.send(call)

    async def walk(self, call: Call[Any]) -> AsyncIterator[Any]:
        """The rows of all pages of a list."""
        following: Call[Any] | None = call
        while following is not None:
            page = await self.send(following)
            for row in page.rows:
                yield row
            following = following.onward(page)

    async def _ask(self, call: Call[Any]) -> Came:
        seconds = self.terms.patience.timeout
        try:
            async with asyncio.timeout(seconds):
                answer = await self._http.request(**self.terms.request(call))
            return Came(answer.status_code, answer.headers, answer.content)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise _late(call, seconds) from error
        except httpx.HTTPError as error:
            raise _away(call, self.terms, error) from error

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def _late(call: Call[Any], seconds: float) -> TimedOut:
    return TimedOut(f"{told(call)}: no answer within {seconds:g} s")


def _away(call: Call[Any], terms: Terms, error: httpx.HTTPError) -> Unreachable:
    return Unreachable(f"{told(call)}: no answer from {terms.address}: {error}")
