"""A fleet of short and poor histories through every stage: clients without enough days get the seasonal baseline."""

import contextlib
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
import yaml

from pipelines import backtest, calibrate, choose, common, detect, evaluate, ingest, release, screen, train
from tests.conftest import hourly_readings
from vigia import frames
from vigia.config import load_params
from vigia.errors import FrameError
from vigia.publish.gate import Summary
from vigia.release import Release

STAGES = (ingest, screen, train, choose, backtest, calibrate, detect, evaluate, release)
SHORT, ACTIVE_ONLY, SINGLE_ROW, FORMER = "1", "2", "3", "4"
COLUMNS = {"timestamp": "Fecha", "active_energy_kwh": "Active_energy", "reactive_energy_kvarh": "Reactive_energy"}
CHECKOUT = Path(__file__).parents[2]


def write_meter_file(folder: Path, client: str, rows: int, columns: list[str]) -> None:
    readings = hourly_readings(-(-rows // 24), client, seed=int(client)).head(rows)
    table = readings.rename(columns=COLUMNS)[columns]
    table["Fecha"] = table["Fecha"].dt.strftime("%Y-%m-%d %H:%M:%S")
    table.to_csv(folder / f"DATOSCLIENTE{client}.csv", index=False)


def leave_behind(client: str) -> None:
    """What a client of a former source leaves in the folders that are kept between runs."""
    for name in ("expected", "forecasts", "ahead", "issues"):
        shutil.copytree(
            frames.client_file(common.BACKTEST / name, SHORT).parent,
            frames.client_file(common.BACKTEST / name, client).parent,
        )
    shutil.copytree(common.BACKTEST / "models" / SHORT, common.BACKTEST / "models" / client)
    shutil.copyfile(common.REPORTS / "cards" / f"{SHORT}.json", common.REPORTS / "cards" / f"{client}.json")


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release of a client of ten days, one of forty days of active energy alone, and one of a single row."""
    work = tmp_path_factory.mktemp("work")
    raw = work / "data" / "raw"
    raw.mkdir(parents=True)
    write_meter_file(raw, SHORT, 240, [*COLUMNS.values()])
    write_meter_file(raw, ACTIVE_ONLY, 960, ["Fecha", "Active_energy"])
    write_meter_file(raw, SINGLE_ROW, 1, [*COLUMNS.values()])
    shutil.copytree(CHECKOUT / "configs", work / "configs")
    (work / "configs" / "compute.yaml").write_text("workers: 1\n", encoding="utf-8")
    text = (CHECKOUT / "params.yaml").read_text(encoding="utf-8")
    (work / "params.yaml").write_text(text.replace("name: demo", "name: short"), encoding="utf-8")
    with contextlib.chdir(work):
        for stage in STAGES:
            stage.main()
        leave_behind(FORMER)
        release.main()
    return work / "release"


@pytest.mark.parametrize("client", [SHORT, ACTIVE_ONLY, SINGLE_ROW], ids=["ten days", "active only", "one row"])
def test_a_client_of_few_days_is_released_with_the_seasonal_baseline_and_its_issue(released: Path, client: str) -> None:
    chosen = frames.read(released / "chosen.parquet", "chosen").set_index("client_id").loc[client]
    issues = frames.read(released / "issues.parquet", "issues")
    card = json.loads((released / "cards" / f"{client}.json").read_text(encoding="utf-8"))
    spec = json.loads((released / "models" / client / "spec.json").read_text(encoding="utf-8"))
    assert (chosen["family"], card["family"], spec["family"]) == ("seasonal", "seasonal", "seasonal")
    assert "0 validation days; 28 are needed" in chosen["reason_en"]
    assert "short_history" in set(issues.loc[issues["client_id"] == client, "code"])


def test_a_release_brings_the_small_bench_of_clients_with_a_place_for_it(released: Path) -> None:
    figures = Summary.of(released).bench
    assert figures["bench_cases"] >= 5
    assert figures["bench_recall_zero_block"] > 0
    assert "bench_recall_voltage_swell" not in figures
    assert "bench_recall_slow_ramp" not in figures


def test_every_client_has_scores_and_expectation_null_where_there_is_too_little(released: Path) -> None:
    scores = pd.read_csv(released / "reports" / "forecast_scores.csv", dtype={"client_id": str})
    chosen = scores[scores["chosen"]].set_index("client_id")
    assert chosen["n_days"].to_dict() == {SHORT: 0, ACTIVE_ONLY: 8, SINGLE_ROW: 0}
    assert chosen["wape_day"].notna().to_dict() == {SHORT: False, ACTIVE_ONLY: True, SINGLE_ROW: False}
    for client, hours in ((SHORT, 240), (SINGLE_ROW, 24)):
        expected = frames.read_client(released / "expected", "expected", client)
        past_only = expected[expected["mode"] == "past_only"]
        assert len(past_only) == hours
        assert past_only["expected_kwh"].isna().all()
        assert (past_only["quality"] == "warming_up").all()


def test_the_release_of_short_histories_can_be_served(released: Path) -> None:
    assert set(Release.load(released).clients) == {SHORT, ACTIVE_ONLY, SINGLE_ROW}


def test_a_release_says_what_every_parameter_was_the_defaults_too(released: Path) -> None:
    written = yaml.safe_load((released / "params.yaml").read_text(encoding="utf-8"))
    params = load_params(released / "params.yaml")
    assert written == params.model_dump(mode="json")
    assert params == load_params(released.parent / "params.yaml")


def test_a_client_without_masked_hours_has_a_mask_of_its_own_too(released: Path) -> None:
    assert frames.clients_in(released / "mask") == [SHORT, ACTIVE_ONLY, SINGLE_ROW]
    assert frames.read_client(released / "mask", "mask", SINGLE_ROW).empty


def test_a_client_of_a_former_source_is_not_released(released: Path) -> None:
    names = {path.relative_to(released).as_posix() for path in released.rglob("*")}
    assert not [name for name in names if name.endswith((f"client_id={FORMER}", f"models/{FORMER}", f"/{FORMER}.json"))]


def test_a_stage_without_readings_says_which_stage_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copyfile(CHECKOUT / "params.yaml", tmp_path / "params.yaml")
    with pytest.raises(FrameError, match=r"run `python -m pipelines\.ingest` first"):
        screen.main()
    with pytest.raises(SystemExit) as stopped:
        common.run(ingest.main)
    assert stopped.value.code == 1
    assert capsys.readouterr().err == "vigia: no folder data/raw\n"
