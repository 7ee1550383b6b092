"""A release as tables and forecasts: what it says is what the service says."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import vigia
from serving.bodies.forecasting import ForecastRequest
from serving.forecasting.forecast import forecast
from serving.release.served import Served
from tests.support.tiny_release import TinyRelease
from tests.support.zone import ZONE
from vigia import frames
from vigia.errors import ConfigError, ReleaseError
from vigia.release.reader import Release as Stored


@pytest.fixture(scope="module")
def served(tiny: TinyRelease) -> Served:
    return Served.of(Stored.load(tiny.folder))


@pytest.mark.parametrize("basis", ["as_measured", "normal"])
@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
@pytest.mark.parametrize("days", [1, 3, 7])
def test_a_forecast_is_that_of_the_service(
    release: vigia.Release, served: Served, days: int, level: float, basis: str
) -> None:
    for client in release.clients["client_id"]:
        found = release.forecast(client, days, level, basis)
        request = {"client_id": client, "horizon_hours": len(found), "level": level, "basis": basis}
        answer = forecast(served, served.clients[client], ForecastRequest.model_validate(request))
        points = pd.DataFrame(answer["points"])
        assert list(found.columns) == list(points.columns)
        assert [when.isoformat() for when in found["timestamp"]] == points["timestamp"].tolist()
        for name in points.columns[1:]:
            assert found[name].tolist() == points[name].tolist()


def test_a_forecast_begins_after_the_last_reading_and_has_24_hours_a_day_up_to_the_seventh_midnight(
    release: vigia.Release,
) -> None:
    last = release.readings("7")["timestamp"].iloc[-1]
    for days in range(1, 7):
        table = release.forecast("7", days)
        assert table["timestamp"].iloc[0] == last + pd.Timedelta(hours=1)
        assert len(table) == 24 * days
        assert (table["lower_kwh"] <= table["forecast_kwh"]).all()
        assert (table["forecast_kwh"] <= table["upper_kwh"]).all()
    week = release.forecast("7")
    assert week["timestamp"].iloc[-1] + pd.Timedelta(hours=1) == last.normalize() + pd.Timedelta(days=7)


def test_the_folder_of_a_fleet_in_operation_stands_for_the_release_it_serves(
    release: vigia.Release, home: Path
) -> None:
    found = vigia.Release(str(home))
    assert found.digest == release.digest
    assert repr(found) == f"Release {release.digest[:12]}: 2 clients, readings until {release.data_until.isoformat()}"


def test_its_tables_are_those_that_were_released(release: vigia.Release, tiny: TinyRelease) -> None:
    events = frames.read(tiny.folder / "events.parquet", "events")
    pd.testing.assert_frame_equal(release.events(), events)
    mine = release.events(7, mode="past_only")
    assert 0 < len(mine) < len(events)
    assert set(mine["client_id"]) == {"7"}
    assert set(mine["mode"]) == {"past_only"}
    assert set(release.event_channels(7, mode="past_only")["event_id"]) == set(mine["event_id"])
    assert release.clients["family"].tolist() == ["seasonal", "seasonal"]
    assert release.clients["last_reading"].max() == release.data_until
    scores = release.scores()
    assert set(scores["client_id"]) == {"7", "8"}
    assert scores.loc[scores["chosen"], "model"].tolist() == ["seasonal", "seasonal"]
    pd.testing.assert_frame_equal(release.readings("8"), frames.read_client(tiny.folder / "readings", "readings", "8"))


@pytest.mark.parametrize("mode", frames.MODES)
def test_what_was_expected_has_a_row_an_hour_with_its_band(release: vigia.Release, mode: str) -> None:
    table, wide = release.expected("8", mode), release.expected("8", mode, level=0.99)
    assert table["timestamp"].is_monotonic_increasing
    assert table["timestamp"].is_unique
    known = table.dropna()
    assert len(known) > 24 * 100
    assert (known["lower_kwh"] <= known["upper_kwh"]).all()
    both = known.merge(wide, on="timestamp", suffixes=("", "_wide")).dropna()
    assert (both["upper_kwh_wide"] - both["lower_kwh_wide"]).mean() > (both["upper_kwh"] - both["lower_kwh"]).mean()


def test_a_table_that_was_given_away_may_be_changed(release: vigia.Release) -> None:
    mine = release.readings("7")
    mine["active_energy_kwh"] = np.nan
    assert release.readings("7")["active_energy_kwh"].notna().any()


def test_what_is_wrong_with_a_question_is_one_sentence(
    release: vigia.Release, tiny: TinyRelease, tmp_path: Path
) -> None:
    with pytest.raises(ReleaseError, match=r"no client 'nobody'; there are 7, 8"):
        release.forecast("nobody")
    for days in (0, 8, 1.5, True):
        with pytest.raises(ConfigError, match=f"days: {days} given; 1 to 7 are forecast"):
            release.forecast("7", days)  # type: ignore[arg-type] # asked wrongly on purpose
    with pytest.raises(ConfigError, match="basis: 'usual' given; there are"):
        release.forecast("7", basis="usual")
    with pytest.raises(ReleaseError, match=r"no bands of level 0\.5; there are \[0\.9, 0\.95, 0\.99\]"):
        release.forecast("7", level=0.5)
    with pytest.raises(ConfigError, match="mode: 'live' given; there are"):
        release.events(mode="live")
    with pytest.raises(ReleaseError, match=r"neither a release, which has a manifest\.json, nor the folder of a fleet"):
        vigia.Release(tmp_path)
    damaged = tmp_path / "damaged"
    shutil.copytree(tiny.folder, damaged)
    (damaged / "events.parquet").write_bytes(b"PAR1")
    with pytest.raises(ReleaseError, match="missing or changed"):
        vigia.Release(damaged)
    assert str(release.data_until.tz) == ZONE
