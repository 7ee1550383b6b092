"""The judge of bands, on bands whose coverage is known beforehand."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from tests.support.tiny_release import tiny_release
from vigia import frames
from vigia.cli.main import build
from vigia.evaluate.coverage import client_coverage, distinct, fleet_coverage, weekly_bootstrap
from vigia.models import DailyHistory

ZONE = "America/Lima"
DAYS = 84


def history_of(values: np.ndarray) -> DailyHistory:
    return DailyHistory.from_values(date(2023, 1, 2), ZONE, values, np.zeros(len(values) + 60, dtype=bool))


def bands_of(history: DailyHistory, half_width: float, level: float = 0.95) -> pd.DataFrame:
    """A band of `half_width` kWh around 10 kWh an hour, and around 240 kWh a day."""
    hours = history.hours().times
    parts = []
    for resolution, times, middle in (("hour", hours, 10.0), ("day", hours[::24], 240.0)):
        part = pd.DataFrame({"client_id": "1", "timestamp": times, "mode": "past_only", "resolution": resolution})
        parts.append(part.assign(level=level, lower_kwh=middle - half_width, upper_kwh=middle + half_width))
    return frames.check("bands", pd.concat(parts, ignore_index=True))


def test_shares_widths_and_scores_of_a_known_band() -> None:
    values = np.full((DAYS, 24), 10.0)
    values[:, 0] = 14.0
    history = history_of(values)
    table = client_coverage("1", history, np.arange(DAYS), bands_of(history, 2.0)).set_index("resolution")
    hour, day = table.loc["hour"], table.loc["day"]
    assert hour["coverage"] == pytest.approx(23 / 24)
    assert hour["width"] == pytest.approx(0.4)
    assert hour["interval_score"] == pytest.approx(0.4 + 40 * 2.0 / 24 / 10)
    assert hour["n_days"] == day["n_days"] == DAYS
    assert day["coverage"] == 0.0
    assert not day["holds"]


def test_days_without_a_band_are_left_out_and_counted() -> None:
    history = history_of(np.full((DAYS, 24), 10.0))
    bands = bands_of(history, 1.0)
    late = bands["timestamp"] >= history.midnight(14)
    table = client_coverage("1", history, np.arange(DAYS), bands[late])
    assert (table["n_days"] == DAYS - 14).all()
    none = client_coverage("1", history, np.arange(7), bands[late])
    assert (none["n_days"] == 0).all()
    assert fleet_coverage(none).empty


@pytest.mark.parametrize("clustered", [False, True], ids=["single hours", "whole weeks"])
def test_the_interval_of_a_coverage_is_wider_where_weeks_miss_together(clustered: bool) -> None:
    rng = np.random.default_rng(3)
    weeks = rng.random(40) < 0.9
    inside = np.repeat(weeks, 7)[:, None].repeat(24, axis=1) if clustered else rng.random((280, 24)) < 0.9
    low, high = weekly_bootstrap(inside, np.arange(280))
    assert low < inside.mean() < high
    assert high - low > 0.15 if clustered else high - low < 0.03
    assert (low, high) == weekly_bootstrap(inside, np.arange(280))


def test_the_interval_contains_the_true_coverage_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(11)
    contained = 0
    for _ in range(200):
        inside = rng.random((180, 24)) < 0.95
        low, high = weekly_bootstrap(inside, np.arange(180), share=0.9, draws=400)
        contained += low <= 0.95 <= high
    assert 0.8 <= contained / 200 <= 0.95


def test_a_duplicated_feed_counts_once() -> None:
    one, other = history_of(np.full((3, 24), 1.0)), history_of(np.full((3, 24), 2.0))
    assert distinct({"12": one, "15": other, "30": one}) == ["12", "15"]


def test_the_command_judges_bands_on_days_annotated_as_normal(tmp_path: Path) -> None:
    release = tiny_release(tmp_path, clients=("3",)).folder
    days = pd.DataFrame({"client": "3", "day": pd.date_range("2024-05-01", "2024-05-21")})
    days.assign(active=0, reactive=0, voltage=0).to_csv(tmp_path / "annotated_days.csv", index=False)
    episodes = pd.DataFrame(columns=["client", "channel", "start", "end"])
    pd.concat([episodes, pd.DataFrame([["3", "active", "2023-03-01", "2023-03-31"]], columns=episodes.columns)]).to_csv(
        tmp_path / "annotated_episodes.csv", index=False
    )
    asked = ["evaluate", "--annotation", str(tmp_path), "--release", str(release), "--reports", str(tmp_path)]
    done = CliRunner().invoke(build(["evaluate"]), asked)
    assert done.exit_code == 0, done.output
    assert "bands on normal days" in done.output
    table = pd.read_csv(tmp_path / "annotation_coverage.csv")
    assert set(zip(table["resolution"], table["level"], strict=True)) >= {("hour", 0.95), ("day", 0.9)}
    assert (table["n_days"] <= 21).all()
    assert table["coverage"].between(0, 1).all()
