"""A service that asks for keys, with one of each role."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from serving.api import create_api
from serving.release.current import CurrentRelease
from tests.serving.conftest import Caller
from tests.support.tiny_release import TinyRelease
from vigia.config.settings import Serving
from vigia.store import Database, migrated
from vigia.store.access import audit, keys, passwords, people
from vigia.store.access.audit import Entry
from vigia.vocabulary.access import KEY_ROLES

NOW = datetime(2024, 7, 1, tzinfo=UTC)
PASSWORD = "un caballo de paso"
ACTING = "panel"
"""Name of the key that acts for others; the other ones are called as their role."""


class Keyed:
    """A service with a store of its own that asks for keys.

    Args:
        tiny: the release that it serves.
        folder: of its store.
        settings: that are to be other ones.
    """

    def __init__(self, tiny: TinyRelease, folder: Path, **settings: Any) -> None:
        self.database = migrated(Database(f"sqlite:///{folder / 'vigia.db'}"))
        asked = Serving(fleet=tiny.fleet, releases=tiny.var, **settings)
        self.current = CurrentRelease(asked, store=lambda: self.database)
        assert self.current.refresh()
        self.app = create_api(self.current)
        self.api = Caller(self.app)
        self.keys = {role: self.key(role, role) for role in KEY_ROLES}
        self.keys[ACTING] = self.key(ACTING, "admin", acts=True)

    def key(self, name: str, role: str, acts: bool = False) -> str:
        """A new key."""
        with self.database.writing() as connection:
            return keys.add(connection, name, role, acts, "test", NOW)[1]

    def person(self, name: str, role: str, password: str | None = None) -> None:
        kept = None if password is None else passwords.hashed(password)
        with self.database.writing() as connection:
            people.add(connection, name, role, "es", kept, "test", NOW)

    def call(self, who: str | None, verb: str, path: str, acting_for: str | None = None, **more: Any) -> httpx.Response:
        """A request with the key of a role or name, or with this text as the key; none = without one."""
        headers = dict(more.pop("headers", {}))
        if who is not None:
            headers["X-API-Key"] = self.keys.get(who, who)
        if acting_for is not None:
            headers["X-Acting-For"] = acting_for
        return self.api.call(verb, path, headers=headers, **more)

    @property
    def audit(self) -> list[Entry]:
        """What was noted, the latest first."""
        with self.database.reading() as connection:
            return audit.listed(connection, 1_000)


@pytest.fixture
def keyed(tiny: TinyRelease, tmp_path: Path) -> Iterator[Keyed]:
    found = Keyed(tiny, tmp_path)
    yield found
    found.database.close()


@pytest.fixture(scope="module")
def shared(tiny: TinyRelease, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keyed]:
    """For tests that leave it as it is."""
    found = Keyed(tiny, tmp_path_factory.mktemp("keyed"), requests_per_minute=0)
    yield found
    found.database.close()
