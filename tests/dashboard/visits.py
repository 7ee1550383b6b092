"""Visits of a dashboard that is served for real, by a browser that understands only what a session needs."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from panel.io.server import Server
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import websocket_connect

from dashboard import app
from tests.dashboard.conftest import free_port
from vigia.config import Settings

READY = {"type": "event", "name": "document_ready", "values": {"type": "map"}}
SECONDS = 60.0
"""Longest wait for anything."""


@asynccontextmanager
async def served(service: str, patch: pytest.MonkeyPatch) -> AsyncIterator[Server]:
    """A running dashboard on a service, in this process, which soon looks for sessions to give up."""
    patch.setattr(app, "CHECK_MILLISECONDS", 100)
    settings = Settings()
    dashboard = settings.dashboard.model_copy(
        update={"port": free_port(), "service_url": service, "timeout_seconds": 1}
    )
    server = app.server(settings.model_copy(update={"dashboard": dashboard}))
    server.start()
    try:
        yield server
    finally:
        server.stop()


@asynccontextmanager
async def visited(server: Server, query: str, drawn: str) -> AsyncIterator[None]:
    """A page that is open and drawn; it is left at the end, and its session given up.

    Args:
        server: of the dashboard.
        query: of the page's address.
        drawn: what the page is told once it is drawn.
    """
    place = f"127.0.0.1:{server.port}"
    page = (await AsyncHTTPClient().fetch(f"http://{place}/{query}", request_timeout=SECONDS)).body.decode()
    token = re.search(r'"token":"([^"]+)"', page)
    assert token
    socket = await websocket_connect(
        HTTPRequest(f"ws://{place}/ws", request_timeout=SECONDS),
        subprotocols=["bokeh", token[1]],
        max_message_size=100_000_000,
    )
    event = {"kind": "MessageSent", "msg_type": "bokeh_event", "msg_data": READY}
    try:
        async with asyncio.timeout(SECONDS):
            for kind, content in (("PULL-DOC-REQ", {}), ("PATCH-DOC", {"events": [event]})):
                for part in ({"msgid": kind, "msgtype": kind}, {}, content):
                    await socket.write_message(json.dumps(part))
            while drawn not in str(await socket.read_message()):
                pass
        yield
    finally:
        socket.close()
        async with asyncio.timeout(SECONDS):
            while await socket.read_message() is not None:
                pass
            while sessions := server.get_sessions():
                for session in sessions:
                    session.request_expiration()
                await asyncio.sleep(0.05)
