"""An empty MLflow a test, copied from one that is made once a session: making its tables takes seconds."""

import shutil
from pathlib import Path

import pytest

from tests.publishing.operation import Operation
from tests.support.bare_release import FLEET
from tests.support.tiny_release import TinyRelease, tiny_release
from tests.support.zone import ZONE
from vigia.config import Params
from vigia.config.sections.fetch import DemoParams
from vigia.config.settings import Tracking
from vigia.tracking import Tracker

SHORT = DemoParams(months=6)


@pytest.fixture(scope="session")
def empty_mlflow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with MLflow's tables and no fleet."""
    path = tmp_path_factory.mktemp("mlflow") / "mlflow.db"
    Tracker(Tracking(uri=f"sqlite:///{path}", artifacts=str(path.parent)), "none").client.delete_experiment("1")
    return path


@pytest.fixture
def tracking(empty_mlflow: Path, tmp_path: Path) -> Tracking:
    """Settings of a copy of it."""
    shutil.copy(empty_mlflow, tmp_path / "mlflow.db")
    return Tracking(uri=f"sqlite:///{tmp_path}/mlflow.db", artifacts=str(tmp_path / "artifacts"))


@pytest.fixture
def tracker(tracking: Tracking) -> Tracker:
    return Tracker(tracking, FLEET)


@pytest.fixture
def operation(tmp_path: Path, tracker: Tracker, params: Params) -> Operation:
    return Operation(tmp_path, tracker, params)


@pytest.fixture(scope="session")
def params() -> Params:
    return Params.model_validate({"fleet": {"name": FLEET, "timezone": ZONE}})


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> TinyRelease:
    """A whole release of one client, six months long."""
    return tiny_release(tmp_path_factory.mktemp("released"), ("7",), demo_params=SHORT)
