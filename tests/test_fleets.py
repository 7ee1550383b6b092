"""A fleet of one's own has a folder of its own, and leaves parameters and pipeline of the checkout as they are."""

import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import yaml

from vigia import fleets
from vigia.cli import main
from vigia.config import load_params, load_settings

ROOT = Path(__file__).parents[1]
STAMPS = pd.date_range("2023-01-01", periods=60 * 24, freq="h")
Vigia = Callable[..., tuple[int, str]]


@pytest.fixture
def top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The top of a made-up checkout with this one's pipeline and parameters, and a folder of meter files beside it."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    for name in ("dvc.yaml", "params.yaml"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def vigia(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Vigia:
    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["vigia", *arguments])
        monkeypatch.setenv("COLUMNS", "200")
        code = 0
        try:
            main()
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        told = capsys.readouterr()
        return code, told.out + told.err

    return run


def write(folder: Path, header: str, row: str = "{:%d/%m/%Y %H:%M};{:.1f}") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    body = [row.format(when, 10.5 + when.hour) for when in STAMPS]
    (folder / "7.csv").write_text("\n".join([header, *body]), encoding="utf-8")
    return folder


def test_the_demo_fleet_stands_at_the_top_and_any_other_one_in_its_folder(top: Path, vigia: Vigia) -> None:
    assert [vigia("fleet", *given)[1].strip() for given in ((), ("demo",), ("../Meters 2/",))] == [
        "demo",
        "demo",
        "meters-2",
    ]
    assert vigia("fleet", "--folder", "electrodunas")[1].strip() == str(top / "fleets" / "electrodunas")
    assert vigia("fleet", "--folder", "demo")[1].strip() == str(top)


def test_a_new_fleet_leaves_the_checkout_s_own_as_it_is_and_is_read_as_its_files_ask(
    top: Path, vigia: Vigia, tmp_path: Path
) -> None:
    before = {path.name: path.read_bytes() for path in top.iterdir()}
    source = write(tmp_path / "norte", "fecha;energia activa Wh")
    code, told = vigia("fetch", str(source))
    assert code == 0
    assert 'unit: "Wh"' in told
    folder = top / "fleets" / "norte"
    assert {name: (top / name).read_bytes() for name in before} == before
    params = load_params(folder / "params.yaml")
    assert (params.fleet.name, params.ingest.unit, params.ingest.separator) == ("norte", "Wh", ";")
    assert params.ingest.columns.active == "energia activa Wh"
    assert (folder / "data" / "raw" / "7.csv").read_bytes() == (source / "7.csv").read_bytes()
    assert yaml.safe_load((folder / "raw.dvc").read_text(encoding="utf-8")) == {"outs": [{"path": "data/raw"}]}


def test_a_folder_that_is_called_demo_does_not_take_the_place_of_the_demo_fleet(
    top: Path, vigia: Vigia, tmp_path: Path
) -> None:
    source = write(tmp_path / "demo", "fecha;energia activa Wh")
    code, told = vigia("fetch", str(source))
    assert (code, "would take the place of the demo fleet" in told) == (1, True)
    assert not (top / "data").exists()
    assert vigia("fetch", str(source), "--fleet", "oeste")[0] == 0
    assert (top / "fleets" / "oeste" / "data" / "raw" / "7.csv").is_file()


def test_what_a_person_changed_stays_and_the_pipeline_follows_that_of_the_checkout(
    top: Path, vigia: Vigia, tmp_path: Path
) -> None:
    source, folder = write(tmp_path / "norte", "fecha;energia activa Wh"), top / "fleets" / "norte"
    vigia("fetch", str(source))
    text = (folder / "params.yaml").read_text(encoding="utf-8").replace("breach_days: 3", "breach_days: 5")
    (folder / "params.yaml").write_text(text, encoding="utf-8")
    (top / "dvc.yaml").write_text((top / "dvc.yaml").read_text(encoding="utf-8") + "# more\n", encoding="utf-8")
    assert vigia("fetch", str(source)) == (0, f"fleet norte: nothing has changed in {folder / 'data/raw'}\n")
    assert (folder / "params.yaml").read_text(encoding="utf-8") == text
    assert (folder / "dvc.yaml").read_text(encoding="utf-8").endswith("# more\n")


def test_what_files_do_not_tell_is_asked_and_not_written_as_if_it_had_been_answered(
    top: Path, vigia: Vigia, tmp_path: Path
) -> None:
    code, told = vigia("fetch", str(write(tmp_path / "sur", "fecha;lectura")))
    assert code == 1
    assert "no name tells the unit" in told
    path = top / "fleets" / "sur" / "params.yaml"
    text = path.read_text(encoding="utf-8")
    assert "\n  # unit: kWh\n" in text
    assert "unit" not in load_params(path).ingest.model_fields_set
    assert vigia("check", str(tmp_path / "sur"), "--params", str(path))[0] == 1
    path.write_text(text.replace("  # unit: kWh\n", "  unit: Wh\n"), encoding="utf-8")
    assert vigia("check", str(tmp_path / "sur"), "--params", str(path))[0] == 0


def test_the_stages_of_a_fleet_depend_on_the_code_of_the_checkout_and_on_data_of_its_own(tmp_path: Path) -> None:
    text = (ROOT / "dvc.yaml").read_text(encoding="utf-8")
    own, of_fleet = (yaml.safe_load(each)["stages"] for each in (text, fleets.pipeline_of_fleet(text)))
    folder = ROOT / "fleets" / "norte"
    for name, stage in own.items():
        assert of_fleet[name]["cmd"] == f"PYTHONPATH=../.. {stage['cmd']}"
        for dep, moved in zip(stage["deps"], of_fleet[name]["deps"], strict=True):
            is_code = dep.startswith(("src/", "pipelines/"))
            assert moved == (f"../../{dep}" if is_code else dep)
            assert not is_code or (folder / moved).resolve() == ROOT / dep
        assert {**stage, "cmd": "", "deps": []} == {**of_fleet[name], "cmd": "", "deps": []}


@pytest.mark.parametrize("inside", [".", "fleets/norte", ".dvc/tmp/exps/temp1", ".dvc/tmp/exps/temp1/fleets/norte"])
def test_settings_mlflow_and_releases_are_those_of_the_checkout_wherever_a_command_runs(
    top: Path, monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    (top / "configs").mkdir()
    (top / "configs" / "serving.yaml").write_text("port: 3456\n", encoding="utf-8")
    (top / inside).mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(top / inside)
    found = load_settings(environment={"VIGIA_TRACKING_ARTIFACTS": "kept"})
    assert found.serving.port == 3456
    assert found.serving.releases.absolute() == top / "var"
    assert Path(found.tracking.uri.removeprefix("sqlite:///")).absolute() == top / "var" / "mlflow.db"
    assert Path(found.tracking.artifacts).absolute() == top / "kept"
    given = {"VIGIA_TRACKING_URI": "postgresql://host/mlflow", "VIGIA_TRACKING_ARTIFACTS": "s3://bucket/kept"}
    assert vars(load_settings(environment=given).tracking).items() >= {
        ("uri", "postgresql://host/mlflow"),
        ("artifacts", "s3://bucket/kept"),
    }
