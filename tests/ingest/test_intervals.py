"""Steps, labels and registers: from readings at the meter's interval to energies of whole local hours."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.support.meter_files import codes, ingest
from vigia.config.sections.fleet import FleetParams
from vigia.config.sections.ingest import IngestParams
from vigia.ingest import Ingested, ingest_folder
from vigia.ingest.intervals.registers import differences, rises
from vigia.ingest.intervals.steps import intervals

FIRST = "2023-01-02"
HOURS = 24 * 100


def stamps(count: int, step: str = "h", shift: str = "0s") -> pd.DatetimeIndex:
    return pd.date_range(FIRST, periods=count, freq=step) + pd.Timedelta(shift)


def write(folder: Path, when: pd.DatetimeIndex, values: np.ndarray) -> None:
    rows = [f"{time:%Y-%m-%d %H:%M:%S},{value:.3f}" for time, value in zip(when, values, strict=True)]
    (folder / "7.csv").write_text("\n".join(["Fecha,Active_energy", *rows]), encoding="utf-8")


def energy(result: Ingested) -> pd.Series:
    return result.readings.set_index("timestamp")["active_energy_kwh"]


@pytest.mark.parametrize("label", ["start", "end"])
def test_a_label_of_the_last_second_stands_for_its_own_hour_whatever_is_set(tmp_path: Path, label: str) -> None:
    values = 37 * np.arange(HOURS) % 101
    write(tmp_path, stamps(HOURS, shift="3599s"), values)
    found = energy(ingest(tmp_path, hour_label=label))
    assert found.index[0] == pd.Timestamp(FIRST, tz="America/Lima")
    assert found.tolist() == values.tolist()


def test_a_clock_that_strays_is_rounded_and_one_that_is_lost_is_refused(tmp_path: Path) -> None:
    grid = stamps(4 * HOURS, "15min")
    when = grid + pd.to_timedelta(np.random.default_rng(1).integers(-200, 200, 4 * HOURS), "s")
    when = when.insert(401, grid[400] + pd.Timedelta(minutes=7))
    write(tmp_path, when, np.ones(len(when)))
    result = ingest(tmp_path)
    assert energy(result).sum() == 4 * HOURS
    assert result.quarantine["reason"].tolist() == ["time is too far from the beginning of an interval"]


def test_readings_at_five_past_each_hour_are_that_hour_s_and_it_is_said(tmp_path: Path) -> None:
    write(tmp_path, stamps(HOURS, shift="20min"), np.ones(HOURS))
    result = ingest(tmp_path)
    assert energy(result).index[0] == pd.Timestamp(FIRST, tz="America/Lima")
    assert energy(result).sum() == HOURS
    (told,) = result.issues[result.issues["code"] == "hours_begin_late"]["message"]
    assert told == f"{HOURS} readings begin 20 minutes after the hour; they stand under that hour"


@pytest.mark.parametrize("minutes", [1, 5, 12, 30])
def test_shorter_intervals_make_whole_hours_and_an_hour_with_a_hole_is_missing(tmp_path: Path, minutes: int) -> None:
    count = 30 * 24 * 60 // minutes
    when, values = stamps(count, f"{minutes}min"), np.ones(count)
    write(tmp_path, when.delete(60 // minutes - 1), values[:-1])
    result = ingest(tmp_path)
    assert energy(result).index[0] == pd.Timestamp(FIRST, tz="America/Lima") + pd.Timedelta(hours=1)
    assert energy(result).tolist() == [60 / minutes] * (30 * 24 - 1)
    assert "incomplete_hours" in codes(result)


def test_the_interval_is_that_of_the_steps_around_and_no_hole_changes_it() -> None:
    when = stamps(100).append(pd.date_range(stamps(101)[-1], periods=400, freq="15min")).delete([50, 51, 52, 200])
    minutes = intervals(pd.Series(when.tz_localize("UTC")))
    assert minutes.tolist() == [60] * 97 + [15] * 399
    assert intervals(pd.Series(stamps(50, "7min").tz_localize("UTC"))).tolist() == [0] * 50


@pytest.mark.parametrize("scale", [1.0, 40.0])
def test_a_register_that_begins_anew_loses_nothing(scale: float) -> None:
    read = (99_980.0 + 7 * np.arange(30)) % 100_000
    rows = pd.DataFrame({"timestamp": stamps(30), "active_energy_kwh": read * scale, "reactive_energy_kvarh": np.nan})
    found = differences(rows, np.full(30, 60), scale)
    assert found.rows["active_energy_kwh"].tolist()[:-1] == pytest.approx([7.0 * scale] * 29)
    assert (found.falls, found.unplaced_spans) == (0, 0)


def test_another_meter_costs_one_interval_and_energy_of_a_silence_is_in_no_hour(tmp_path: Path) -> None:
    read = 50_000 + 5.0 * np.arange(HOURS)
    read[1000:] -= 50_000
    when = stamps(HOURS).delete(slice(500, 510))
    write(tmp_path, when, np.delete(read, slice(500, 510)))
    result = ingest(tmp_path, register_readings=True)
    assert energy(result).tolist() == [5.0] * (HOURS - 10 - 3)
    told = result.issues.set_index("code")["message"]
    assert told["energy_without_hours"].startswith("the register counted 55.0 kWh in 1 spans without a reading")
    assert told["register_falls"].startswith("the register falls 1 times, as where another meter begins")


def test_readings_that_only_rise_are_refused_unless_they_are_a_register(tmp_path: Path) -> None:
    (tmp_path / "1.csv").write_text("Fecha,Active_energy\n2023-01-02 00:00:00,1\n", encoding="utf-8")
    write(tmp_path, stamps(HOURS), 70_000 + 3.0 * np.arange(HOURS))
    result = ingest(tmp_path)
    assert result.clients["client_id"].tolist() == ["1"]
    assert "looks_like_register" in codes(result)
    assert not rises(100 + np.random.default_rng(1).normal(0, 5, 1000))
    assert not rises(np.arange(23.0) + 70_000)


def test_a_local_hour_that_the_clock_shows_twice_is_two_also_in_a_file_that_runs_backwards(tmp_path: Path) -> None:
    when = pd.date_range("2023-10-28", periods=72, freq="h", tz="Europe/Madrid")
    values = 37.0 * np.arange(72) % 101
    for place, order in enumerate((slice(None), slice(None, None, -1))):
        folder = tmp_path / str(place)
        folder.mkdir()
        write(folder, when.tz_localize(None)[order], values[order])
        result = ingest_folder(folder, IngestParams(), FleetParams(name="t", timezone="Europe/Madrid"))
        assert energy(result).tolist() == values.tolist()
