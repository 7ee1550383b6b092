"""What stands around every answer: names, paths, headers, problem documents, figures, the deadline."""

import asyncio

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from serving.api import create_api
from serving.guard import guarded
from serving.guard.deadline import Deadline
from serving.release.current import CurrentRelease
from tests.support.loops import finished
from vigia.config.settings import Serving

PROBLEM = "application/problem+json"


async def livez(_: Request) -> Response:
    return PlainTextResponse("\n")


async def failing(_: Request) -> Response:
    return PlainTextResponse("secret", 503, {"Retry-After": "7"})


@pytest.fixture(scope="module")
def app(current: CurrentRelease) -> ASGIApp:
    """The API where BentoML carries it, with probes of its kind."""
    routes = [Route("/livez", livez), Route("/readyz", failing), Mount("/v1", create_api(current))]
    return guarded(Starlette(routes=routes), Serving(hosts="localhost, Vigia.Example"))


def ask(app: ASGIApp, verb: str, path: str, **headers: str) -> httpx.Response:
    async def call() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
            return await client.request(verb, path, headers=headers)

    return finished(call())


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:3000", 200),
        ("vigia.example", 200),
        ("VIGIA.EXAMPLE.:443", 200),
        ("127.0.0.1:3000", 200),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
        ("[::2]:3000", 421),
        ("", 421),
    ],
)
def test_only_the_names_of_the_settings_are_answered(app: ASGIApp, host: str, status: int) -> None:
    answer = ask(app, "GET", "/v1/health", host=host)
    assert answer.status_code == status
    assert ask(app, "GET", "/metrics", host=host).status_code == status
    assert ask(app, "GET", "/livez", host=host).status_code == 200


def test_a_service_that_listens_everywhere_has_no_name_by_that() -> None:
    assert Serving(host="0.0.0.0", hosts=" a.example,").host_names == {"a.example"}
    assert Serving(host="10.1.2.3").host_names == {"localhost", "127.0.0.1", "[::1]", "10.1.2.3"}


@pytest.mark.parametrize(
    ("verb", "path", "status"),
    [
        ("GET", "/schema.json", 404),
        ("GET", "/docs.json", 404),
        ("GET", "/static_content/index.css", 404),
        ("GET", "/nowhere", 404),
        ("GET", "/v1/nowhere", 404),
        ("POST", "/", 404),
        ("POST", "/livez", 405),
        ("POST", "/metrics", 405),
        ("PUT", "/v1/events", 405),
        ("GET", "/readyz", 503),
    ],
)
def test_every_error_is_a_problem_document_also_those_of_bentoml(
    app: ASGIApp, verb: str, path: str, status: int
) -> None:
    answer = ask(app, verb, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    assert answer.json()["status"] == status
    assert "secret" not in answer.text
    assert bool(answer.headers.get("allow")) == (status == 405)
    assert answer.headers.get("retry-after") == ("7" if status == 503 else None)


def test_the_first_page_leads_to_the_description_and_loads_nothing_from_elsewhere(app: ASGIApp) -> None:
    answer = ask(app, "GET", "/")
    assert (answer.status_code, answer.headers["location"]) == (307, "v1/docs")
    page = ask(app, "GET", "/v1/docs")
    assert "://" not in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self' 'sha256-" in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("path", ["/v1/health", "/v1/nowhere", "/livez", "/", "/metrics", "/nowhere"])
def test_every_answer_tells_browsers_to_load_frame_guess_and_keep_nothing(app: ASGIApp, path: str) -> None:
    headers = ask(app, "GET", path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


def test_words_that_are_asked_by_their_tag_may_be_kept(app: ASGIApp) -> None:
    assert ask(app, "GET", "/v1/vocabulary").headers["cache-control"] == "no-cache"


def test_figures_are_by_route_whatever_is_asked(app: ASGIApp) -> None:
    before = len(ask(app, "GET", "/metrics").text.splitlines())
    for number in range(100):
        ask(app, "GET", f"/v1/clients/secret{number}")
        ask(app, "GET", f"/v1/secret{number}")
        ask(app, f"SECRET{number}", "/v1/health")
    text = ask(app, "GET", "/metrics").text
    assert 'vigia_requests_total{method="GET",route="/v1/clients/{client_id}",status="404"} 100.0' in text
    assert "secret" not in text.lower()
    assert len(text.splitlines()) - before < 100


def test_what_takes_too_long_is_a_problem_document() -> None:
    async def slow(_: Request) -> Response:
        await asyncio.sleep(5)
        return PlainTextResponse("late")

    answer = ask(Deadline(Starlette(routes=[Route("/", slow)]), seconds=0.05), "GET", "/")
    assert (answer.status_code, answer.headers["content-type"]) == (504, PROBLEM)
    assert answer.headers["retry-after"]
