"""Clients whose names a file system, an address or MLflow does not take: through folders, release, publish, service."""

from pathlib import Path
from urllib.parse import quote

import pytest

from serving.api import create_api
from serving.release.current import CurrentRelease
from tests.publishing.operation import Operation
from tests.serving.conftest import Caller
from tests.support.bare_release import BLOCK_DAYS, FLEET, bare_training
from tests.support.odd_names import ODD_NAMES
from tests.support.tiny_release import TinyRelease
from vigia import frames
from vigia.backtest.task import Task, run_task
from vigia.config import Params
from vigia.config.settings import Serving
from vigia.release import Release
from vigia.train import ClientData, Trained

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*type hint is inferred:UserWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning:mlflow"),
]


def test_every_name_has_a_folder_of_its_own_inside_the_one_it_is_put_in(tmp_path: Path) -> None:
    folders = [frames.client_folder(name) for name in ODD_NAMES]
    assert len({folder.lower() for folder in folders}) == len(ODD_NAMES)
    for folder in folders:
        (tmp_path / folder).mkdir()
        (tmp_path / f"client_id={folder}.parquet.partial").touch()
        assert (tmp_path / folder).resolve().parent == tmp_path.resolve()
    assert len(list(tmp_path.iterdir())) == 2 * len(ODD_NAMES)


def test_training_and_models_of_such_clients_leave_others_alone(tmp_path: Path, released: TinyRelease) -> None:
    trained = bare_training(tmp_path / "data" / "train", ODD_NAMES)
    assert (
        Trained.read(tmp_path / "data" / "train", ODD_NAMES, BLOCK_DAYS)
        .table(BLOCK_DAYS)
        .equals(trained.table(BLOCK_DAYS))
    )
    stored = Release.load(released.folder).clients["7"]
    beside = tmp_path / "data" / "backtest" / "models" / "other"
    beside.mkdir(parents=True)
    for name in ("..", "MT/001"):
        data = ClientData(name, stored.readings.assign(client_id=name), stored.mask.assign(client_id=name))
        run_task(Task(data, "seasonal", {"seasonal": {"weeks": 4}}, Params(), tmp_path / "data" / "backtest"))
        assert beside.is_dir()
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == ["backtest", "train"]


def test_such_clients_are_published_and_served(operation: Operation) -> None:
    release = operation.release("first", ODD_NAMES)
    assert operation.log(release[2]) == 2 * len(ODD_NAMES)
    assert operation.publish(release) == operation.served
    assert len(operation.champions()) == len(ODD_NAMES)
    current = CurrentRelease(Serving(fleet=FLEET, releases=operation.root / "var", open=True))
    assert current.refresh()
    api = Caller(create_api(current))
    assert {item["client_id"] for item in api.get("/clients", limit=100).json()["items"]} == set(ODD_NAMES)
    for name in ODD_NAMES:
        part = quote(name, safe="").replace(".", "%2E")
        assert api.get(f"/clients/{part}").json()["client"]["client_id"] == name
        for kind in ("series", "profile"):
            answer = api.get(f"/clients/{part}/{kind}")
            assert (answer.status_code, answer.json()["client_id"]) == (200, name)
    assert api.get("/clients/MT%2F002/series").json()["detail"] == "no client MT/002"
    assert api.get("/clients/MT/001/series").status_code == 404
