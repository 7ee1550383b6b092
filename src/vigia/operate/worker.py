"""The worker: looks for files that arrive, has the day done when it is time for it, and what is due sent.

It only watches; the work is done by commands that it starts (`vigia intake`, `daily`, `send`, each hour `watchdog`), so
that it stays small, and what they do is what a timer or a person would have done. A command that fails is tried again,
after a while that doubles up to an hour.
"""

import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from vigia.config import load_params
from vigia.config.settings import Settings
from vigia.operate.inbox import INBOX, waiting
from vigia.operate.places import store_of
from vigia.processes import end_with_parent
from vigia.release.layout import current_link
from vigia.store import Database
from vigia.store.messages import outbox

log = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
WATCH_EVERY = timedelta(hours=1)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
BETWEEN_SECONDS = 0.2
PROGRAM = "from vigia.cli import main; main()"
Run = Callable[[str], bool]
"""Runs a command of `vigia` to its end and says whether it was good."""
Seen = frozenset[tuple[str, float, int]]


@dataclass
class Attempts:
    """When a command may be tried again."""

    failures: int = 0
    not_before: datetime = LONG_AGO

    def noted(self, good: bool, now: datetime) -> None:
        """Write down how it went."""
        self.failures = 0 if good else self.failures + 1
        wait = timedelta(0) if good else min(FIRST_WAIT * 2 ** (self.failures - 1), LONGEST_WAIT)
        self.not_before = now + wait


@dataclass
class Worker:
    """What is to be done is asked again and again; see `look`.

    Attributes:
        settings: where and when.
        run: runs a command.
        due: says whether a message waits to be sent.
    """

    settings: Settings
    run: Run
    due: Callable[[datetime], bool] = lambda _: False
    _done: date | None = None
    _seen: Seen = frozenset()
    _intake: Attempts = field(default_factory=Attempts)
    _daily: Attempts = field(default_factory=Attempts)
    _send: Attempts = field(default_factory=Attempts)
    _watched: datetime = LONG_AGO

    @property
    def home(self) -> Path:
        """Folder of the fleet in operation."""
        return self.settings.serving.releases / self.settings.serving.fleet

    def look(self, now: datetime) -> None:
        """Do what is due now."""
        link = current_link(self.home)
        if not link.exists():
            return
        self._take_in(now)
        self._do_the_day(now, load_params(link / "params.yaml").fleet.timezone)
        if now >= self._send.not_before and self.due(now):
            self._send.noted(self.run("send"), now)
        if self._watched == LONG_AGO:
            self._watched = now
        if now - self._watched >= WATCH_EVERY:
            self._watched = now
            self.run("watchdog")  # it ends with 1 where something is wrong, and has told people then

    def _take_in(self, now: datetime) -> None:
        there = frozenset(self._files())
        if now < self._intake.not_before or there <= self._seen:
            return
        good = self.run("intake")
        self._intake.noted(good, now)
        if good:
            self._seen = there

    def _do_the_day(self, now: datetime, zone: str) -> None:
        local = now.astimezone(ZoneInfo(zone))
        if local.date() == self._done or local.time() < time.fromisoformat(self.settings.operation.daily_at):
            return
        if now >= self._daily.not_before:
            good = self.run("daily")
            self._daily.noted(good, now)
            self._done = local.date() if good else None

    def _files(self) -> Iterator[tuple[str, float, int]]:
        """Files that are complete: by name, time of change and size."""
        source = self.settings.operation.source
        for folder in (self.home / INBOX, *([Path(source)] if source else [])):
            for path in waiting(folder) if folder.is_dir() else ():
                found = path.stat()
                yield str(path), found.st_mtime, found.st_size


def watch(settings: Settings, stop: threading.Event) -> None:
    """Look again every few seconds, until `stop` is set."""
    worker = Worker(settings, partial(command, stop=stop), Outbox(settings).due)
    while not stop.is_set():
        try:
            worker.look(datetime.now(UTC))
        except Exception as error:
            log.error("the worker could not look: %s", error, exc_info=error)
        stop.wait(settings.operation.look_seconds)


@dataclass
class Outbox:
    """Whether something is to be sent; the store is opened when there is one."""

    settings: Settings
    _database: Database | None = None

    def due(self, now: datetime) -> bool:
        """Whether a message waits that could be sent now."""
        if self._database is None:
            self._database = store_of(self.settings)
        with self._database.reading() as connection:
            waiting = outbox.due(connection, now)
        return any(self.settings.mail.on or each.channel != "mail" for each in waiting)


def command(name: str, stop: threading.Event) -> bool:
    """Run a command of this program until it ends, or until `stop` is set; what it was at goes on with the next one."""
    running = subprocess.Popen([sys.executable, "-c", PROGRAM, name], preexec_fn=end_with_parent)
    while running.poll() is None:
        if stop.wait(BETWEEN_SECONDS):
            running.terminate()
            running.wait()
            return False
    if running.returncode != 0 and name != "watchdog":
        log.error("vigia %s ended with %d", name, running.returncode)
    return running.returncode == 0
