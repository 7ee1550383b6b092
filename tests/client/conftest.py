"""A real service over HTTP on an operation of one day, and both clients of it."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from serving.api import create_api
from serving.guard import guarded
from serving.release.current import CurrentRelease
from tests.support.film import Film, Operation, filmed
from vigia.client import Client


@contextmanager
def listening(app: ASGIApp) -> Iterator[str]:
    """The address at which an application is served from a thread."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]})
        thread.start()
        try:
            while not server.started:
                time.sleep(0.01)
            yield f"http://127.0.0.1:{taken.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=20)


class Office:
    """A service beside an operation, at an address."""

    def __init__(self, operation: Operation, current: CurrentRelease, address: str) -> None:
        self.operation, self.current, self.address = operation, current, address

    @property
    def client(self) -> Client:
        """A client that waits."""
        return Client(self.address)


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Film:
    return filmed(tmp_path_factory.mktemp("film"), clients=("6", "7", "8"))


@pytest.fixture(scope="session")
def office(film: Film, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    operation = Operation(film, tmp_path_factory.mktemp("store"))
    operation.days(range(1))
    current = CurrentRelease(operation.settings.serving, store=lambda: operation.database)
    assert current.refresh()
    app = guarded(Starlette(routes=[Mount("/v1", create_api(current))]), operation.settings.serving)
    with listening(app) as address:
        yield Office(operation, current, address)
    operation.close()


@pytest.fixture
def service(office: Office) -> Iterator[Client]:
    with office.client as client:
        yield client
