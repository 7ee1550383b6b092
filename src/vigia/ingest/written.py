"""What people write beside the meter files (site log, verdicts): no fetch of readings may lose it.

People write it in the folder of the readings, which a fetch replaces as a whole. So before that it is copied to
`records/<fleet>/` beside that folder, and from there it comes back with the readings of the same fleet.
"""

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from vigia.records import SITE_LOG, VERDICTS

FOLDER = "records"
NAMES = (SITE_LOG, VERDICTS)


@dataclass(frozen=True)
class Written:
    """Where the written files of one fleet are kept beside `raw`.

    Attributes:
        raw: folder of the readings.
        fleet: whose they are.
    """

    raw: Path
    fleet: str

    @property
    def folder(self) -> Path:
        """Of the fleet."""
        return self.raw.with_name(FOLDER) / self.fleet

    def save(self, brought: dict[str, str | None]) -> None:
        """Copy what people wrote or changed in `raw`; what they took away there is set aside.

        Args:
            brought: SHA-256 of each file as the source brought it when `raw` was made; none where it brought no such
                file. What is still the same is the source's own.
        """
        for name in NAMES:
            path, kept = self.raw / name, self.folder / name
            if path.is_file() and sha256(path) != brought.get(name):
                copy_whole(path, kept)
            elif kept.is_file() and self.raw.is_dir():
                self.set_aside(kept, name)
                kept.unlink()

    def give_back(self, fresh: Path, before: dict[str, str | None]) -> list[Path]:
        """Put what people wrote into `fresh`, which the source has filled; returns what had to stay aside.

        Where the source has changed its own file since, both changed it: the source's is taken, and the written one
        stays beside, under a name of its own.

        Args:
            fresh: folder with what the source brings.
            before: `brought` of the last fetch of this fleet.
        """
        aside = []
        for name in NAMES:
            kept, path = self.folder / name, fresh / name
            if not kept.is_file():
                continue
            if not path.exists() or sha256(path) == before.get(name):
                shutil.copyfile(kept, path)
            elif sha256(path) != sha256(kept):
                aside.append(self.set_aside(kept, name))
        return aside

    def set_aside(self, path: Path, name: str) -> Path:
        """Keep a version of a written file for good."""
        place = self.folder / f"{Path(name).stem}.{sha256(path)[:12]}{Path(name).suffix}"
        if not place.exists():
            copy_whole(path, place)
        return place


def brought_in(folder: Path) -> dict[str, str | None]:
    """SHA-256 of the written files that a source has put into a folder."""
    return {name: sha256(folder / name) if (folder / name).is_file() else None for name in NAMES}


def copy_whole(source: Path, target: Path) -> None:
    """Copy a file so that `target` is never half of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.partial")
    shutil.copyfile(source, partial)
    partial.replace(target)


def sha256(path: Path) -> str:
    """Of a file's content."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
