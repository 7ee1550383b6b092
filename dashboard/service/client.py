"""The service as sessions ask it: every call with a timeout, every failure a sentence in the session's language.

Calls are coroutines: while one waits, the process serves all other sessions.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine
from typing import Any

import httpx
from pydantic import ValidationError

from dashboard.service import shapes
from dashboard.service.answers import Body, Vocabulary
from dashboard.service.errors import RefusedError, ServiceAwayError, ServiceError
from dashboard.words import Words
from vigia.client import AsyncClient, Call, ClientError, Patience, TimedOut, calls

Connections = httpx.AsyncBaseTransport
PAGE = 500
IDLE_CONNECTIONS = 20
"""Kept open between calls; while calls wait there may be any number."""


def connections() -> Connections:
    """Connections that all sessions of a process use; one that waits takes no other one's place."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=IDLE_CONNECTIONS)
    return httpx.AsyncHTTPTransport(limits=limits, trust_env=False)


class ServiceClient:
    """The service's reading routes, as plain dictionaries that have all their fields.

    Args:
        base_url: address of the service, without `/v1`.
        timeout_seconds: longest wait for one answer, from the first byte asked to the last one read.
        words: in the language of the session; the service is asked for its words in the same one.
        transport: the process's `connections`, or another one for tests.
        key: with which it asks; empty where the service asks for none.
    """

    def __init__(
        self, base_url: str, timeout_seconds: float, words: Words, transport: Connections, key: str = ""
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.timeout_seconds = timeout_seconds
        self.language = words.language
        self._words = words.service
        patience = Patience(timeout=timeout_seconds, retries=0)
        self._service = AsyncClient(self.base_url, key=key, patience=patience, transport=transport)

    async def health(self) -> Body:
        """Release, last hour with data, number of clients."""
        return shapes.complete(await self._call(calls.clients.health()), shapes.HEALTH)

    async def vocabulary(self) -> Vocabulary:
        """The words of what the service names."""
        body = await self._call(calls.clients.vocabulary(self.language))
        try:
            return Vocabulary.model_validate(body)
        except ValidationError as error:
            raise self._other() from error

    async def clients(self) -> list[Body]:
        """All clients."""
        return [shapes.client(row) async for row in self._pages(calls.clients.clients())]

    async def client(self, client_id: str) -> Body:
        """One client with its quality issues and model card."""
        return shapes.detail(await self._call(calls.clients.client(client_id)))

    async def events(self, **filters: str | None) -> list[Body]:
        """Events of the past-only mode, in the service's order, one a group; of a time those that touch it."""
        return [shapes.event(row) async for row in self._pages(calls.events.events().asking(_given(filters)))]

    async def series(self, client_id: str, start: str, end: str, points: int) -> Body:
        """Column arrays of all channels, reduced by extremes to about `points`."""
        return shapes.series(await self._call(calls.clients.series(client_id, start, end, points=points)))

    async def profile(self, client_id: str, start: str, end: str) -> Body:
        """Mean by hour and weekday, four-hour band with most consumption, totals and errors of a time."""
        return shapes.profile(await self._call(calls.clients.profile(client_id, start, end)))

    async def summary(self, start: str, end: str, sector: str | None = None) -> Body:
        """Totals by client and sector."""
        return shapes.summary(await self._call(calls.clients.summary(start, end, sector=sector or None)))

    async def forecast(self, client_id: str, level: float = 0.95) -> Body:
        """The next 24 hours after the last reading."""
        return shapes.forecast(await self._call(calls.forecasting.forecast(client_id, level=level)))

    async def _pages(self, call: Call[Any]) -> AsyncIterator[Body]:
        following = call.plain().asking({"limit": PAGE})
        while True:
            body = await self._call(following)
            if not isinstance(body.get("items"), list):
                raise self._other()
            for row in shapes.rows(body["items"]):
                yield row
            if not body.get("next_cursor"):
                return
            following = following.asking({"cursor": body["next_cursor"]})

    async def _call(self, call: Call[Any]) -> Body:
        try:
            return await self._service.send(call.plain())
        except ClientError as error:
            raise self._told(error) from error

    def _told(self, error: ClientError) -> ServiceError:
        """An error as the operator reads it."""
        status = error.status
        if isinstance(error, TimedOut):
            return ServiceAwayError(self._words.slow.format(seconds=f"{self.timeout_seconds:g}"))
        if status is None:
            return ServiceAwayError(self._words.away.format(address=self.base_url))
        if status < 300:
            return self._other()
        if status == 503:
            return ServiceAwayError(self._words.empty)
        if status >= 500 or status == 429:
            return ServiceAwayError(self._words.fault.format(status=status))
        known = {
            401: self._words.no_key,
            403: self._words.no_right,
            404: self._words.not_found,
            422: self._words.bad_filter,
        }
        sentence = known.get(status, self._words.refused.format(status=status))
        return RefusedError(f"{sentence} {error.detail}".strip())

    def _other(self) -> ServiceError:
        return ServiceAwayError(self._words.other.format(address=self.base_url))


async def as_they_come(every: float, **calls: Coroutine[Any, Any, Any]) -> AsyncGenerator[Body, None]:
    """Make several calls at once: what was answered until now, when there is news, and at last all of it.

    A call that did not succeed is its `ServiceError`; it takes nothing from the other ones. Calls that still wait when
    nobody asks on are given up.

    Args:
        every: seconds between two looks. All that is answered within the first ones comes at once.
        calls: by the name of their answer.
    """
    tasks = {name: asyncio.ensure_future(_or_error(call)) for name, call in calls.items()}
    seen = -1
    try:
        while seen < len(tasks):
            waiting = [task for task in tasks.values() if not task.done()]
            if waiting:
                await asyncio.wait(waiting, timeout=every)
            found = {name: task.result() for name, task in tasks.items() if task.done()}
            if len(found) > seen:
                seen = len(found)
                yield found
    finally:
        for task in tasks.values():
            task.cancel()


async def together(**calls: Coroutine[Any, Any, Any]) -> Body:
    """Make several calls at once and wait for all; one that did not succeed is its `ServiceError`."""
    answers = await asyncio.gather(*(_or_error(call) for call in calls.values()))
    return dict(zip(calls, answers, strict=True))


async def _or_error(call: Coroutine[Any, Any, Any]) -> Any:
    try:
        return await call
    except ServiceError as error:
        return error


def _given(values: Body) -> Body:
    return {name: value for name, value in values.items() if value not in (None, "")}
