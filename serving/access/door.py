"""The door: who asks, and whether they may, before anything else of a request is read."""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import HTTPException, Request
from starlette.concurrency import run_in_threadpool

from serving.access.actor import LOCAL, RIGHTS, Actor, Right, lesser
from serving.access.may import ACTOR, May, needed, writes
from serving.access.noted import Note, note_of, parts_of
from serving.access.rates import Rate
from serving.guard.measure import ROUTE
from serving.release.current import CurrentRelease
from vigia.errors import StoreError
from vigia.store.access import keys, people
from vigia.store.access.keys import USED_EVERY, Key
from vigia.store.access.names import NAME
from vigia.store.access.people import Person

KEY_HEADER = "X-API-Key"
PERSON_HEADER = "X-Acting-For"
CHALLENGE = {"WWW-Authenticate": f'ApiKey realm="vigia", header="{KEY_HEADER}"'}
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Found:
    """What the store says of a request: the key, and the person for whom it acts, as far as there are."""

    key: Key | None
    person: Person | None


class Door:
    """The door of one application.

    Args:
        current: with the settings and the store.
        workers: processes that serve; each counts by itself.
    """

    def __init__(self, current: CurrentRelease, workers: int) -> None:
        self.current = current
        asked = current.settings.requests_per_minute
        self.rate = Rate(asked and max(1, asked // workers))
        self._seen: dict[str, datetime] = {}
        self._notes = ThreadPoolExecutor(1, "key-uses")

    @property
    def open(self) -> bool:
        """Whether no key is asked for."""
        settings = self.current.settings
        return bool(settings.open) and settings.may_be_open

    async def enter(self, request: Request) -> Actor | None:
        """Who asks; none where everybody may.

        Raises:
            HTTPException: 401, without a key of this store; 403, they may not; 429, too often.
            StoreError: it cannot be looked up.
        """
        route, note = request.scope["route"], note_of(request)
        need = needed(route)
        note.route = f"{request.scope.get('root_path', '')}{route.path}"
        note.writes, note.object = writes(route, request.method), parts_of(request)
        request.scope.get(ROUTE, {})["route"] = note.route
        if not need.rights:
            return None
        try:
            return self._local(request, note) if self.open else await self._by_key(request, need, note)
        except HTTPException as error:
            note.detail, note.counted = str(error.detail), error.status_code != 429
            raise

    def _local(self, request: Request, note: Note) -> Actor:
        note.actor = LOCAL.name
        if note.writes and _from_elsewhere(request):
            raise HTTPException(403, "a page of elsewhere may not write")
        return LOCAL

    async def _by_key(self, request: Request, need: May, note: Note) -> Actor:
        texts, names = request.headers.getlist(KEY_HEADER), request.headers.getlist(PERSON_HEADER)
        if len(texts) != 1:
            raise HTTPException(401, f"one key is needed, as header {KEY_HEADER}", CHALLENGE)
        found = await run_in_threadpool(self._look_up, texts[0], names)
        key = found.key
        if key is None:
            raise HTTPException(401, "not a key of this service", CHALLENGE)
        note.key_prefix = key.prefix
        if key.revoked_at is not None:
            raise HTTPException(401, "this key was revoked", CHALLENGE)
        note.actor = key.name
        acting = key.acts_for_others and bool(names)
        self.rate.count(f"{key.prefix} {found.person.name if acting and found.person else ''}")
        self._note_use(key.prefix)
        rights, role = _rights(key), key.role
        if acting:
            if found.person is None:
                raise HTTPException(403, "the key acts for nobody who is there")
            note.person = found.person.name
            rights &= RIGHTS[found.person.role]
            role = lesser(role, found.person.role)
        if rights.isdisjoint(need.rights):
            raise HTTPException(403, f"{role} may not do this; it takes {' or '.join(need.rights)}")
        return Actor(key.name, role, note.person)

    def _look_up(self, text: str, names: list[str]) -> Found:
        with self.current.database().reading() as connection:
            key = keys.found(connection, text)
            if key is None or not key.acts_for_others or len(names) != 1 or not NAME.fullmatch(names[0]):
                return Found(key, None)
            return Found(key, people.present(connection, names[0]))

    def _note_use(self, prefix: str) -> None:
        """Note beside the request that a key is used: a writer of the store may take its time."""
        now = datetime.now(UTC)
        if prefix not in self._seen or now - self._seen[prefix] >= USED_EVERY:
            self._seen[prefix] = now
            self._notes.submit(self._used, prefix, now)

    def _used(self, prefix: str, now: datetime) -> None:
        try:
            with self.current.database().writing() as connection:
                keys.used(connection, prefix, now)
        except StoreError as error:
            log.warning("the use of key %s was not noted: %s", prefix, error)


async def entered(request: Request) -> None:
    """Let a request in, with who asks in its scope; errors as of `Door.enter`."""
    door: Door = request.app.state.door
    request.scope[ACTOR] = await door.enter(request)


def _rights(key: Key) -> frozenset[Right]:
    acting: frozenset[Right] = frozenset({"acting"}) if key.acts_for_others else frozenset()
    return RIGHTS[key.role] | acting


def _from_elsewhere(request: Request) -> bool:
    """Whether a page of elsewhere sent it: it can send a form to the loopback address, and a browser says so."""
    site = request.headers.get("sec-fetch-site")
    return site not in (None, "none", "same-origin") or (site is None and "origin" in request.headers)
