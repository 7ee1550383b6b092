"""The release in operation: loaded whole, watched for a flip, swapped by reference."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from serving.alerts.book import AlertBook
from serving.messages.watched import Watched
from serving.release.arriving import Arriving
from serving.release.served import Served
from vigia import frames
from vigia.config.settings import Operation, Serving
from vigia.contracts import Contracts, load_contracts
from vigia.errors import PublishError, StoreError
from vigia.publish import decisions
from vigia.release import Release
from vigia.release.layout import current_link
from vigia.store import Database

log = logging.getLogger(__name__)

NOTHING_PUBLISHED = "no release has been published"
LONGEST_WAIT = 60.0
"""Seconds between two attempts at a release that could not be loaded; they double up to that."""


@dataclass
class CurrentRelease:
    """Holds the release in operation; a request takes it once and keeps it to its end.

    Attributes:
        settings: where releases lie, and how often to look.
        served: what is served; none until a release could be loaded.
        error: why that is not what `current` points to; empty where it is.
        store: opens the store of the fleet; none = nothing arrives.
        book: alerts of the store.
        watched: problems of operation.
        operation: what operation is configured to do.
    """

    settings: Serving
    served: Served | None = None
    error: str = ""
    clock: Callable[[], float] = time.monotonic
    store: Callable[[], Database] | None = None
    book: AlertBook = field(default_factory=AlertBook)
    watched: Watched = field(default_factory=Watched)
    operation: Operation = field(default_factory=Operation)
    _target: Path | None = None
    _failed: Path | None = None
    _failures: int = 0
    _again_at: float = 0.0
    _database: Database | None = None
    _arriving: Arriving | None = None
    _stop: threading.Event = field(default_factory=threading.Event)
    _opening: threading.Lock = field(default_factory=threading.Lock)

    @property
    def home(self) -> Path:
        """Folder of the fleet in operation."""
        return self.settings.releases / self.settings.fleet

    @property
    def link(self) -> Path:
        """The symbolic link that `vigia publish` flips."""
        return current_link(self.home)

    def refresh(self) -> bool:
        """Load the release that the link points to, if it is another one; returns whether another one is served.

        Where that fails, the old one stays; where there is no old one, the last release before it that can be loaded is
        served. A failed release is tried again, after a while that doubles with each failure, and at once when the link
        points elsewhere. Nothing is raised: `error` says what was wrong.
        """
        before = self.served
        try:
            self._refresh()
        except Exception as error:
            self.error = f"the release in operation cannot be looked up: {_words(error)}"
            log.error("%s", self.error, exc_info=error)
        self._take_in()
        return self.served is not before

    def database(self) -> Database:
        """The store of the fleet, opened when it is first asked for.

        Raises:
            StoreError: there is none, or it cannot be used.
        """
        with self._opening:
            if self._database is None:
                if self.store is None:
                    raise StoreError("this service has no store")
                self._database = self.store()
            return self._database

    def contracts(self) -> Contracts:
        """What was agreed with clients, as it is written now.

        Raises:
            ConfigError: it cannot be understood.
        """
        return load_contracts(Path(self.operation.contracts))

    def _take_in(self) -> None:
        """What arrived since the release was made; where that cannot be read, what is served stays as it is."""
        if self.store is None or self.served is None:
            return
        try:
            if self._arriving is None:
                self._arriving = Arriving(self.served.release, self.database())
            self.served = self._arriving.taken_in(self.served)
        except Exception as error:
            self.error = self.error or f"what arrived cannot be taken in: {_words(error)}"
            log.error("%s", self.error, exc_info=error)

    def _refresh(self) -> None:
        target = self._linked()
        if target is None:
            return
        if target == self._target:
            self.error, self._failed, self._failures = "", None, 0
            return
        if target != self._failed:
            self._failed, self._failures, self._again_at = target, 0, 0.0
        if self.clock() < self._again_at:
            return
        try:
            self._serve(target)
        except Exception as error:
            self.error = f"release {target.name[:12]} cannot be loaded: {_words(error)}"
            log.error("%s", self.error, exc_info=error if self._failures == 0 else None)
            wait = self.settings.reload_seconds * 2 ** min(self._failures, 16)
            self._failures += 1
            self._again_at = self.clock() + min(wait, LONGEST_WAIT)
            if self.served is None:
                self._serve_an_earlier_one(target)

    def _linked(self) -> Path | None:
        """Folder that the link points to, whether it is there or not; none where nothing was published."""
        if self.link.is_symlink():
            return self.link.parent / self.link.readlink()
        if self._target is not None or (self.served is None and any(self._earlier(None))):
            return self.link
        self.error = NOTHING_PUBLISHED
        return None

    def _serve(self, target: Path) -> None:
        served = Served.of(Release.load(target))
        frames.give_back_memory()
        self._arriving = None
        self.served, self._target, self.error, self._failed, self._failures = served, target, "", None, 0
        log.info("release %s is served", served.release.digest[:12])

    def _serve_an_earlier_one(self, failed: Path) -> None:
        """Serve the last release that was in operation before and can be loaded; `error` keeps what was wrong."""
        for folder in self._earlier(failed):
            try:
                served = Served.of(Release.load(folder))
            except Exception as error:  # noqa: BLE001 - the next one may be good
                log.error("release %s cannot be loaded either: %s", folder.name[:12], _words(error))
                continue
            self._arriving, self.served, self._target = None, served, folder
            log.warning("release %s, which was in operation before, is served", folder.name[:12])
            return

    def _earlier(self, failed: Path | None) -> Iterator[Path]:
        """Folders of the releases that were in operation, the last one first."""
        try:
            stack = decisions.in_operation(decisions.read(self.home))
        except (PublishError, OSError) as error:
            log.error("what was in operation before cannot be told: %s", error)
            return
        for digest in dict.fromkeys(reversed(stack)):
            folder = self.link.parent / digest
            if folder != failed:
                yield folder

    def watch(self) -> None:
        """Refresh now and then every few seconds in a thread of its own."""
        self.refresh()
        threading.Thread(target=self._loop, name="release-watch", daemon=True).start()

    def close(self) -> None:
        """End the watch."""
        self._stop.set()

    def _loop(self) -> None:
        while not self._stop.wait(self.settings.reload_seconds):
            self.refresh()


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
