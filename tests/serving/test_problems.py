"""Errors leave as problem documents; `Caller` holds each one to its form and to the description."""

import logging

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from serving import problems
from serving.access.may import anybody
from serving.api import create_api
from serving.release.current import CurrentRelease
from tests.serving.conftest import Caller
from tests.serving.test_posted import posted
from tests.support.zone import at
from vigia.errors import ModelError


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/clients/99", 404, "no client 99"),
        ("/events/none", 404, "no event none"),
        ("/nowhere", 404, "no path /nowhere"),
        ("/clients/", 404, "no path /clients/"),
        ("/events?severity=huge", 422, "query.severity"),
        ("/events?limit=501", 422, "query.limit"),
        ("/events?cursor=zzz", 422, "cursor"),
        ("/events?cursor=ZnJvbTotMQ==", 422, "cursor"),
        ("/clients/7/series?start=2024-01-01", 422, "query.start"),
        ("/clients/7/series?start=0391-04-05T01:06:37%2B23:46", 422, "1970 to 2199"),
        ("/clients/7/series?start=2200-01-01T00:00:00Z", 422, "1970 to 2199"),
        ("/clients/7/series?start=2199-12-31T23:30:00-01:00", 422, "1970 to 2199"),
        ("/clients/7/series?start=1969-12-31T23:59:59Z", 422, "1970 to 2199"),
        ("/clients/7/series?start=50481", 422, "ISO 8601"),
        ("/clients/7/series?start=2024-01-01T00:00:00", 422, "ISO 8601"),
        ("/clients/7/series?start=2024-01-01T00:00:00+05:00", 422, "%2B"),
        ("/clients/7/profile?end=2024-13-01T00:00:00Z", 422, "query.end"),
        ("/vocabulary?language=fr", 422, "'es' or 'en'"),
        ("/events?severty=high", 422, "query.severty: there is no such parameter"),
        ("/events?limit=1&limit=2", 422, "query.limit: it is there more than once"),
        ("/health?x=1", 422, "query.x"),
        ("/clients/7/card?start=2024-05-01T00:00:00Z", 422, "query.start"),
    ],
)
def test_a_bad_question_gets_a_problem_document(api: Caller, path: str, status: int, words: str) -> None:
    answer = api.get(path)
    assert answer.status_code == status
    assert words in answer.json()["detail"]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/forecast", {"client_id": "7", "horizon": 3}, "body.horizon"),
        ("/forecast", {"client_id": "7", "level": 0.5}, "body.level"),
        ("/forecast", {"client_id": "7", "start": "2024-06-30T00:00:00"}, "body.start"),
        ("/forecast", {"client_id": "7", "start": 1719781200}, "ISO 8601"),
        ("/detect", {"client_id": "7", "readings": [{"timestamp": 1719781200, "active_energy_kwh": 1}]}, "ISO 8601"),
        ("/detect", {"client_id": "7", "readings": posted(1, 2e9)}, "active_energy_kwh"),
        ("/detect", {"client_id": "7", "readings": posted(1, 1.0), "false_alarms_per_month": 1e299}, "false_alarms"),
        ("/forecast", {"client_id": "7", "start": at("2024-08-30T00:00:00")}, "horizon_hours"),
        ("/thresholds", {"client_id": "7", "start": "2024-06-02T00:00:00Z", "end": "2024-06-01T00:00:00Z"}, "end"),
        ("/detect", {"client_id": "7", "readings": []}, "body.readings"),
        ("/detect", {"client_id": "7", "readings": posted(1, 1.0) * 2}, "readings"),
    ],
)
def test_a_bad_body_names_its_field(api: Caller, path: str, body: object, field: str) -> None:
    answer = api.post(path, body)
    assert answer.status_code == 422
    assert field in answer.json()["detail"]


@pytest.mark.parametrize(("verb", "path"), [("POST", "/clients"), ("GET", "/detect"), ("DELETE", "/events/7")])
def test_a_verb_that_a_route_does_not_take_is_a_problem_that_names_those_it_takes(
    api: Caller, verb: str, path: str
) -> None:
    answer = api.call(verb, path)
    assert answer.status_code == 405
    assert answer.headers["allow"]


@pytest.mark.parametrize(
    ("path", "verbs"),
    [("/keys", "GET, POST"), ("/alerts/x", "GET, PATCH"), ("/alerts/bulk", "POST"), ("/readings/batches/1", "GET")],
)
def test_a_path_of_several_routes_names_the_verbs_of_all(api: Caller, path: str, verbs: str) -> None:
    answer = api.call("PUT", path)
    assert (answer.status_code, answer.headers["allow"]) == (405, verbs)
    assert answer.json()["detail"] == f"it takes {verbs}"


def test_a_field_that_no_encoding_takes_is_refused(api: Caller) -> None:
    body = b'{"client_id": "7", "\\ud800": 1}'
    answer = api.call("POST", "/forecast", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert problems.problem(404, "no client \ud800").body.decode("ascii")


class Breaking:
    """A middleware with a defect."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, *_: Scope | Receive | Send) -> None:
        raise RuntimeError("secret of the middleware")


@pytest.mark.parametrize("where", ["route", "library", "middleware"])
def test_a_defect_leaves_as_a_problem_without_its_inside_which_the_log_keeps(
    current: CurrentRelease, caplog: pytest.LogCaptureFixture, where: str
) -> None:
    app = create_api(current)
    if where == "middleware":
        app.add_middleware(Breaking)

    @app.get("/broken", responses=problems.declared(500), dependencies=[anybody])
    def broken() -> None:
        raise ModelError("secret of the library") if where == "library" else KeyError("secret of the route")

    with caplog.at_level(logging.ERROR, "serving.problems"):
        answer = Caller(app).get("/broken")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert f"secret of the {where}" in caplog.text
    assert "Traceback" in caplog.text
    assert "GET /broken" in caplog.text
