"""Hours are counted, not named: every hour of a zone has one place, and what is summed over places is nothing else."""

from datetime import date, timedelta
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigia.calendars.clock import DAY, Clock, on_the_wall, start_of_day

ZONES = (
    "America/Lima",
    "America/Santiago",  # midnight is skipped, 23:00 repeated
    "America/Havana",  # midnight is skipped, and repeated
    "America/Nuuk",  # 22:00 was skipped, later 23:00
    "Europe/Madrid",
    "Europe/Dublin",  # winter time is the one that is set apart
    "Africa/Casablanca",  # a month of its own, twice a year
    "Africa/Cairo",
    "Asia/Beirut",
    "Asia/Kolkata",
    "Pacific/Chatham",  # changes at 2:45
)
DATES = st.dates(date(2019, 1, 1), date(2025, 6, 1))


def every_hour(clock: Clock, days: int) -> pd.DatetimeIndex:
    return pd.date_range(clock.midnight(0), clock.midnight(days), freq="h", inclusive="left", unit="us")


@given(st.sampled_from(ZONES), DATES, st.integers(1, 500))
def test_places_of_all_hours_lead_back_to_them(zone: str, first: date, days: int) -> None:
    clock = Clock(first, zone)
    times, hours = every_hour(clock, days), clock.hours(days)
    assert hours.times.equals(times)
    assert np.array_equal(clock.places(times), hours.row * DAY + hours.place)
    assert np.array_equal(np.bincount(clock.places(times), minlength=days * DAY), clock.weights(days).ravel())
    assert np.array_equal(times[clock.starts(days)[:-1]], clock.midnights(days))
    assert len(times) == clock.starts(days)[-1]


@given(st.sampled_from(ZONES), DATES, st.integers(1, 400), st.randoms(use_true_random=False))
def test_energy_is_kept_by_places_and_weights(zone: str, first: date, days: int, random: Random) -> None:
    clock = Clock(first, zone)
    values = np.random.default_rng(random.randrange(2**32)).uniform(0, 10, len(every_hour(clock, days)))
    means = clock.mean(every_hour(clock, days), values, days * DAY)
    happens = clock.weights(days).ravel() > 0
    assert np.array_equal(np.isfinite(means), happens)
    assert np.isclose((means * clock.weights(days).ravel())[happens].sum(), values.sum())


def changes(zone: str) -> list[date]:
    """Days of two years that have not 24 hours; any day where there is none."""
    clock = Clock(date(2023, 1, 1), zone)
    days = np.flatnonzero(clock.weights(730).sum(axis=1) != DAY).tolist() or [100]
    return [date(2023, 1, 1) + timedelta(days=day) for day in days]


@pytest.mark.parametrize("zone", ZONES)
def test_a_place_does_not_change_once_it_counts(zone: str) -> None:
    """What is known at any hour is a part of what is known at the next."""
    for change in changes(zone):
        clock = Clock(change - timedelta(days=1), zone)
        times = every_hour(clock, 3)
        values = np.arange(len(times), dtype=float)
        for count in range(1, len(times)):
            before, after = clock.whole(times[:count]), clock.whole(times[: count + 1])
            assert after >= before
            one = clock.mean(times[:count], values[:count], before)
            two = clock.mean(times[: count + 1], values[: count + 1], after)
            assert np.array_equal(one, two[:before], equal_nan=True)
            assert clock.time(before) <= times[count]  # and no hour waits after its end


@given(st.sampled_from(ZONES), DATES, st.lists(st.integers(0, 399), max_size=30))
def test_hours_of_some_days_are_those_of_each_one_after_the_other(zone: str, first: date, days: list[int]) -> None:
    clock = Clock(first, zone)
    some, whole = clock.hours(np.array(days, dtype=int)), clock.hours(400)
    wanted = [np.flatnonzero(whole.row == day) for day in days]
    taken = np.concatenate([*wanted, np.zeros(0, dtype=int)]).astype(int)
    assert some.times.equals(whole.times[taken])
    values = np.arange(400 * DAY).reshape(400, DAY)
    assert np.array_equal(some.of(values[np.array(days, dtype=int)]), whole.of(values)[taken])


def test_a_skipped_midnight_is_the_first_hour_that_there_is() -> None:
    clock = Clock(date(2024, 9, 7), "America/Santiago")
    assert clock.midnight(1) == clock.time(DAY) == clock.time(DAY + 1) == pd.Timestamp("2024-09-08T01:00-03:00")
    assert start_of_day(date(2024, 9, 8), "America/Santiago") == clock.midnight(1)
    assert clock.day(clock.midnight(1)) == 1
    assert clock.weights(3).sum(axis=1).tolist() == [24, 23, 24]


def test_an_hour_that_is_repeated_waits_for_its_second_half() -> None:
    clock = Clock(date(2024, 4, 6), "America/Santiago")
    first, second = pd.Timestamp("2024-04-06T23:00-03:00"), pd.Timestamp("2024-04-06T23:00-04:00")
    times = pd.DatetimeIndex(pd.to_datetime([first, second], utc=True)).tz_convert("America/Santiago")
    assert clock.places(times).tolist() == [23, 23]
    assert (clock.whole(times[:1]), clock.whole(times)) == (23, 24)
    assert clock.mean(times, np.array([1.0, 4.0]), 24)[23] == 2.5
    assert on_the_wall(times, "America/Santiago").nunique() == 1


@pytest.mark.parametrize("zone", ZONES)
def test_intervals_cover_the_places_that_they_touch(zone: str) -> None:
    clock = Clock(date(2024, 3, 1), zone)
    times = every_hour(clock, 61)
    starts, ends = pd.Series(times[:-1]), pd.Series(times[1:])
    first, after = clock.spans(starts, ends)
    assert np.array_equal(first, clock.places(times[:-1]))
    assert (after == first + 1).all()
