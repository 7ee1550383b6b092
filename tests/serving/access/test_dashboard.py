"""The dashboard's client on a service that asks for keys."""

from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from dashboard.service import RefusedError, ServiceClient
from dashboard.words import words_of
from tests.serving.access.conftest import ACTING, Keyed
from tests.support.loops import finished


def clients(keyed: Keyed, key: str) -> list[dict[str, Any]]:
    """What the dashboard's first question gives."""
    transport = httpx.ASGITransport(Starlette(routes=[Mount("/v1", keyed.app)]))

    async def call() -> list[dict[str, Any]]:
        return await ServiceClient("http://test", 30, words_of("es"), transport, key).clients()

    return finished(call())


def test_it_is_answered_by_its_key_and_says_what_is_missing_without_one(keyed: Keyed) -> None:
    assert len(clients(keyed, keyed.keys[ACTING])) == 3
    with pytest.raises(RefusedError, match="clave"):
        clients(keyed, "")
