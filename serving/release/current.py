"""The release in operation: loaded whole, watched for a flip, swapped by reference."""

import logging
import threading
from dataclasses import dataclass, field
from pathlib import Path

from serving.release.served import Served
from vigia.config.settings import Serving
from vigia.errors import VigiaError
from vigia.release import Release

log = logging.getLogger(__name__)


@dataclass
class CurrentRelease:
    """Holds the release in operation; a request takes it once and keeps it to its end."""

    settings: Serving
    served: Served | None = None
    error: str = "no release has been published"
    _target: Path | None = None
    _stop: threading.Event = field(default_factory=threading.Event)

    @property
    def link(self) -> Path:
        """The symbolic link that `vigia publish` flips."""
        return self.settings.releases / self.settings.fleet / "releases" / "current"

    def refresh(self) -> bool:
        """Load the release that the link points to, if it is another one; the old one stays where that fails."""
        if not self.link.exists():
            return False
        target = self.link.resolve()
        if target == self._target:
            return False
        try:
            release = Release.load(target)
        except (VigiaError, OSError, ValueError, KeyError) as error:
            self.error = f"release {target.name[:12]} cannot be loaded: {error}"
            self._target = target
            log.error("%s", self.error)
            return False
        self.served, self._target, self.error = Served.of(release), target, ""
        log.info("release %s is served", release.digest[:12])
        return True

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
