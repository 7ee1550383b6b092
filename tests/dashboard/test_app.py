"""The server: its address, who may open a session, and what is left of one."""

import asyncio
import gc
import logging
import time
import weakref
from collections.abc import Iterator

import pytest
from bokeh.document.config import DocumentConfig
from bokeh.model import Model
from panel.io.server import Server
from panel.viewable import Viewable

from dashboard.app import origins, port_is_free
from dashboard.line import Line
from dashboard.service import ServiceClient
from dashboard.session import Session
from dashboard.shell import Shell
from dashboard.views.client.page import ClientPage
from dashboard.views.inbox import Inbox
from dashboard.views.view import Page
from tests.dashboard.fake_service import running
from tests.dashboard.visits import served, visited
from tests.support.loops import finished

KINDS = (Session, Shell, Page, Line, ServiceClient, Viewable, Model)
"""What a session is made of."""
OF_PROCESS = {DocumentConfig.__name__}
"""Of the emptied document of one session, in which Panel started a task that goes on as long as the process."""
CLIENT_DRAWN = 'data-testid=\\"revision'
INBOX_DRAWN = "Cliente 1 (3)"


def test_the_websocket_is_open_to_the_own_address_only() -> None:
    assert origins("127.0.0.1", 5006) == ["127.0.0.1:5006", "localhost:5006"]


def test_a_taken_port_is_noticed() -> None:
    with running() as address:
        assert not port_is_free("127.0.0.1", int(address.rsplit(":", 1)[1]))


@pytest.fixture
def unlogged() -> Iterator[None]:
    """No lines of the toolkit for pytest to gather: they hold what they tell of."""
    logging.disable(logging.INFO)
    yield
    logging.disable(logging.NOTSET)


def things() -> list[object]:
    return [thing for thing in gc.get_objects() if issubclass(type(thing), KINDS)]


async def made_by(server: Server, query: str, drawn: str, view: type[Page]) -> list[weakref.ref[object]]:
    """All that a visit brought about, once it is over."""
    former = things()
    known = {id(thing) for thing in former}
    async with visited(server, query, drawn):
        new = [thing for thing in things() if id(thing) not in known]
        assert {Session, Shell, view, ServiceClient, Line} <= {type(thing) for thing in new}
        assert sum(isinstance(thing, Model) for thing in new) > 50
    return [weakref.ref(thing) for thing in new]


async def alive(seen: list[weakref.ref[object]], seconds: float) -> set[str]:
    """What is still there when all that ends by itself had time to."""
    end = time.monotonic() + seconds
    while True:
        gc.collect()
        found = {type(thing).__name__ for one in seen if (thing := one()) is not None}
        if found <= OF_PROCESS or time.monotonic() > end:
            return found
        await asyncio.sleep(0.2)


def test_nothing_of_a_session_outlives_it(monkeypatch: pytest.MonkeyPatch, unlogged: None) -> None:
    async def kept() -> set[str]:
        with running() as service:
            async with served(service, monkeypatch) as server:
                seen = [
                    *await made_by(server, "?vista=cliente&cliente=1", CLIENT_DRAWN, ClientPage),
                    *await made_by(server, "?vista=cliente&cliente=2&tema=oscuro", CLIENT_DRAWN, ClientPage),
                    *await made_by(server, "?gravedad=high", INBOX_DRAWN, Inbox),
                ]
                return await alive(seen, seconds=30)

    assert finished(kept()) <= OF_PROCESS
