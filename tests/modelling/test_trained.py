"""What the stage `train` left, read for a whole fleet."""

from pathlib import Path

import pytest

from vigia.errors import ModelError
from vigia.train import Candidate, Trained, read_candidates
from vigia.train.candidates import FLEET_FOLDER, write_result

VALIDATION = [[float(day), 10.0, 11.0] for day in range(28)]


def fitted(client: str, family: str) -> Candidate:
    return Candidate(client, family, "fitted", 0.1, 0.1, 28, 1.0, {}, [], validation=VALIDATION)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two clients, one of them with a name that is quoted on disk, and the fleet model."""
    write_result(tmp_path / "1", "key of 1", [fitted("1", "xgboost")])
    write_result(tmp_path / "a%2Fb", "key of a/b", [fitted("a/b", "xgboost")])
    write_result(tmp_path / FLEET_FOLDER, "key of all", [fitted(client, "fleet") for client in ("1", "a/b")])
    return tmp_path


def test_a_candidate_has_the_key_of_its_client_or_of_all_where_the_fleet_model_has_a_part(folder: Path) -> None:
    trained = Trained.read(folder, ["1", "a/b"], 28)
    shared = {(client, family): "key of all" for client in ("1", "a/b") for family in ("fleet", "combination")}
    assert trained.keys == {("1", "xgboost"): "key of 1", ("a/b", "xgboost"): "key of a/b", **shared}


def test_it_holds_the_candidates_of_each_client_as_read_by_itself(folder: Path) -> None:
    trained = Trained.read(folder, ["1", "a/b"], 28)
    assert trained.candidates == {client: read_candidates(folder, client, 28) for client in ("1", "a/b")}
    assert trained.table(28)[["client_id", "family"]].to_dict("list") == {
        "client_id": ["1"] * 3 + ["a/b"] * 3,
        "family": ["xgboost", "fleet", "combination"] * 2,
    }


@pytest.mark.parametrize("client", ["2", "1"], ids=["client", "fleet model"])
def test_what_is_not_there_is_named_with_the_way_to_it(folder: Path, client: str) -> None:
    if client == "1":
        (folder / FLEET_FOLDER / "candidates.json").unlink()
    missing = FLEET_FOLDER if client == "1" else "2"
    with pytest.raises(ModelError, match=rf"{missing}/candidates.json is not there: `dvc pull` brings it"):
        Trained.read(folder, [client], 28)
