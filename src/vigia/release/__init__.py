"""The release folder: everything that operation needs, immutable (`build` writes it, `reader` loads it)."""

from vigia.release.build import Stages, build
from vigia.release.reader import Release

__all__ = ["Release", "Stages", "build"]
