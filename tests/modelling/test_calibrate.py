import numpy as np
import pandas as pd
import pytest

from tests.modelling.conftest import QUICK
from vigia import frames, metrics
from vigia.backtest import backtest_client
from vigia.calibrate import Pool, calibrate_client, conformal_offsets, pool_tails, scale_client, share
from vigia.config import Params
from vigia.models import DailyHistory
from vigia.train import ClientData

LIMA = "America/Lima"


@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
def test_conformal_offsets_cover_exchangeable_values_at_least_as_promised(level: float) -> None:
    rng = np.random.default_rng(4)
    inside = []
    for _ in range(300):
        lower, upper = conformal_offsets(rng.standard_normal(400), level)
        new = rng.standard_normal(50)
        inside.append(((new >= lower) & (new <= upper)).mean())
    assert level - 0.01 <= np.mean(inside) <= level + 0.015


def test_too_few_values_give_no_offset_rather_than_a_guess() -> None:
    assert np.isnan(conformal_offsets(np.arange(30.0), 0.99)).all()
    assert np.isfinite(conformal_offsets(np.arange(30.0), 0.90)).all()


def test_offsets_are_asymmetric_where_residuals_are() -> None:
    residuals = np.random.default_rng(1).exponential(size=2000) - 0.1
    lower, upper = conformal_offsets(residuals, 0.9)
    assert upper > 5 * abs(lower)


def test_bands_cover_normal_hours_as_promised_and_an_episode_is_outside(
    demo: dict[str, ClientData], params: Params
) -> None:
    data = demo["7"]
    result = backtest_client(data, "xgboost", {"xgboost": QUICK["xgboost"]}, params)
    bands = calibrate_client(data, result.expected, result.ahead, params, False).bands
    band = bands[(bands["mode"] == "past_only") & (bands["resolution"] == "hour") & (bands["level"] == 0.95)]
    joined = band.merge(data.readings, on=["client_id", "timestamp"])
    late = joined[joined["timestamp"] > pd.Timestamp("2023-10-01", tz=params.fleet.timezone)]
    masked = np.zeros(len(late), dtype=bool)
    for row in data.mask[data.mask["mode"] == "two_sided"].itertuples():
        masked |= ((late["timestamp"] >= row.start) & (late["timestamp"] < row.end)).to_numpy()
    columns = [late[name].to_numpy() for name in ("active_energy_kwh", "lower_kwh", "upper_kwh")]
    normal = metrics.coverage(*(column[~masked] for column in columns))
    assert 0.91 <= normal <= 0.98
    assert metrics.coverage(*(column[masked] for column in columns)) < 0.6
    assert (band["lower_kwh"].dropna() >= 0).all()


def made_client(
    client: str,
    days: int,
    params: Params,
    first: str = "2023-01-01",
    size: float = 1.0,
    mask: tuple[int, int] | None = None,
    grows_at: int | None = None,
) -> tuple[ClientData, pd.DataFrame, pd.DataFrame]:
    """A client that misses its expectation of 100 kWh by exchangeable Gaussian noise; masked days consume 300 kWh."""
    rng = np.random.default_rng(int(client))
    values = 100 + size * rng.standard_normal((days, 24))
    if grows_at is not None:
        values[grows_at:] = 100 + 10 * (values[grows_at:] - 100)
    rows = frames.empty("mask", LIMA)
    start = pd.Timestamp(first, tz=LIMA)
    if mask is not None:
        values[mask[0] : mask[1]] = 300
        span = {"start": start + pd.Timedelta(days=mask[0]), "end": start + pd.Timedelta(days=mask[1])}
        row = {"client_id": client, "channel": "active", **span, "known_at": span["start"] + pd.Timedelta(days=2)}
        rows = frames.check("mask", pd.DataFrame([{**row, "mode": mode} for mode in ("past_only", "two_sided")]))
    stamps = pd.date_range(start, periods=24 * days, freq="h", unit="us")
    readings = pd.DataFrame({"client_id": client, "timestamp": stamps, "active_energy_kwh": values.ravel()})
    data = ClientData(client, frames.check("readings", readings), rows)
    hours = pd.DataFrame({"client_id": client, "timestamp": stamps, "expected_kwh": 100.0, "model": "seasonal"})
    hours.loc[: 28 * 24 - 1, "expected_kwh"] = np.nan
    modes = [hours.assign(mode=mode, quality="ok") for mode in ("past_only", "two_sided")]
    expected = frames.check("expected", pd.concat(modes, ignore_index=True))
    issued = pd.concat(
        [hours.assign(issued_at=hours["timestamp"].dt.normalize() - pd.Timedelta(days=d)) for d in range(7)]
    )
    ahead = issued.rename(columns={"expected_kwh": "forecast_kwh"})[
        ["client_id", "timestamp", "issued_at", "forecast_kwh", "model"]
    ]
    return data, expected, frames.check("forecasts", ahead.dropna().reset_index(drop=True))


def made_pool(params: Params, days: int, first: str = "2023-01-01", sizes: tuple[float, ...] = (1.0, 2.0, 5.0)) -> Pool:
    made = [made_client(str(90 + at), days, params, first, size) for at, size in enumerate(sizes)]
    return pool_tails([share(scale_client(*each, params), params) for each in made])


def row_of(thresholds: pd.DataFrame, day: int, first: str = "2023-01-01", **wanted: object) -> pd.Series:
    """The row in force on a day, past-only and one day ahead unless asked otherwise."""
    asked = {"mode": "past_only", "basis": "normal", "horizon_day": 1, **wanted}
    mine = thresholds[np.logical_and.reduce([thresholds[name] == value for name, value in asked.items()])]
    return mine[mine["valid_from"] <= pd.Timestamp(first, tz=LIMA) + pd.Timedelta(days=day)].iloc[-1]


@pytest.mark.parametrize("basis", ["normal", "as_measured"])
@pytest.mark.parametrize("horizon", [1, 4, 7])
@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
def test_each_basis_and_day_ahead_covers_exchangeable_misses(
    params: Params, basis: str, horizon: int, level: float
) -> None:
    data, expected, ahead = made_client("1", 400, params)
    thresholds = calibrate_client(data, expected, ahead, params, False).thresholds
    mine = thresholds[(thresholds["basis"] == basis) & (thresholds["mode"] == "past_only")]
    mine = mine[(mine["horizon_day"] == horizon) & np.isclose(mine["level"], level) & (mine["resolution"] == "hour")]
    mine = mine[mine["valid_from"] >= pd.Timestamp("2023-05-01", tz=LIMA)]
    noise = np.random.default_rng(99).standard_normal(2000)
    lower, upper = ((mine[side] * mine["scale"]).to_numpy()[:, None] for side in ("lower_offset", "upper_offset"))
    assert ((noise >= lower) & (noise <= upper)).mean() == pytest.approx(level, abs=0.012)


def test_a_client_with_little_history_takes_marked_tails_from_the_fleet(params: Params) -> None:
    young = made_client("1", 60, params, first="2024-01-01", size=3.0)
    pool = made_pool(params, 500)
    thresholds = calibrate_client(*young, params, False, pool).thresholds
    alone = calibrate_client(*young, params, False).thresholds
    day = row_of(thresholds, 59, "2024-01-01", resolution="day", level=0.99)
    assert day["pooled"]
    assert day["n"] < 199
    assert day["upper_offset"] * day["scale"] / 24 == pytest.approx(2.58 * 3 / np.sqrt(24), rel=0.35)
    assert np.isnan(row_of(alone, 59, "2024-01-01", resolution="day", level=0.99)["upper_offset"])
    hour = row_of(thresholds, 59, "2024-01-01", resolution="hour", level=0.90)
    assert not hour["pooled"]
    first = row_of(thresholds, 28, "2024-01-01", resolution="hour", level=0.95)
    assert first["pooled"]
    assert first["n"] == 0
    assert first["lower_offset"] < 0 < first["upper_offset"]
    two_sided = thresholds[thresholds["mode"] == "two_sided"]
    assert not two_sided["pooled"].any()


def test_cutting_every_series_at_a_date_changes_no_pooled_tail_before_it(params: Params) -> None:
    """The misses of all clients grow tenfold on the day of the cut, which nobody may know before."""
    found = []
    for young_days, old_days in ((90, 700), (40, 650)):
        old = [made_client(client, old_days, params, "2022-04-01", grows_at=650) for client in ("91", "92", "93")]
        young = made_client("1", young_days, params, "2023-12-02", grows_at=40)
        pool = pool_tails([share(scale_client(*each, params), params) for each in [*old, young]])
        thresholds = calibrate_client(*young, params, False, pool).thresholds
        past = thresholds["valid_from"] < pd.Timestamp("2024-01-11", tz=LIMA)
        found.append(thresholds[past & (thresholds["mode"] == "past_only")].reset_index(drop=True))
    pd.testing.assert_frame_equal(*found)
    assert found[0]["pooled"].any()


def test_too_small_a_fleet_lends_no_tails(params: Params) -> None:
    young = made_client("1", 60, params, first="2024-01-01")
    thresholds = calibrate_client(*young, params, False, made_pool(params, 500, sizes=(1.0, 2.0))).thresholds
    assert not thresholds["pooled"].any()


def test_an_open_event_freezes_scale_and_offsets(params: Params) -> None:
    made = made_client("1", 300, params, mask=(200, 300))
    thresholds = calibrate_client(*made, params, False).thresholds
    for resolution in ("hour", "day"):
        rows = [row_of(thresholds, day, resolution=resolution, level=0.95) for day in (217, 250, 299)]
        for column in ("lower_offset", "upper_offset", "scale", "n"):
            assert len({row[column] for row in rows}) == 1, column
    assert row_of(thresholds, 299, resolution="hour", level=0.95)["scale"] == pytest.approx(0.8, rel=0.15)


def test_the_scale_follows_the_size_of_recent_misses(params: Params) -> None:
    data, expected, ahead = made_client("1", 300, params)
    energy = data.readings["active_energy_kwh"].to_numpy().copy()
    energy[200 * 24 :] = 100 + 4 * (energy[200 * 24 :] - 100)
    restless = ClientData("1", data.readings.assign(active_energy_kwh=energy), data.mask)
    thresholds = calibrate_client(restless, expected, ahead, params, False).thresholds
    calm, later = (row_of(thresholds, day, resolution="hour", level=0.95)["scale"] for day in (199, 240))
    assert later == pytest.approx(4 * calm, rel=0.3)


def test_a_larger_level_is_never_the_narrower_one(params: Params) -> None:
    thresholds = calibrate_client(*made_client("1", 250, params), params, False, made_pool(params, 500)).thresholds
    key = ["valid_from", "basis", "mode", "horizon_day", "hour_group"]
    ordered = thresholds.sort_values([*key, "level"])
    for side, sign in (("lower_offset", -1), ("upper_offset", 1)):
        steps = (sign * ordered[side]).groupby([ordered[name] for name in key]).diff().dropna()
        assert (steps >= 0).all()


def test_as_measured_bands_are_for_a_state_that_lasts(params: Params) -> None:
    """Days of transition, on which the forecast was far off, do not widen the band of the days long after them."""
    data, expected, ahead = made_client("1", 300, params, mask=(150, 190))
    history = DailyHistory.from_readings(data.readings, LIMA, "PE")
    day = (
        (ahead["timestamp"].dt.tz_localize(None) - pd.Timestamp(history.first_day)) // pd.Timedelta(days=1)
    ).to_numpy()
    learnt = (day >= 156) & (day < 190)
    ahead = ahead.assign(forecast_kwh=ahead["forecast_kwh"].where(~learnt, 300.0))
    thresholds = calibrate_client(data, expected, ahead, params, False).thresholds
    row = row_of(thresholds, 280, basis="as_measured", resolution="hour", level=0.99)
    assert row["upper_offset"] * row["scale"] < 6
    just_after = row_of(thresholds, 155, basis="as_measured", resolution="hour", level=0.95)
    assert just_after["upper_offset"] * just_after["scale"] > 2 * row["upper_offset"] * row["scale"] / 1.3
