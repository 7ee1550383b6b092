"""Logins by a password: slow on purpose, so in a thread of their own, and few at a time."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from starlette.concurrency import run_in_threadpool

from serving.access.rates import Rate
from vigia.store import Database
from vigia.store.access import passwords, people
from vigia.store.access.names import NAME
from vigia.store.access.people import Person

A_MINUTE, AN_HOUR = 5, 30
"""Attempts under one name."""
ALL_A_MINUTE = 60


class Logins:
    """The logins of one process."""

    def __init__(self) -> None:
        self._rates = (Rate(A_MINUTE, 60), Rate(AN_HOUR, 3600))
        self._all = Rate(ALL_A_MINUTE, 60)
        self._thread = ThreadPoolExecutor(1, "passwords")

    async def person(self, database: Database, name: str, password: str) -> tuple[Person | None, bool]:
        """Who wants to log in, if anybody, and whether they may; it takes as long where there is nobody of that name.

        Raises:
            HTTPException: 429, too many attempts.
        """
        asked = name.strip().lower()
        asked = asked if NAME.fullmatch(asked) else ""
        for rate in self._rates:
            rate.count(asked)
        self._all.count("all")
        person, kept = await run_in_threadpool(_kept, database, asked)
        loop = asyncio.get_running_loop()
        right = await loop.run_in_executor(self._thread, passwords.right, password, kept)
        return person, right

    async def hashed(self, password: str | None) -> str | None:
        """What is kept of a new password; none of none."""
        if password is None:
            return None
        return await asyncio.get_running_loop().run_in_executor(self._thread, passwords.hashed, password)


def _kept(database: Database, name: str) -> tuple[Person | None, str | None]:
    with database.reading() as connection:
        return people.present(connection, name), people.password(connection, name)
