"""What a client does by itself is raised once at most; what is new is raised, also when it is small or restless."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from tests.detection.levels.test_past_levels import PARAMS, alarm_days, client
from vigia.config.sections.screen import ScreenParams
from vigia.detection.detectors.levels.past_only import past_only
from vigia.detection.detectors.levels.two_sided import two_sided
from vigia.detection.detectors.physical import Spikes
from vigia.detection.finding import Finding
from vigia.detection.series import Series

WEEK = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 0.9, 0.35])


def days_of(levels: np.ndarray, noise: float = 0.04, seed: int = 0) -> Series:
    return client([(1, float(level)) for level in levels], noise, seed)


def starts(series: Series, channel: str = "active") -> list[int]:
    return [round(part.start / 24) for part in past_only(series, channel, PARAMS)]


@pytest.mark.parametrize("seed", range(3))
def test_a_rest_day_each_week_is_no_event(seed: int) -> None:
    assert not starts(days_of(np.tile(WEEK, 40), seed=seed))


def test_a_second_rest_day_is_raised_once_and_then_usual() -> None:
    levels = np.tile(WEEK, 50)
    levels[7 * 25 + 5 :: 7] = 0.35
    found = starts(days_of(levels))
    assert 1 <= len(found) <= 2
    assert all(abs(day - 7 * 25) <= 14 for day in found)


@pytest.mark.parametrize("seed", range(3))
def test_peaks_that_come_again_and_again_are_a_habit(seed: int) -> None:
    rng = np.random.default_rng(seed)
    levels = np.ones(500)
    levels[np.cumsum(rng.integers(6, 13, 45))] = 2.6
    found = starts(days_of(levels, seed=seed))
    assert sum(day > 150 for day in found) <= 1
    level = levels.copy()
    level[400:] *= 0.4
    assert any(400 <= day <= 404 for day in starts(days_of(level, seed=seed)))


@pytest.mark.parametrize("seed", range(3))
def test_a_restless_event_is_one_and_stays_until_it_is_over(seed: int) -> None:
    rng = np.random.default_rng(seed)
    levels = np.ones(420)
    levels[200:320] = np.repeat(rng.choice([1.2, 1.5, 1.9, 2.8], 40), 3)
    series = days_of(levels, seed=seed)
    found = past_only(series, "active", PARAMS)
    alarm = alarm_days(found, series)
    assert alarm[203:315].mean() > 0.7
    assert not alarm[:200].any()
    assert not alarm[340:].any()
    assert len(found) <= 6


@pytest.mark.parametrize("share", [0.7, 0.8], ids=["30 % less", "20 % less"])
@pytest.mark.parametrize("seed", range(3))
def test_a_small_loss_shows_over_two_weeks(share: float, seed: int) -> None:
    levels = np.tile(WEEK, 50)
    levels[200:260] *= share
    found = past_only(days_of(levels, seed=seed), "active", PARAMS)
    assert {part.kind for part in found} == {"level_down"}
    assert len(found) <= 2
    assert abs(found[0].start / 24 - 200) <= 3
    assert found[0].alert / 24 <= 200 + 15


@pytest.mark.parametrize("seed", range(3))
def test_a_loss_of_a_tenth_shows_within_two_months(seed: int) -> None:
    levels = np.tile(WEEK, 60)
    levels[250:340] *= 0.9
    found = past_only(days_of(levels, seed=seed), "active", PARAMS)
    assert found[0].kind in ("level_down", "slow_drift")
    assert found[0].sign < 0
    assert 248 <= found[0].start / 24 <= 270
    assert found[0].alert / 24 <= 250 + 60


def test_a_client_that_leaves_its_first_level_for_most_of_the_time_is_not_in_alarm_for_ever() -> None:
    rng = np.random.default_rng(3)
    states = np.repeat(rng.choice([0.3, 1.0, 1.0, 1.0], 80), 7)
    states[:14] = 0.3
    series = days_of(states, noise=0.15)
    assert alarm_days(past_only(series, "active", PARAMS), series)[300:].mean() < 0.35


def test_a_public_holiday_is_no_event() -> None:
    levels = np.ones(300)
    levels[[200, 201]] = 0.3
    series = days_of(levels)
    assert len(starts(series)) == 1
    holiday = np.zeros(300, dtype=bool)
    holiday[[200, 201]] = True
    assert not starts(replace(series, holiday=holiday))


def test_new_equipment_in_the_site_log_is_a_new_normal_from_which_a_loss_is_seen() -> None:
    levels = np.ones(300)
    levels[150:] = 1.5
    levels[250:] = 0.9
    series = days_of(levels)
    assert starts(series)[0] == 150
    announced = replace(series, resets=(150,))
    assert [day // 50 for day in starts(announced)] == [5]
    assert [round(part.start / 24) for part in two_sided(announced, "active", PARAMS)] == [250]


def voltage(levels: np.ndarray) -> Series:
    values = np.repeat(levels, 24) * 220 * np.exp(np.random.default_rng(0).normal(0, 0.02, 24 * len(levels)))
    return Series("1", pd.Timestamp("2023-01-01"), "America/Lima", {"voltage_fa": values})


def test_a_voltage_is_raised_at_the_hour_and_again_when_it_turns() -> None:
    levels = np.ones(200)
    levels[100:120], levels[120:140] = 1.7, 0.25
    series = voltage(levels)
    series.values["voltage_fa"][100 * 24 : 100 * 24 + 9] /= 1.7
    found = past_only(series, "voltage_fa", PARAMS)
    assert [part.kind for part in found] == ["voltage_swell", "voltage_sag"]
    assert 100 * 24 + 9 < found[0].alert <= 100 * 24 + 9 + PARAMS.voltage_hours
    assert found[1].alert <= 121 * 24
    assert all(first.stop <= second.start + 24 for first, second in pairwise(found))


def test_no_voltage_is_never_usual() -> None:
    levels = np.ones(400)
    levels[20:400] = 0.0
    (part,) = past_only(voltage(levels), "voltage_fa", PARAMS)
    assert part.stop == 400 * 24


def of_spikes(series: Series) -> list[Finding]:
    return Spikes().find(series, [], ScreenParams(), "past_only")


def test_the_energy_of_missing_hours_in_the_first_one_after_them_is_no_spike() -> None:
    series = client([(120, 1.0)])
    values = series.values["active"]
    values[100 * 24 : 100 * 24 + 30] = np.nan
    values[100 * 24 + 30] = 30 * 100.0
    assert not of_spikes(series)
    values[110 * 24] = 30 * 100.0
    assert [part.start for part in of_spikes(series)] == [110 * 24]


def steady_voltage(days: int = 150, noise: float = 0.01) -> Series:
    rng = np.random.default_rng(5)
    values = 220 * np.exp(np.repeat(rng.normal(0, noise, days), 24) + rng.normal(0, noise, 24 * days))
    return Series("1", pd.Timestamp("2023-01-02"), "America/Lima", {"voltage_fa": values})


@pytest.mark.parametrize("ratio", [1.12, 1.3])
def test_a_day_of_a_little_too_much_voltage_is_told_of_on_that_day(ratio: float) -> None:
    series, start = steady_voltage(), 100 * 24 + 15
    series.values["voltage_fa"][start : start + 24] *= ratio
    (part,) = past_only(series, "voltage_fa", PARAMS)
    assert part.kind == "voltage_swell"
    assert start < part.alert <= start + 24


def test_a_voltage_that_sags_now_and_then_is_not_higher_for_that() -> None:
    series = steady_voltage()
    for day in (30, 47, 59, 76, 85):
        series.values["voltage_fa"][24 * day : 24 * day + 24] *= 0.8
    start = 100 * 24 + 15
    series.values["voltage_fa"][start : start + 24] *= 1.15
    found = [part for part in past_only(series, "voltage_fa", PARAMS) if part.start > 90 * 24]
    assert [part.kind for part in found] == ["voltage_swell"]
    series.values["voltage_fa"][start : start + 24] *= 0.85 / 1.15
    assert not [part for part in past_only(series, "voltage_fa", PARAMS) if part.start > 90 * 24]


def test_too_much_voltage_is_told_of_on_its_day_a_month_after_the_first_and_a_sag_only_when_it_lasts() -> None:
    start = 40 * 24
    for ratio, found in ((1.4, ["voltage_swell"]), (0.7, [])):
        series = steady_voltage()
        series.values["voltage_fa"][start : start + 24] *= ratio
        parts = past_only(series, "voltage_fa", PARAMS)
        assert [part.kind for part in parts] == found
        assert all(start < part.alert <= start + 24 for part in parts)


def test_a_voltage_that_is_lower_each_sunday_raises_nothing_before_the_week_is_known() -> None:
    series = steady_voltage()
    sundays = np.arange(len(series.values["voltage_fa"])) // 24 % 7 == 6
    series.values["voltage_fa"][sundays] *= 0.87
    assert not past_only(series, "voltage_fa", PARAMS)
    quiet = steady_voltage()
    quiet.values["voltage_fa"][20 * 24 : 24 * 24] *= 0.7
    assert [part.kind for part in past_only(quiet, "voltage_fa", PARAMS)] == ["voltage_sag"]


@pytest.mark.parametrize(("ratio", "sign"), [(0.3, -1), (4.0, 1)])
def test_what_is_deep_is_told_of_before_a_day_from_noon_to_noon_is_over(ratio: float, sign: int) -> None:
    series, start = days_of(np.ones(150), seed=3), 100 * 24 + 13
    series.values["active"][start : start + 24] *= ratio
    (part,) = past_only(series, "active", PARAMS)
    assert part.sign == sign
    assert start < part.alert <= start + 24
    assert abs(part.start - start) <= 24


def test_a_rest_day_from_noon_to_noon_of_a_client_that_rests_each_week_is_no_event() -> None:
    series = days_of(np.tile(WEEK, 30))
    closed = days_of(np.where(np.arange(210) == 150, 0.2, np.tile(WEEK, 30)))
    holiday = np.arange(210) == 150
    assert not starts(series)
    assert not starts(replace(closed, holiday=holiday))


@pytest.mark.parametrize("missing", [slice(-12, None), slice(None, 6)])
def test_hours_without_a_reading_leave_the_size_of_a_deep_change_known(missing: slice) -> None:
    series, start = days_of(np.ones(150), seed=3), 100 * 24 + 6
    series.values["active"][start : start + 42] *= 0.1
    series.values["active"][101 * 24 : 102 * 24][missing] = np.nan
    found = past_only(series, "active", PARAMS)
    assert found
    assert all(np.isfinite(part.score) for part in found)
