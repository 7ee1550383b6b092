"""Which days calibrate what, over which scale, and for which hours, days and mode that holds."""

import numpy as np
import pandas as pd
import pytest

from tests.modelling.test_calibrate import made_client, made_pool, row_of
from vigia.calibrate import calibrate_client, scale_client
from vigia.calibrate.residuals import Stream
from vigia.config import Params
from vigia.frames import check
from vigia.train import ClientData

WARM_UP = 28
Made = tuple[ClientData, pd.DataFrame, pd.DataFrame]


def streams(made: Made, params: Params, mode: str = "past_only") -> dict[tuple[str, int], Stream]:
    """Streams of a mode by basis and day ahead."""
    return {(each.basis, each.horizon): each for each in scale_client(*made, params).streams if each.mode == mode}


def restless(made: Made, days: slice, factor: float, hours: slice = slice(None)) -> Made:
    """The client misses its expectation by `factor` times as much on some days, in some hours of them."""
    data, expected, ahead = made
    energy = data.readings["active_energy_kwh"].to_numpy().reshape(-1, 24).copy()
    energy[days, hours] = 100 + factor * (energy[days, hours] - 100)
    readings = check("readings", data.readings.assign(active_energy_kwh=energy.ravel()))
    return ClientData(data.client_id, readings, data.mask), expected, ahead


@pytest.mark.parametrize("horizon", [1, 2, 7])
def test_days_around_an_event_do_not_calibrate_and_for_longer_the_further_ahead(params: Params, horizon: int) -> None:
    """As measured, a state counts after two weeks, and from four days before a change nothing; normal, after four."""
    found = streams(made_client("1", 300, params, mask=(150, 190)), params)

    def left_out(basis: str) -> set[int]:
        return set(range(WARM_UP, 300)) - set(np.flatnonzero(found[basis, horizon].usable[-1]).tolist())

    assert left_out("as_measured") == {*range(146, 164 + horizon), *range(186, 204 + horizon)}
    assert left_out("normal") == set(range(150, 190 if horizon == 1 else 217 + horizon))


@pytest.mark.parametrize("horizon", [1, 2, 7])
def test_each_day_ahead_is_calibrated_on_forecasts_for_that_day_ahead(params: Params, horizon: int) -> None:
    data, expected, ahead = made_client("1", 120, params)
    days = (ahead["timestamp"] - ahead["issued_at"]).dt.days
    ahead = ahead.assign(forecast_kwh=ahead["forecast_kwh"] + 10.0 * days)
    stream = streams((data, expected, ahead), params)["as_measured", horizon]
    assert stream.residuals[stream.usable[-1]].mean() == pytest.approx(-10 * (horizon - 1), abs=0.1)


def test_a_week_of_misses_makes_a_scale_and_less_does_not(params: Params) -> None:
    made = made_client("1", 70, params)
    stream = streams(made, params)["normal", 1]
    assert stream.usable.sum(axis=1).tolist()[:3] == [0, 7, 14]
    assert stream.known.tolist()[:3] == [False, True, True]
    for days, known in ((WARM_UP + 6, False), (WARM_UP + 7, True)):
        both_sides = streams(made_client("1", days, params), params, "two_sided")["normal", 1]
        assert both_sides.known.all() == both_sides.known.any() == known


def test_the_usual_level_is_that_of_normal_days(params: Params) -> None:
    found = streams(made_client("1", 300, params, mask=(200, 300)), params)
    assert found["normal", 1].level[-1] == pytest.approx(100, rel=0.01)
    assert found["as_measured", 1].level[-1] == pytest.approx(300, rel=0.01)


def test_a_two_sided_scale_is_of_the_days_on_both_sides_of_its_week(params: Params) -> None:
    calm_then_restless = restless(made_client("1", 308, params), slice(154, None), 4.0)
    stream = streams(calm_then_restless, params, "two_sided")["normal", 1]
    scale = dict(zip(stream.schedule.starts.tolist(), stream.scale.tolist(), strict=True))
    mean_miss = np.sqrt(2 / np.pi)
    assert scale[105] == pytest.approx(mean_miss, rel=0.4)
    assert scale[203] == pytest.approx(4 * mean_miss, rel=0.15)
    assert 1.5 * scale[105] < scale[147] < scale[203]
    assert 1.5 * scale[105] < scale[154] < scale[203]


def test_what_happens_in_a_week_hardly_moves_its_own_two_sided_scale(params: Params) -> None:
    made = made_client("1", 308, params)
    calm, moved = (
        streams(each, params, "two_sided")["normal", 1].scale for each in (made, restless(made, slice(154, 161), 4.0))
    )
    week = streams(made, params, "two_sided")["normal", 1].schedule.starts.tolist().index(154)
    assert moved[week] == pytest.approx(calm[week], rel=0.03)
    assert moved[week - 1] > 1.3 * calm[week - 1]
    assert moved[week + 1] > 1.3 * calm[week + 1]


def test_hours_of_the_day_that_are_missed_by_more_have_wider_bands(params: Params) -> None:
    made = restless(made_client("1", 200, params), slice(None), 5.0, slice(12, 18))
    thresholds = calibrate_client(*made, params, False).thresholds
    for mode in ("past_only", "two_sided"):
        width = {}
        for group in ("00-05", "06-11", "12-17", "18-23"):
            row = row_of(thresholds, 199, mode=mode, level=0.9, hour_group=group)
            width[group] = row["upper_offset"] - row["lower_offset"]
        others = [width[group] for group in ("00-05", "06-11", "18-23")]
        assert max(others) < 1.3 * min(others), mode
        assert width["12-17"] == pytest.approx(5 * np.mean(others), rel=0.2), mode


def test_the_fleet_lends_the_same_tails_to_all_hours_and_narrower_ones_to_the_day(params: Params) -> None:
    young = made_client("1", 60, params, first="2024-01-01")
    thresholds = calibrate_client(*young, params, False, made_pool(params, 500)).thresholds
    wanted = {"mode": "past_only", "basis": "normal", "horizon_day": 1, "level": 0.95}
    mine = thresholds[np.logical_and.reduce([thresholds[name] == value for name, value in wanted.items()])]
    mine = mine[mine["valid_from"] == mine["valid_from"].min()].set_index("hour_group")["upper_offset"]
    hours = mine.drop("all")
    assert hours.nunique() == 1
    assert mine["all"] < hours.min() / 2


@pytest.mark.parametrize("mode", ["past_only", "two_sided"])
def test_a_band_is_laid_around_the_expectation_of_its_own_mode(params: Params, mode: str) -> None:
    """Both expectations have been wrong by as much all along, so both bands lie where the readings are."""
    data, expected, ahead = made_client("1", 200, params)
    wrong = expected["expected_kwh"].where(expected["mode"] == "past_only", expected["expected_kwh"] + 10)
    bands = calibrate_client(data, expected.assign(expected_kwh=wrong), ahead, params, False).bands
    late = bands[(bands["mode"] == mode) & (bands["resolution"] == "hour") & (bands["level"] == 0.95)].tail(24)
    assert ((late["lower_kwh"] + late["upper_kwh"]) / 2).mean() == pytest.approx(100, abs=1)


def test_every_two_sided_threshold_says_how_many_values_are_behind_it(params: Params) -> None:
    thresholds = calibrate_client(*made_client("1", 128, params), params, False).thresholds
    two_sided = thresholds[thresholds["mode"] == "two_sided"]
    counts = two_sided.groupby("hour_group")["n"].agg(["min", "max"])
    assert (counts.loc["all"] == 100).all()
    assert (counts.drop("all") == 6 * 100).all(axis=None)


def test_rows_of_both_tables_are_numbered_through(params: Params) -> None:
    calibrated = calibrate_client(*made_client("1", 90, params), params, False)
    for table in (calibrated.thresholds, calibrated.bands):
        assert table.index.equals(pd.RangeIndex(len(table)))
