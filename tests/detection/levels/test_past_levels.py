"""Which level counts as usual day by day, when the history does not say so from its first day."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigia.config.sections.screen import LevelParams
from vigia.detection.detectors.levels.past_only import past_only
from vigia.detection.finding import Finding
from vigia.detection.mask import mask_table
from vigia.detection.robust.running import RunningMedian
from vigia.detection.series import Series

PARAMS = LevelParams()
Plan = list[tuple[int, float]]


def client(plan: Plan, noise: float = 0.03, seed: int = 0) -> Series:
    """Days at levels, with the shape of a working day and daily and hourly noise."""
    rng = np.random.default_rng(seed)
    levels = np.concatenate([np.full(days, level) for days, level in plan])
    shape = 1 + 0.3 * np.sin(np.arange(24) / 24 * 2 * np.pi)
    hours = np.outer(levels * np.exp(rng.normal(0, noise, len(levels))), shape).ravel()
    values = 100 * hours * np.exp(rng.normal(0, noise, len(hours)))
    return Series("1", pd.Timestamp("2023-01-01"), "America/Lima", {"active": values})


def alarm_days(found: list[Finding], series: Series) -> np.ndarray:
    """Days that stood in an alarm when they were over."""
    hours = np.zeros(series.hours, dtype=bool)
    for part in found:
        hours[part.alert : part.recovery] = True
    return hours.reshape(-1, 24)[:, -1]


def shifts(series: Series) -> list[Finding]:
    """What leaves the usual level, without the further steps inside it."""
    return [part for part in past_only(series, "active", PARAMS) if not part.deeper]


def edges(plan: Plan) -> list[int]:
    """First day of each part, and the number of days."""
    return [0, *np.cumsum([days for days, _ in plan]).tolist()]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("episode", [2.4, 0.4], ids=["above", "below"])
def test_a_level_taken_up_again_after_a_standstill_becomes_usual(episode: float, seed: int) -> None:
    plan = [(60, episode), (100, 1.0), (25, 0.0), (90, 1.0), (60, episode), (80, 1.0)]
    series = client(plan, seed=seed)
    found = past_only(series, "active", PARAMS)
    alarm = alarm_days(found, series)
    parts = [alarm[start:stop].mean() for start, stop in pairwise(edges(plan))]
    assert parts[0] == 0
    assert parts[1] > 0.9
    assert parts[3] < 0.1
    assert parts[4] > 0.9
    assert parts[5] < 0.1
    last = found[-1]
    assert (last.kind, round(last.start / 24), round(last.stop / 24)) == (
        "level_up" if episode > 1 else "level_down",
        275,
        335,
    )


def test_a_level_becomes_usual_with_its_event_s_recovery_and_the_mask_s_end() -> None:
    series = client([(60, 2.4), (100, 1.0), (25, 0.0), (90, 1.0)])
    found = shifts(series)
    assert [round(part.start / 24) for part in found] == [60]
    assert 185 * 24 < found[0].recovery <= 191 * 24
    assert found[0].stop == found[0].recovery
    (row,) = mask_table(series, found, "past_only").to_dict("records")
    assert row["end"] == series.at(found[0].recovery)


def test_a_return_to_the_usual_level_that_was_accepted_raises_nothing() -> None:
    series = client([(60, 2.4), (100, 1.0), (25, 0.0), (90, 1.0), (30, 0.0), (90, 1.0)])
    alarm = alarm_days(past_only(series, "active", PARAMS), series)
    assert alarm[275 + 3 : 305].all()
    assert not alarm[305 + 3 :].any()


LONG_EPISODES: dict[str, Plan] = {
    "one level": [(15, 1.0), (300, 5.8), (200, 1.0)],
    "levels that recur in it": [
        *[(15, 1.0), (20, 5.8), (20, 8.2), (40, 5.8), (25, 3.0), (100, 5.8), (20, 8.2), (80, 5.8)],
        (200, 1.0),
    ],
    "below": [(40, 1.0), (30, 0.13), (10, 0.3), (160, 0.13), (200, 1.0)],
    "a standstill in it and a base known for longer": [(120, 1.0), (60, 0.4), (20, 0.0), (40, 0.4), (100, 1.0)],
    "a standstill in it and a level taken up anew": [(40, 1.0), (100, 0.4), (20, 0.0), (60, 0.6), (100, 1.0)],
    "a standstill too short to tell": [(40, 1.0), (100, 0.4), (4, 0.0), (60, 0.4), (100, 1.0)],
}


@pytest.mark.parametrize("plan", LONG_EPISODES.values(), ids=LONG_EPISODES)
def test_a_long_episode_stays_an_event(plan: Plan) -> None:
    series = client(plan)
    found = past_only(series, "active", PARAMS)
    alarm = alarm_days(found, series)
    start, stop = plan[0][0], edges(plan)[-2]
    assert alarm[start + 2 : stop].all()
    assert not alarm[:start].any()
    assert not alarm[stop + 3 :].any()
    assert len(shifts(series)) == 1


def test_a_visit_to_the_base_inside_an_episode_does_not_turn_the_two_round() -> None:
    plan = [(20, 1.0), (150, 3.4), (8, 1.0), (120, 3.4), (200, 1.0)]
    series = client(plan)
    alarm = alarm_days(past_only(series, "active", PARAMS), series)
    assert alarm[180:298].all()
    assert not alarm[301:].any()


def test_a_level_of_most_of_a_year_is_usual_and_so_is_the_one_before() -> None:
    series = client([(100, 1.0), (400, 2.0), (60, 1.0), (60, 2.0)])
    found = past_only(series, "active", PARAMS)
    assert [round(part.start / 24) for part in found] == [100]
    assert 100 + 330 < found[0].recovery / 24 <= 100 + 333


@pytest.mark.parametrize("seed", range(3))
def test_cutting_the_series_changes_no_shift_known_before_the_cut(seed: int) -> None:
    plan = [(60, 2.4), (100, 1.0), (25, 0.0), (90, 1.0), (60, 2.4), (80, 1.0)]
    series = client(plan, noise=0.08, seed=seed)
    whole = past_only(series, "active", PARAMS)
    for day in range(15, edges(plan)[-1], 4):
        hour = 24 * day + 7
        part = past_only(series.head(hour), "active", PARAMS)
        known = [other for other in whole if other.alert <= hour]
        assert [(each.start, each.alert, each.kind) for each in part] == [
            (other.start, other.alert, other.kind) for other in known
        ]
        assert [each for each in part if each.recovery <= hour] == [each for each in known if each.recovery <= hour]


@given(st.lists(st.one_of(st.floats(-1e6, 1e6), st.just(None)), max_size=60), st.integers(1, 9))
def test_the_recent_median_is_that_of_the_last_values(steps: list[float | None], size: int) -> None:
    recent, values = RunningMedian(size), list[float]()
    for step in steps:
        if step is None:
            recent.drop(2)
            del values[max(len(values) - 2, 0) :]
        else:
            recent.add(step)
            values.append(step)
        assert len(recent) == len(values)
        assert recent.median == (float(np.median(values[-size:])) if values else 0.0)
