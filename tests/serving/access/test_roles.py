"""Which role may ask what: for every route that there is, also those that come later."""

import re

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from serving.access.may import may, needed, writes
from serving.api import create_api, routes_of
from serving.release.current import CurrentRelease
from tests.serving.access.conftest import ACTING, Keyed
from tests.serving.conftest import Caller
from tests.support.tiny_release import TinyRelease
from vigia.config.settings import Serving
from vigia.store import Database, migrated

APP = create_api(CurrentRelease(Serving()))
ROUTES = [(route, method) for route in routes_of(APP) for method in sorted(route.methods or ())]
IDS = [f"{method} {route.path}" for route, method in ROUTES]
EVERYBODY = {"/health", "/docs"}
"""Asked without a key."""
BY_TOKEN = "/unsubscribe"
"""The token in its address is the permission, for whoever has it: a mail program too."""
ASKING = {"/forecast", "/thresholds", "/detect"}
"""Posted questions: nothing is written."""
SENDING = {"/readings", "/readings/files"}
OF_OPERATORS = "/subscriptions"
"""Addresses are of people."""
OF_ADMINS = ("/keys", "/people", "/audit")
LETTING_IN = "/sessions"
ROLES = ("reader", "operator", "admin", "writer", ACTING)
FILLED = {"client_id": "7", "prefix": "vigia_aaaaaaaa", "name": "nobody", "entry_id": "1", "number": "1"}


def allowed(method: str, path: str) -> set[str]:
    """Who may, as the documents say it; a route that comes later is a reading or a writing one by its verb."""
    if path in {*EVERYBODY, BY_TOKEN}:
        return {*ROLES}
    if path.startswith(OF_OPERATORS):
        return {"operator", "admin", ACTING}
    if path == LETTING_IN:
        return {ACTING}
    if path.startswith(OF_ADMINS):
        return {"admin", ACTING}
    if method == "POST" and path in SENDING:
        return {"writer", "operator", "admin", ACTING}
    if method == "GET" or path in ASKING:
        return {"reader", "operator", "admin", ACTING}
    return {"operator", "admin", ACTING}


def filled(path: str) -> str:
    return re.sub(r"{(\w+)}", lambda found: FILLED.get(found.group(1), "x"), path)


def test_every_route_of_the_description_is_among_those_that_are_looked_at() -> None:
    described = {(path, verb.upper()) for path, verbs in APP.openapi()["paths"].items() for verb in verbs}
    assert described == {(route.path, method) for route, method in ROUTES if route.include_in_schema}
    assert len(described) > 35


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("route", "method"), ROUTES, ids=IDS)
def test_a_role_may_what_it_may_and_nothing_else(shared: Keyed, route: APIRoute, method: str, role: str) -> None:
    answer = shared.call(role, method, filled(route.path), json={} if method in ("POST", "PATCH") else None)
    if role in allowed(method, route.path):
        assert answer.status_code not in (401, 403), answer.text
    else:
        assert answer.status_code == 403
        assert "may not do this; it takes" in answer.json()["detail"]


@pytest.mark.parametrize(
    "key", [None, "", "wrong", "vigia_aaaaaaaa_" + 43 * "A"], ids=["none", "empty", "word", "form"]
)
@pytest.mark.parametrize(("route", "method"), ROUTES, ids=IDS)
def test_without_a_key_nothing_but_health_description_and_a_token_is_answered(
    shared: Keyed, route: APIRoute, method: str, key: str | None
) -> None:
    answer = shared.call(key, method, filled(route.path))
    if route.path in {*EVERYBODY, BY_TOKEN}:
        assert answer.status_code not in (401, 403)
    else:
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("ApiKey")


@pytest.mark.parametrize(("route", "method"), ROUTES, ids=IDS)
def test_what_changes_nothing_is_told_from_what_does(route: APIRoute, method: str) -> None:
    assert writes(route, method) == (method != "GET" and route.path not in ASKING)


@pytest.mark.parametrize("headers", [{"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}])
@pytest.mark.parametrize(("route", "method"), ROUTES, ids=IDS)
def test_a_page_of_elsewhere_cannot_write_where_no_key_is_asked_for(
    opened: Caller, route: APIRoute, method: str, headers: dict[str, str]
) -> None:
    answer = opened.call(method, filled(route.path), headers=headers)
    free = {*EVERYBODY, BY_TOKEN}
    assert (answer.status_code == 403) == (writes(route, method) and route.path not in free), answer.text


@pytest.fixture(scope="module")
def opened(tiny: TinyRelease, tmp_path_factory: pytest.TempPathFactory) -> Caller:
    database = migrated(Database(f"sqlite:///{tmp_path_factory.mktemp('open') / 'vigia.db'}"))
    current = CurrentRelease(Serving(fleet=tiny.fleet, releases=tiny.var, open=True), store=lambda: database)
    current.refresh()
    return Caller(create_api(current))


def undeclared() -> None: ...


def declared_twice() -> None: ...


def test_an_application_with_a_route_that_does_not_say_who_may_is_not_made() -> None:
    app = FastAPI()
    app.get("/silent")(undeclared)
    app.get("/twofold", dependencies=[may("reader"), may("admin")])(declared_twice)
    for route in routes_of(app)[-2:]:
        with pytest.raises(LookupError, match=f"{route.path} must say once who may"):
            needed(route)


def test_a_route_that_was_added_without_saying_who_may_answers_nobody(keyed: Keyed) -> None:
    keyed.app.get("/silent")(undeclared)
    keyed.api.routes = []
    assert [keyed.call(who, "GET", "/silent").status_code for who in ("admin", None)] == [500, 500]
