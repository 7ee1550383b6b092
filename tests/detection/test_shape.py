"""The day at constant energy: its hours read backwards, at another time, or all the same."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.support.findings import findings, rows_of
from vigia.config.sections.screen import LevelParams, ScreenParams, ShapeParams
from vigia.detection.detectors.shape.hour_order import limits_of
from vigia.detection.detectors.shape.hour_profile import standardised
from vigia.detection.detectors.shape.orders import LAGS
from vigia.detection.events.merge import merge
from vigia.detection.finding import Finding, Verdict
from vigia.detection.series import Series, Values
from vigia.vocabulary import class_of

DAYS, ONSET, END = 200, 140, 165
PROFILE = 1 + 0.4 * np.sin(np.arange(24) / 24 * 2 * np.pi) + 0.5 * (np.arange(24) < 5) + 0.3 * (np.arange(24) == 15)
Change = Callable[[Values], Values]


def client(change: Change | None = None, noise: float = 0.1, shape: float = 1.0, reactive: bool = True) -> Series:
    """Days of a profile of some depth, with noise that active and reactive energy share in half; a change of some."""
    rng = np.random.default_rng(4)
    hours = np.tile(PROFILE**shape, DAYS) * np.repeat(np.exp(rng.normal(0, 0.15, DAYS)), 24)
    shared = rng.normal(0, noise, 24 * DAYS)
    own = [rng.normal(0, noise, 24 * DAYS) for _ in range(2)]
    values = {"active": 100 * hours * np.exp(shared + own[0])}
    if reactive:
        values["reactive"] = 40 * hours * np.exp(shared + own[1])
    if change is not None:
        span = slice(24 * ONSET, 24 * END)
        values["active"][span] = change(values["active"][span])
    return Series("1", pd.Timestamp("2023-01-02"), "America/Lima", values)


def mirrored(hours: Values) -> Values:
    return np.asarray(hours.reshape(-1, 24)[:, ::-1].ravel())


def flat(hours: Values) -> Values:
    days = hours.reshape(-1, 24)
    return np.asarray((days.mean(axis=1, keepdims=True) * (0.99 + 0.02 * (np.arange(24) % 2))).ravel())


def shuffled(hours: Values) -> Values:
    rng = np.random.default_rng(7)
    return np.asarray(rng.permuted(hours.reshape(-1, 24), axis=1).ravel())


def late(hours: int) -> Change:
    return lambda values: np.asarray(np.roll(values.reshape(-1, 24), hours, axis=1).ravel())


def found_in(series: Series, mode: str = "past_only", params: ScreenParams | None = None) -> list[Finding]:
    return findings(series, params, mode)


def of_kind(found: list[Finding], kind: str) -> list[Finding]:
    return [part for part in found if part.kind == kind]


@pytest.mark.parametrize("mode", ["past_only", "two_sided"])
@pytest.mark.parametrize("reactive", [True, False], ids=["with reactive energy", "active energy alone"])
@pytest.mark.parametrize(("change", "days"), [(mirrored, 6), (flat, 3)], ids=["mirrored", "flat"])
def test_a_day_whose_energy_is_the_same_but_not_its_hours_is_found(
    change: Change, days: int, reactive: bool, mode: str
) -> None:
    (part,) = of_kind(found_in(client(change, reactive=reactive), mode), "shape_change")
    assert part.channel == "active"
    assert part.start == 24 * ONSET
    assert part.alert <= 24 * (ONSET + days)
    assert abs(part.stop / 24 - END) <= 1


@pytest.mark.parametrize("mode", ["past_only", "two_sided"])
@pytest.mark.parametrize("seed", range(3))
def test_usual_days_say_nothing_of_their_hours(mode: str, seed: int) -> None:
    days = np.random.default_rng(seed).permutation(DAYS)
    series = client(noise=0.3)
    values = {name: each.reshape(-1, 24)[days].ravel() for name, each in series.values.items()}
    found = found_in(replace(series, values=values), mode)
    assert not [part for part in found if part.kind in ("shape_change", "clock_shift")]


@pytest.mark.parametrize("share", [0.1, 0.2, 0.3])
def test_a_plant_that_rests_is_flat_without_being_told_of_for_that(share: float) -> None:
    found = found_in(client(lambda hours: share * flat(hours)))
    assert of_kind(found, "level_down")
    assert not of_kind(found, "shape_change")


def test_hours_in_no_order_are_not_mirrored_ones() -> None:
    assert not [part for part in found_in(client(shuffled)) if part.kind in ("shape_change", "clock_shift")]


def test_of_a_client_whose_hours_say_nothing_nothing_is_said() -> None:
    assert not found_in(client(mirrored, noise=0.5, shape=0.0, reactive=False))


def test_reactive_energy_alone_witnesses_a_mirrored_day() -> None:
    assert of_kind(found_in(client(mirrored, noise=0.5, shape=0.0)), "shape_change")


@pytest.mark.parametrize("mode", ["past_only", "two_sided"])
@pytest.mark.parametrize("hours", [-5, 4, 6])
def test_the_usual_hours_at_another_time_are_a_matter_of_the_clock(hours: int, mode: str) -> None:
    series = client()
    span = slice(24 * ONSET, 24 * DAYS)
    for values in series.values.values():
        values[span] = late(hours)(values[span])
    found = found_in(series, mode)
    (part,) = of_kind(found, "clock_shift")
    assert abs(part.start / 24 - ONSET) <= 1
    assert class_of(part.kind) == "data"
    assert not [other for other in found if class_of(other.kind) == "consumption"]


@pytest.mark.parametrize("hours", [-1, 1])
def test_an_hour_earlier_or_later_is_what_seasons_do(hours: int) -> None:
    found = found_in(client(late(hours)))
    assert not [part for part in found if part.kind in ("shape_change", "clock_shift")]


def test_the_cause_is_the_meter() -> None:
    series, params = client(mirrored), ScreenParams()
    (row,) = rows_of(series, found_in(series), params)
    assert (row["kind"], row["cause"], row["class"]) == ("shape_change", "meter_fault", "consumption")


@pytest.mark.parametrize("change", [mirrored, flat, late(5)], ids=["mirrored", "flat", "late"])
def test_what_is_known_of_the_hours_does_not_change_with_more_days(change: Change) -> None:
    series = client(change)
    whole = found_in(series)
    for day in (ONSET + 3, ONSET + 5, ONSET + 12, END + 1, END + 3, END + 20):
        before = found_in(series.head(24 * day + 7))
        known = {(part.kind, part.start, part.alert, part.score) for part in whole if part.alert <= 24 * day}
        assert {(part.kind, part.start, part.alert) for part in before} == {each[:3] for each in known}
        over = {(part.kind, part.stop, part.recovery) for part in before if part.recovery <= 24 * day}
        assert over <= {(part.kind, part.stop, part.recovery) for part in whole}


def test_what_comes_later_changes_no_score() -> None:
    series = client(flat)
    (early,), (whole,) = (found_in(each) for each in (series.head(24 * (END + 5)), series))
    assert early == whole
    assert early.score == (early.stop - early.start) / 24 / ((early.alert - early.start) / 24)


def test_flat_days_end_with_a_verdict_and_mirrored_ones_too() -> None:
    for change in (mirrored, flat):
        series = client(change)
        when = series.at(24 * (ONSET + 10) + 9)
        verdict = Verdict("shape_change", series.at(24 * ONSET), "new_normal", when)
        (part,) = of_kind(found_in(replace(series, verdicts=(verdict,))), "shape_change")
        assert part.stop == part.recovery == 24 * (ONSET + 11)


def test_it_can_be_turned_off() -> None:
    assert not found_in(client(mirrored), params=ScreenParams(shape=None))


def test_the_limits_follow_the_false_alarms_that_are_accepted() -> None:
    few, many = (limits_of(ShapeParams(), LevelParams(false_alarms_per_month=rate)) for rate in (0.05, 0.5))
    assert few - many == pytest.approx(np.log(10))
    assert len(few) == len(LAGS) + 1


def test_an_even_day_has_no_order_and_one_with_holes_is_not_known() -> None:
    days = standardised(np.r_[np.arange(24.0), np.full(24, 5.0), np.full(23, 1.0), np.nan, np.ones(5)])
    assert days.shape == (3, 24)
    assert days[0].std() == pytest.approx(1)
    assert not days[1].any()
    assert np.isnan(days[2]).all()


def test_a_level_that_leaves_weeks_after_the_shape_is_another_event() -> None:
    shape = Finding("active", "shape_change", 1000, 1500, 1200, 1500, 0, 2.0)
    level = Finding("active", "level_up", 1400, 3000, 1420, 3000, 1, 2.0)
    assert [event.kind for event in merge([shape, level], 7.0, 72)] == ["shape_change", "level_up"]
    near = replace(level, start=1100, alert=1210)
    assert len(merge([shape, near], 7.0, 72)) == 1
