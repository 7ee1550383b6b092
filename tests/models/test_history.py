import numpy as np
import pandas as pd
import pytest

from tests.conftest import ZONE, hourly_readings
from vigia import frames
from vigia.errors import NotEnoughDataError
from vigia.models.history import DailyHistory, same_weekday_median


def history(readings: pd.DataFrame) -> DailyHistory:
    return DailyHistory.from_readings(readings, ZONE, "PE")


def mask(start: str, end: str, known_at: str) -> pd.DataFrame:
    row = {"client_id": "7", "channel": "active", "mode": "past_only"}
    row |= {name: pd.Timestamp(at, tz=ZONE) for name, at in (("start", start), ("end", end), ("known_at", known_at))}
    return frames.check("mask", pd.DataFrame([row]))


def test_rows_are_local_days_and_a_missing_hour_is_nan(readings: pd.DataFrame) -> None:
    found = history(readings.drop(index=30))
    assert found.values.shape == (140, 24)
    assert np.isnan(found.values[1, 6])
    assert found.values[1, 7] == readings["active_energy_kwh"][31]
    assert found.hours().times[31] == readings["timestamp"][31]


def test_a_client_without_readings_is_refused() -> None:
    with pytest.raises(NotEnoughDataError):
        history(frames.empty("readings", ZONE))


def test_a_clock_change_neither_shifts_nor_loses_a_day() -> None:
    stamps = pd.date_range("2024-10-20", "2024-11-05", freq="h", tz="Europe/Madrid", unit="us", inclusive="left")
    frame = pd.DataFrame({"client_id": "1", "timestamp": stamps, "active_energy_kwh": stamps.hour.astype(float)})
    found = DailyHistory.from_readings(frame, "Europe/Madrid", "ES")
    assert found.days == 16
    assert np.allclose(found.values, np.arange(24))


def test_the_normal_history_replaces_masked_hours_by_the_same_weekdays_before(readings: pd.DataFrame) -> None:
    readings.loc[24 * 70 : 24 * 80 - 1, "active_energy_kwh"] *= 5
    measured = history(readings)
    normal = measured.normal(mask("2023-03-13", "2023-03-23", "2023-03-14"))
    assert measured.filled[72, 12] > 3 * normal.filled[72, 12]
    assert normal.filled[72, 12] == pytest.approx(np.median(measured.values[[44, 51, 58, 65], 12]))
    assert np.array_equal(normal.filled[:70], measured.filled[:70])


def test_a_mask_counts_only_from_the_hour_it_was_known(readings: pd.DataFrame) -> None:
    measured, rows = history(readings), mask("2023-03-13", "2023-03-23", "2023-03-15 06:00")
    assert not measured.mask_matrix(rows, pd.Timestamp("2023-03-15", tz=ZONE)).any()
    assert measured.mask_matrix(rows, pd.Timestamp("2023-03-16", tz=ZONE)).sum() == 240


def test_a_history_that_begins_with_a_gap_is_filled_from_before_only() -> None:
    values = np.full((40, 24), 3.0)
    values[:10] = np.nan
    values[20] = np.nan
    filled = same_weekday_median(values, 0)
    assert (filled[:10] == 0).all()
    assert (filled[20] == 3.0).all()


@pytest.mark.parametrize("cut", [60, 61, 95])
def test_cutting_the_series_changes_no_filled_hour_before_the_cut(cut: int) -> None:
    readings = hourly_readings(140)
    readings.loc[24 * 20 : 24 * 33, "active_energy_kwh"] = np.nan
    whole, part = history(readings), history(readings.iloc[: cut * 24])
    assert np.array_equal(whole.filled[:cut], part.filled)


def test_made_up_weeks_are_the_mean_of_the_first_two_and_read_nothing_later(readings: pd.DataFrame) -> None:
    whole = history(readings.iloc[9:])
    made_up = whole.with_earlier_weeks(4)
    mean = (whole.filled[:7] + whole.filled[7:14]) / 2
    mean[0, :9] = whole.filled[7, :9]
    assert np.allclose(made_up.filled[:28], np.tile(mean, (4, 1)))
    assert np.array_equal(made_up.filled[28:], whole.filled)
    assert np.isnan(made_up.values[:28]).all()
    assert made_up.calendar_days(np.array([0, 28])).tolist() == [-28, 0]
    assert np.array_equal(whole.head(14).with_earlier_weeks(4).filled, made_up.filled[:42])
