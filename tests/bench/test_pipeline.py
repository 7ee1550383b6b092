"""The engine with a model: what a run's model expects of readings that it was not made from."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.bench.conftest import ZONE, subject_of
from vigia import frames
from vigia.backtest.task import Task, run_task
from vigia.bench.cases import Case
from vigia.bench.engines import Engine, engine_of
from vigia.bench.expectation import Run, known_of
from vigia.bench.run import judge, tasks
from vigia.bench.subjects import Subject
from vigia.calibrate import calibrate_client
from vigia.config import Params
from vigia.detection.detect import detect_client
from vigia.detection.screen import screen_client
from vigia.extension import Known
from vigia.models.history import DailyHistory
from vigia.train import ClientData

CLIENT, ONSET = "9", 180
X = "active_energy_kwh"


@pytest.fixture(scope="module")
def run(readings: dict[int, pd.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A pipeline run of one quiet client, whose model is the seasonal baseline."""
    root, mine = tmp_path_factory.mktemp("run"), readings[9]
    params = Params.model_validate({"fleet": {"name": "test"}})
    mask = screen_client(mine, {"client_id": CLIENT}, params.screen, params.splits).mask
    data = ClientData(CLIENT, mine, mask)
    run_task(Task(data, "seasonal", {}, params, root / "backtest"))
    expected = frames.read_client(root / "backtest" / "expected", "expected", CLIENT)
    ahead = frames.read_client(root / "backtest" / "ahead", "forecasts", CLIENT)
    bands = calibrate_client(data, expected, ahead, params, False).bands
    frames.write_client(mine, root / "ingest" / "readings", CLIENT)
    frames.write_client(bands, root / "calibrate" / "bands", CLIENT)
    frames.write_client(mask, root / "screen" / "mask", CLIENT)
    frames.write(frames.empty("candidates", ZONE), root / "candidates.parquet")
    words = {"reason_es": "La única.", "reason_en": "The only one.", "validation_wape_day": 0.1}
    chosen = pd.DataFrame([{"client_id": CLIENT, "family": "seasonal", **words}])
    frames.write(frames.check("chosen", chosen), root / "chosen.parquet")
    folders = [root / name for name in ("ingest", "screen", "backtest", "calibrate")]
    return Run(*folders, root / "candidates.parquet", root / "chosen.parquet", params)


@pytest.fixture(scope="module")
def pipeline(run: Run) -> Engine:
    return engine_of("pipeline", run.params, run)


@pytest.fixture(scope="module")
def known(run: Run) -> Known:
    return known_of(run, CLIENT, "past_only", False)


@pytest.fixture(scope="module")
def subject(readings: dict[int, pd.DataFrame]) -> Subject:
    return subject_of(readings[9])


def cut(known: Known, share: float) -> DailyHistory:
    """The client's history with less energy from the onset on."""
    values = known.history.values.copy()
    values[ONSET:] *= 1 - share
    holiday = known.history.holiday
    return DailyHistory.from_values(known.history.first_day, ZONE, values, holiday)


@pytest.mark.parametrize("mode", frames.MODES)
def test_asked_about_the_same_history_the_model_says_the_same(run: Run, mode: str) -> None:
    mask, known = run.data(CLIENT).mask, known_of(run, CLIENT, mode, False)
    days = np.arange(100, known.history.days)
    again = known.expect(known.history, mask, days)
    spoke = np.isfinite(again).all(axis=1)
    assert spoke.sum() > 150
    np.testing.assert_array_equal(again[spoke], known.expected[days[spoke]])
    np.testing.assert_array_equal(known.expectation(known.history, mask), known.expected)
    if mode == "past_only":
        short = known.history.head(200)
        np.testing.assert_array_equal(known.expect(short, mask, days[days < 200]), again[days < 200])


def test_the_first_changed_day_is_seen_holes_and_a_cut_end_included(known: Known) -> None:
    history = known.history
    assert known.first_change(history) is None
    assert known.first_change(history.head(150)) is None
    assert known.first_change(cut(known, 0.1)) == ONSET
    hole = history.values.copy()
    hole[70, 5] = np.nan
    assert known.first_change(replace(history, values=hole)) == 70


def test_a_change_that_no_rule_masks_is_followed_and_a_masked_one_is_not(known: Known) -> None:
    nothing, changed = frames.empty("mask", ZONE), cut(known, 0.3)
    start = known.history.midnight(ONSET)
    row = {"client_id": CLIENT, "channel": "active", "start": start, "known_at": start, "mode": "past_only"}
    rows = pd.DataFrame([{**row, "end": known.history.midnight(known.history.days)}])
    masked = frames.check("mask", rows)
    followed, held = (known.expectation(changed, mask) for mask in (nothing, masked))
    late = slice(ONSET + 35, ONSET + 70)
    usual = known.expected[late].sum()
    assert followed[late].sum() == pytest.approx(0.7 * usual, rel=0.03)
    assert held[late].sum() == pytest.approx(usual, rel=0.03)
    np.testing.assert_array_equal(followed[:ONSET], known.expected[:ONSET])


def test_bands_move_with_the_expectation_and_stay_as_wide(known: Known) -> None:
    mine = known.bands.reset_index(drop=True)
    later = mine["timestamp"] >= known.history.midnight(ONSET)
    cut_rows = mine.index[later & (mine["level"] == 0.95)][:3]
    mine.loc[cut_rows, "lower_kwh"] = 0.0
    expected = known.expected.copy()
    expected[ONSET:] += 1.0
    bands = replace(known, bands=mine).bands_of(known.history, expected)
    by = bands["upper_kwh"] - mine["upper_kwh"]
    np.testing.assert_allclose(by[later].dropna(), 24.0)
    assert (by[~later].fillna(0) == 0).all()
    assert (bands.loc[cut_rows, "lower_kwh"] == 0).all()
    others = later & ~mine.index.isin(cut_rows) & (mine["lower_kwh"] > 0)
    np.testing.assert_allclose((bands["lower_kwh"] - mine["lower_kwh"])[others], 24.0)


def test_unchanged_readings_give_the_events_of_the_stage_detect(
    run: Run, pipeline: Engine, readings: dict[int, pd.DataFrame]
) -> None:
    client, params = {"client_id": CLIENT}, run.params
    expected = frames.read_client(run.backtest / "expected", "expected", CLIENT)
    bands = frames.read_client(run.calibrate / "bands", "bands", CLIENT)
    stage = detect_client(readings[9], client, expected, bands, params.detect, params.screen, country="PE")
    events, channels = pipeline.detect(readings[9], client, frames.MODES)
    columns = ["event_id", "kind", "start", "end", "first_alert_at"]
    pd.testing.assert_frame_equal(events[columns], stage.events[columns])
    assert len(channels) == len(stage.event_channels)


def test_the_band_finds_what_is_too_small_for_the_rules(run: Run, pipeline: Engine, subject: Subject) -> None:
    start = subject.origin + pd.Timedelta(days=ONSET)
    case = Case(CLIENT, "constant_cut", start, start + pd.Timedelta(days=6), seed=1, depth=0.85)
    engines = {"scan": engine_of("scan", run.params), "pipeline": pipeline}
    (task,) = tasks([subject], [case], engines, ("past_only",))
    rows = {row["params"]: row for row in judge(task)}
    assert rows["pipeline"]["found"]
    assert rows["pipeline"]["kind"] == "band_breach"
    assert not rows["scan"]["found"]
