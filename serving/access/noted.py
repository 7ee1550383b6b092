"""The audit: what was written, and what was refused, is a row, added here alone, before it is answered.

Where the row of a write cannot be added, its answer is 503: nothing is done unnoticed. So the same request again, under
its idempotency key, is answered.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.access.rates import Rate
from serving.guard.slashes import named
from serving.problems import problem
from serving.request_id import request_id
from vigia.errors import StoreError
from vigia.store import Database
from vigia.store.access import audit
from vigia.store.access.keys import hidden

NOTE = "vigia.note"
"""Where in the scope of a request its note is."""
REFUSED = (401, 403)
STRANGERS_A_MINUTE = 60
"""Refused requests without a key of which a row is made; of more the figures of `/metrics` tell."""
MOST_LETTERS = 255
log = logging.getLogger(__name__)


@dataclass
class Note:
    """What is known of a request by now.

    Attributes:
        route: template of its path; empty = none was found.
        writes: it changes something, if it may.
        actor, person, key_prefix, detail: as of `audit.Entry`.
        object: what it is about.
        counted: one that was refused because it came too often has no row.
    """

    route: str = ""
    writes: bool = False
    actor: str = audit.UNKNOWN
    person: str | None = None
    key_prefix: str | None = None
    object: str | None = None
    detail: str | None = None
    counted: bool = True

    def wanted(self, status: int) -> bool:
        """Whether an answer of this status has a row."""
        return bool(self.route) and self.counted and (self.writes or status in REFUSED)


def note_of(request: Request) -> Note:
    """The note of a request."""
    note: Note = request.scope[NOTE]
    return note


def about(request: Request, what: object) -> None:
    """Note what a request is about, where its path does not say it."""
    note_of(request).object = _short(str(what))


def parts_of(request: Request) -> str | None:
    """What the path of a request names."""
    return _short("/".join(named(str(part)) for part in request.path_params.values())) or None


class Audited:
    """Adds the rows."""

    def __init__(self, app: ASGIApp, store: Callable[[], Database]) -> None:
        self.app = app
        self.store = store
        self.strangers = Rate(STRANGERS_A_MINUTE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        note = scope[NOTE] = Note()
        begun = replaced = False

        async def watched(message: Message) -> None:
            nonlocal begun, replaced
            if message["type"] == "http.response.start":
                begun = True
                if not await self._added(scope["method"], note, message["status"]):
                    replaced = True
                    words = "what was done could not be noted; the same request again, under its key, is answered"
                    await problem(503, words)(scope, receive, send)
            if not replaced:
                await send(message)

        try:
            await self.app(scope, receive, watched)
        except asyncio.CancelledError:
            if not begun and note.wanted(504):
                asyncio.get_running_loop().run_in_executor(None, self._add, self._entry(scope["method"], note, 504))
            raise
        except Exception:  # whatever broke is passed on, once the audit has its row
            if not begun:
                await self._added(scope["method"], note, 500)
            raise

    async def _added(self, method: str, note: Note, status: int) -> bool:
        """Whether the answer may go: its row was added, or it needs none."""
        if not note.wanted(status):
            return True
        stranger = note.actor == audit.UNKNOWN and status >= 400
        if stranger and not self.strangers.spare(audit.UNKNOWN):
            return True
        return await run_in_threadpool(self._add, self._entry(method, note, status)) or not note.writes

    def _add(self, entry: audit.Entry) -> bool:
        try:
            with self.store().writing() as connection:
                audit.add(connection, entry)
        except StoreError as error:
            log.error("%s %s: no row of the audit: %s", entry.method, entry.route, error)
            return False
        return True

    def _entry(self, method: str, note: Note, status: int) -> audit.Entry:
        return audit.Entry(
            at=datetime.now(UTC),
            actor=note.actor,
            method=method,
            route=note.route,
            outcome=status,
            person=note.person,
            key_prefix=note.key_prefix,
            object=note.object,
            request_id=request_id(),
            detail=note.detail,
        )


def _short(text: str) -> str:
    return hidden(text)[:MOST_LETTERS]
