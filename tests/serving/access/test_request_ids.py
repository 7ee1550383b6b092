"""Every answer carries the name of its request, and so do problem documents, log lines and the audit."""

import logging
import re

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from serving.guard import guarded
from serving.request_id import named_in_logs
from tests.serving.access.conftest import Keyed
from tests.support.loops import finished
from vigia.config.settings import Serving

MADE = re.compile("[0-9a-f]{32}")


def ask(keyed: Keyed, path: str, **headers: str) -> httpx.Response:
    """A question to the application where BentoML carries it."""
    app = guarded(Starlette(routes=[Mount("/v1", keyed.app)]), Serving(hosts="test"))

    async def call() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get(path, headers={"X-API-Key": keyed.keys["operator"], **headers})

    return finished(call())


@pytest.mark.parametrize("path", ["/v1/clients", "/v1/health", "/v1/nowhere", "/v1/keys", "/metrics", "/nowhere", "/"])
def test_every_answer_has_a_name_of_its_own(keyed: Keyed, path: str) -> None:
    first, second = ask(keyed, path), ask(keyed, path)
    names = [each.headers["x-request-id"] for each in (first, second)]
    assert names[0] != names[1]
    assert all(MADE.fullmatch(name) for name in names)
    if first.is_error:
        assert first.json()["request_id"] == names[0]


@pytest.mark.parametrize("name", ["a", "trace-1.2_3", "x" * 64])
def test_a_short_plain_name_is_kept(keyed: Keyed, name: str) -> None:
    answer = ask(keyed, "/v1/keys", **{"X-Request-Id": name})
    assert answer.headers["x-request-id"] == answer.json()["request_id"] == name
    assert (keyed.audit[0].request_id, keyed.audit[0].route) == (name, "/v1/keys")


@pytest.mark.parametrize("name", ["", "x" * 65, "two words", "a;b", "<b>"])
def test_any_other_name_is_replaced(keyed: Keyed, name: str) -> None:
    assert MADE.fullmatch(ask(keyed, "/v1/health", **{"X-Request-Id": name}).headers["x-request-id"])


def test_what_is_logged_says_which_request_it_was(keyed: Keyed, caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.Logger("one with the handler of the test")
    logger.addHandler(caplog.handler)
    named_in_logs(logger)
    with keyed.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE keys RENAME TO away")
    assert ask(keyed, "/v1/clients", **{"X-Request-Id": "seen"}).status_code == 503
    assert "GET /v1/clients (request=seen)\n" in caplog.text
    logging.getLogger("serving").warning("outside")
    assert caplog.text.endswith("outside\n")
