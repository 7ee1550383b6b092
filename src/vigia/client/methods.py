"""Methods of both clients, each made of the function that makes its call.

A new route is such a function in `calls`, its answer in `answers`, and a line here.
"""

from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Iterator
from functools import wraps
from typing import Any, Generic, ParamSpec, Protocol, TypeVar, overload

from vigia.client import calls
from vigia.client.call import Call, Page

P = ParamSpec("P")
T = TypeVar("T")
Row = TypeVar("Row")


class Waiting(Protocol):
    """A client whose methods give their answers."""

    def send(self, call: Call[T]) -> T:
        """The answer of a call."""

    def follow(self, calls: Generator[Call[Any], Any, T]) -> T:
        """What several calls, one after the other, come to."""

    def walk(self, call: Call[Any]) -> Iterator[Any]:
        """The rows of all pages of a list."""


class Awaited(Protocol):
    """A client whose methods give coroutines."""

    async def send(self, call: Call[T]) -> T:
        """The answer of a call."""

    async def follow(self, calls: Generator[Call[Any], Any, T]) -> T:
        """What several calls, one after the other, come to."""

    def walk(self, call: Call[Any]) -> AsyncIterator[Any]:
        """The rows of all pages of a list."""


class _Bound(Generic[P, T]):
    """A function of `calls` as an attribute of a class: with a client it is a method of it."""

    sender = "send"

    def __init__(self, build: Callable[P, Any]) -> None:
        self.build = build
        self.__doc__ = build.__doc__

    def _method(self, service: Any) -> Any:
        send = getattr(service, self.sender)

        @wraps(self.build)
        def method(*args: P.args, **kwargs: P.kwargs) -> Any:
            return send(self.build(*args, **kwargs))

        return method


class Route(_Bound[P, T]):
    """One call."""

    def __init__(self, build: Callable[P, Call[T]]) -> None:
        super().__init__(build)

    @overload
    def __get__(self, service: None, owner: type) -> "Route[P, T]": ...
    @overload
    def __get__(self, service: Waiting, owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, service: Awaited, owner: type) -> Callable[P, Coroutine[Any, Any, T]]: ...
    def __get__(self, service: Any, owner: type) -> Any:
        return self if service is None else self._method(service)


class Steps(_Bound[P, T]):
    """Several calls that come to one thing."""

    sender = "follow"

    def __init__(self, build: Callable[P, Generator[Call[Any], Any, T]]) -> None:
        super().__init__(build)

    @overload
    def __get__(self, service: None, owner: type) -> "Steps[P, T]": ...
    @overload
    def __get__(self, service: Waiting, owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, service: Awaited, owner: type) -> Callable[P, Coroutine[Any, Any, T]]: ...
    def __get__(self, service: Any, owner: type) -> Any:
        return self if service is None else self._method(service)


class Pages(_Bound[P, Row]):
    """All rows of a list, page by page as they are asked for."""

    sender = "walk"

    def __init__(self, build: Callable[P, Call[Page[Row]]]) -> None:
        super().__init__(build)

    @overload
    def __get__(self, service: None, owner: type) -> "Pages[P, Row]": ...
    @overload
    def __get__(self, service: Waiting, owner: type) -> Callable[P, Iterator[Row]]: ...
    @overload
    def __get__(self, service: Awaited, owner: type) -> Callable[P, AsyncIterator[Row]]: ...
    def __get__(self, service: Any, owner: type) -> Any:
        return self if service is None else self._method(service)


class Methods:
    """What can be asked of the service."""

    health = Route(calls.clients.health)
    vocabulary = Route(calls.clients.vocabulary)
    clients = Route(calls.clients.clients)
    iter_clients = Pages(calls.clients.clients)
    client = Route(calls.clients.client)
    card = Route(calls.clients.card)
    contract = Route(calls.clients.contract)
    series = Route(calls.clients.series)
    profile = Route(calls.clients.profile)
    summary = Route(calls.clients.summary)

    forecast = Route(calls.forecasting.forecast)
    thresholds = Route(calls.forecasting.thresholds)
    detect = Route(calls.forecasting.detect)

    events = Route(calls.events.events)
    iter_events = Pages(calls.events.events)
    event = Route(calls.events.event)

    post_readings = Steps(calls.readings.post_readings)
    post_file = Route(calls.readings.post_file)
    batches = Route(calls.readings.batches)
    iter_batches = Pages(calls.readings.batches)
    batch = Route(calls.readings.batch)

    runs = Route(calls.operation.runs)
    iter_runs = Pages(calls.operation.runs)
    latest_run = Route(calls.operation.latest_run)
    drift = Route(calls.operation.drift)
    challenger = Route(calls.operation.challenger)

    alerts = Route(calls.alerts.alerts)
    iter_alerts = Pages(calls.alerts.alerts)
    alert = Route(calls.alerts.alert)
    history = Route(calls.alerts.history)
    change = Route(calls.alerts.change)
    change_many = Route(calls.alerts.change_many)
    second_opinion = Route(calls.alerts.second_opinion)
    record_missed = Route(calls.alerts.record_missed)
    accept_normal = Route(calls.alerts.accept_normal)
    accept_no_longer = Route(calls.alerts.accept_no_longer)
    site_log = Route(calls.alerts.site_log)
    announce = Route(calls.alerts.announce)
    withdraw = Route(calls.alerts.withdraw)
