"""One tiny release for all tests of the service."""

import os
import shutil
from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from starlette.routing import Match

from serving.api import create_api
from serving.bodies.problem import Problem
from serving.release.current import CurrentRelease
from serving.release.served import Served
from serving.routes import ROUTERS
from tests.support.loops import finished
from tests.support.tiny_release import TinyRelease, published, tiny_release
from vigia.config.settings import Serving


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> TinyRelease:
    """Made by the library; `make mutants`, which changes the service alone, has made it once for all its runs."""
    made, root = os.environ.get("VIGIA_TEST_TINY_RELEASE"), tmp_path_factory.mktemp("tiny")
    if made is None:
        return tiny_release(root)
    shutil.copytree(Path(made) / "var", root / "var", symlinks=True)
    return published(root, "tiny")


@pytest.fixture(scope="session")
def current(tiny: TinyRelease) -> CurrentRelease:
    current = CurrentRelease(Serving(fleet=tiny.fleet, releases=tiny.var, open=True))
    assert current.refresh()
    return current


@pytest.fixture(scope="session")
def served(current: CurrentRelease) -> Served:
    assert current.served is not None
    return current.served


class Caller:
    """The application called without a network; every answer is held to what the description declares of it."""

    def __init__(self, api: FastAPI) -> None:
        declared = [route for router in ROUTERS for route in router.routes] + api.routes
        self.routes = [route for route in declared if isinstance(route, APIRoute)]
        self.described: dict[str, Any] = api.openapi()["paths"]
        self.schemas: dict[str, Any] = api.openapi()["components"]["schemas"]
        self.transport = httpx.ASGITransport(api, raise_app_exceptions=False)

    async def _call(self, verb: str, path: str, **more: object) -> httpx.Response:
        async with httpx.AsyncClient(transport=self.transport, base_url="http://test") as client:
            answer = await client.request(verb, path, **more)  # type: ignore[arg-type] # passes on what it was given
        route = self._route(verb, answer.request.url.path)
        if answer.is_success:
            self._check(route, answer)
        elif answer.is_error:
            self._check_problem(verb, route, answer)
        return answer

    def _route(self, verb: str, path: str) -> APIRoute | None:
        scope = {"type": "http", "path": path, "method": verb}
        return next((route for route in self.routes if route.matches(scope)[0] is Match.FULL), None)

    def _check(self, route: APIRoute | None, answer: httpx.Response) -> None:
        """Every field that an answer carries is declared, and every declared one has its type."""
        if route is None or route.response_model is None:
            return
        TypeAdapter(route.response_model).validate_json(answer.content)
        undeclared = set(answer.json()) - set(route.response_model.model_fields)
        assert not undeclared, f"{answer.request.url}: {undeclared} not declared"

    def _check_problem(self, verb: str, route: APIRoute | None, answer: httpx.Response) -> None:
        """An error is a problem document, and the description says that this route gives it."""
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        problem = Problem.model_validate_json(answer.content)
        assert problem.status == answer.status_code
        assert problem.detail
        assert "Traceback" not in answer.text
        if route is not None:
            declared = self.described[route.path][verb.lower()]["responses"]
            assert set(declared[str(answer.status_code)]["content"]) == {"application/problem+json"}

    def _answer(self, call: Coroutine[Any, Any, httpx.Response]) -> httpx.Response:
        return finished(call)

    def get(self, path: str, **query: object) -> httpx.Response:
        return self.call("GET", path, params={k: str(v) for k, v in query.items()} or None)

    def post(self, path: str, body: object) -> httpx.Response:
        return self.call("POST", path, json=body)

    def call(self, verb: str, path: str, **more: object) -> httpx.Response:
        return self._answer(self._call(verb, path, **more))


@pytest.fixture(scope="session")
def api(current: CurrentRelease) -> Caller:
    return Caller(create_api(current))


def api_of(served: Served) -> Caller:
    """The application on a release that a test made of another one."""
    return Caller(create_api(CurrentRelease(Serving(open=True), served)))


def with_wide_bands(served: Served, export: bool) -> Served:
    """The same release with bands a hundred times as wide, for clients that may feed energy back or may not."""
    clients = {
        name: replace(
            client,
            attributes={**client.attributes, "export_allowed": export},
            thresholds=client.thresholds.assign(scale=100 * client.thresholds["scale"]),
        )
        for name, client in served.release.clients.items()
    }
    return Served.of(replace(served.release, clients=clients))


def with_events(served: Served, events: pd.DataFrame, sector: str | None = None) -> Served:
    """The same release with other events and no intervals of channels; with `sector`, all clients belong to it."""
    release = served.release
    clients = release.clients
    if sector is not None:
        clients = {
            name: replace(client, attributes={**client.attributes, "sector": sector})
            for name, client in clients.items()
        }
    return Served.of(replace(release, clients=clients, events=events, event_channels=release.event_channels.iloc[:0]))
