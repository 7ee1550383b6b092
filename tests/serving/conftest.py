"""One tiny release for all tests of the service."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from starlette.routing import Match

from serving.api import create_api
from serving.routes import clients, events, models
from serving.store import Store
from tests.support.tiny_release import TinyRelease, tiny_release
from vigia.config.settings import Serving


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> TinyRelease:
    return tiny_release(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def store(tiny: TinyRelease) -> Store:
    store = Store(Serving(fleet=tiny.fleet, releases=tiny.var))
    assert store.refresh()
    return store


class Caller:
    """The application called without a network; answers are `httpx.Response`, held to the model that they declare."""

    def __init__(self, api: FastAPI) -> None:
        declared = [*clients.router.routes, *models.router.routes, *events.router.routes, *api.routes]
        self.routes = [route for route in declared if isinstance(route, APIRoute)]
        self.transport = httpx.ASGITransport(api, raise_app_exceptions=False)

    async def _call(self, verb: str, path: str, **more: object) -> httpx.Response:
        async with httpx.AsyncClient(transport=self.transport, base_url="http://test") as client:
            answer = await client.request(verb, path, **more)  # type: ignore[arg-type] # passes on what it was given
        if answer.is_success:
            self._check(verb, path, answer)
        return answer

    def _check(self, verb: str, path: str, answer: httpx.Response) -> None:
        """Every field that an answer carries is declared, and every declared one has its type."""
        scope = {"type": "http", "path": path.partition("?")[0], "method": verb}
        (route,) = [route for route in self.routes if route.matches(scope)[0] is Match.FULL][:1] or [None]
        if route is not None and route.response_model is not None:
            TypeAdapter(route.response_model).validate_json(answer.content)
            undeclared = set(answer.json()) - set(route.response_model.model_fields)
            assert not undeclared, f"{verb} {path}: {undeclared} not declared"

    def _answer(self, call: Coroutine[Any, Any, httpx.Response]) -> httpx.Response:
        """In a thread of its own: the browser's session keeps an event loop running in the main one."""
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(asyncio.run, call).result()

    def get(self, path: str, **query: object) -> httpx.Response:
        return self._answer(self._call("GET", path, params={k: str(v) for k, v in query.items()} or None))

    def post(self, path: str, body: object) -> httpx.Response:
        return self._answer(self._call("POST", path, json=body))


@pytest.fixture(scope="session")
def api(store: Store) -> Caller:
    return Caller(create_api(store))
