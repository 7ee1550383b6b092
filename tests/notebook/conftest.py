"""One small release of two clients for all tests of notebooks."""

from pathlib import Path

import pytest

import vigia
from tests.support.tiny_release import TinyRelease, tiny_release
from vigia.config.sections.fetch import DemoParams


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> TinyRelease:
    return tiny_release(tmp_path_factory.mktemp("tiny"), ("7", "8"), demo_params=DemoParams(clients=8, months=8))


@pytest.fixture(scope="session")
def release(tiny: TinyRelease) -> vigia.Release:
    return vigia.Release(tiny.folder)


@pytest.fixture(scope="session")
def home(tiny: TinyRelease) -> Path:
    """Folder of the fleet in operation."""
    return tiny.var / tiny.fleet
