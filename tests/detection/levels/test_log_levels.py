"""The hour at which a channel stepped, near the midnight that its days tell."""

import numpy as np
import pytest

from vigia.detection.detectors.levels.log_levels import REFINE_HOURS, refine, running_median

DAY = 30


def stepped(hour: int, factor: float) -> np.ndarray:
    """A steady load that is another one from an hour on, counted from the midnight of the day."""
    values = 100 * np.exp(np.random.default_rng(1).normal(0, 0.02, 24 * 60))
    values[24 * DAY + hour :] *= factor
    return values


@pytest.mark.parametrize(("factor", "sign"), [(0.5, -1), (2.0, 1)])
@pytest.mark.parametrize("hour", [-40, -9, 0, 15, 40])
def test_it_is_the_hour_of_the_step_in_the_direction_asked_for(hour: int, factor: float, sign: int) -> None:
    values = stepped(hour, factor)
    assert refine(values, DAY, sign) == 24 * DAY + hour


@pytest.mark.parametrize(("factor", "sign"), [(0.5, 1), (2.0, -1)])
def test_a_step_the_other_way_is_not_looked_for(factor: float, sign: int) -> None:
    assert refine(stepped(15, factor), DAY, sign) != 24 * DAY + 15


def test_missing_hours_move_no_step() -> None:
    values = stepped(15, 0.5)
    values[24 * DAY - 20 : 24 * DAY - 12] = np.nan
    assert refine(values, DAY, -1) == 24 * DAY + 15


def test_where_too_little_is_known_it_is_the_midnight() -> None:
    values = stepped(15, 0.5)
    values[24 * DAY - REFINE_HOURS + 20 : 24 * DAY + REFINE_HOURS] = np.nan
    assert refine(values, DAY, -1) == 24 * DAY
    assert refine(stepped(15, 0.5), 0, -1) == 0


def test_only_what_was_read_by_then_says_it() -> None:
    values = stepped(15, 0.8)
    values[24 * DAY + 30 :] *= 0.1
    assert refine(values[: 24 * DAY + 30], DAY, -1) == 24 * DAY + 15
    assert refine(values, DAY, -1) == 24 * DAY + 30


def test_a_day_of_known_hours_is_enough() -> None:
    values = stepped(15, 0.5)
    known = slice(24 * DAY + 3, 24 * DAY + 27)
    values[: known.start] = values[known.stop :] = np.nan
    assert refine(values, DAY, -1) == 24 * DAY + 15
    values[known.start] = np.nan
    assert refine(values, DAY, -1) == 24 * DAY


def test_a_load_without_a_step_keeps_the_midnight() -> None:
    assert refine(np.full(24 * 60, 100.0), DAY, 1) == 24 * DAY
    assert refine(np.full(24 * 60, 100.0), DAY, -1) == 24 * DAY


@pytest.mark.parametrize("days", [1, 2, 7, 8])
@pytest.mark.parametrize("centred", [False, True])
def test_a_running_median_is_that_of_the_days_of_its_window_that_are_known(days: int, centred: bool) -> None:
    rng = np.random.default_rng(days)
    levels = np.where(rng.random(60) < 0.3, np.nan, rng.normal(0, 1, 60))
    before = days // 2 if centred else days - 1
    for day, found in enumerate(running_median(levels, days, centred)):
        window = levels[max(day - before, 0) : day - before + days]
        known = window[np.isfinite(window)]
        assert found == pytest.approx(np.median(known)) if len(known) else np.isnan(found)
