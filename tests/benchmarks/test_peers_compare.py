import numpy as np
import pandas as pd
import pytest

from benchmarks.peers.compare import (
    bootstrap_interval,
    compare,
    daily_forecasts,
    distinct,
    gains,
    strongest,
    weekly_errors,
)
from tests.conftest import ZONE

CLIENTS = ("1", "2", "3")
DAYS = pd.date_range("2024-01-01", periods=84, freq="D")


def forecasts(noise: float, seed: int, clients: tuple[str, ...] = CLIENTS) -> pd.DataFrame:
    """Daily forecasts of a steady 100 kWh, `noise` kWh off."""
    errors = np.random.default_rng(seed).normal(0, noise, (len(clients), len(DAYS)))
    return pd.concat(
        [
            pd.DataFrame({"client_id": client, "day": DAYS, "actual_kwh": 100.0, "forecast_kwh": 100 + error})
            for client, error in zip(clients, errors, strict=True)
        ],
        ignore_index=True,
    )


def own(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.drop(columns="actual_kwh")


def test_a_forecast_against_itself_gains_nothing() -> None:
    peer = forecasts(5, seed=1)
    found = compare(own(peer), peer, "MSTL", CLIENTS)
    assert (found.gain, found.gain_low, found.gain_high) == (0, 0, 0)
    assert (found.clients, found.weeks, found.better, found.clearly_worse) == (3, 12, 0, 0)
    assert found.wape_mean == found.wape_mean_peer


def test_equally_good_forecasts_have_an_interval_around_zero() -> None:
    found = compare(own(forecasts(5, seed=1)), forecasts(5, seed=2), "MSTL", CLIENTS)
    assert found.gain_low < 0 < found.gain_high
    assert found.gain_low < found.gain < found.gain_high


def test_half_the_error_is_a_gain_of_half_for_every_client() -> None:
    peer = forecasts(8, seed=1)
    halved = own(peer).assign(forecast_kwh=50 + peer["forecast_kwh"] / 2)
    found = compare(halved, peer, "LightGBM", CLIENTS)
    assert [found.gain, found.gain_low, found.gain_high] == pytest.approx([0.5] * 3)
    assert (found.better, found.clearly_worse) == (3, 0)
    back = compare(own(peer), peer.assign(forecast_kwh=halved["forecast_kwh"]), "LightGBM", CLIENTS)
    assert (back.better, back.clearly_worse) == (0, 3)


def test_a_draw_is_repeated_by_its_seed() -> None:
    errors = np.random.default_rng(0).uniform(1, 2, (2, 3, 20))
    assert bootstrap_interval(*errors, seed=5) == bootstrap_interval(*errors, seed=5)
    assert bootstrap_interval(*errors, seed=5) != bootstrap_interval(*errors, seed=6)


def test_weeks_are_drawn_for_all_clients_at_once() -> None:
    """What one client wins in a week the other loses in it: drawn jointly, their mean hardly moves."""
    swing = np.tile([5.0, -5.0], 20)
    mirrored = np.stack([10 + swing, 10 - swing])
    alike = np.stack([10 + swing, 10 + swing])
    peer = np.full((2, 40), 10.0)
    low, high = bootstrap_interval(mirrored, peer)
    assert high - low == pytest.approx(0, abs=1e-9)
    low, high = bootstrap_interval(alike, peer)
    assert high - low > 0.2


def test_identical_series_count_once() -> None:
    assert distinct({"12": "same", "13": "other", "30": "same"}) == ["12", "13"]
    twin = forecasts(5, seed=1, clients=("12", "13"))
    found = compare(own(twin), twin, "MSTL", distinct({"12": "same", "13": "same"}))
    assert list(found.by_client) == ["12"]


def test_the_strongest_peer_has_the_lowest_mean_over_the_counted_clients() -> None:
    table = pd.DataFrame(
        [("1", "MSTL", 0.10), ("1", "LightGBM", 0.11), ("1", "AutoTheta", 0.01), ("9", "LightGBM", 0.0)],
        columns=["client_id", "model", "wape_day"],
    )
    assert strongest(table, ["1"]) == "MSTL"
    assert strongest(table, ["1", "9"]) == "LightGBM"


def test_only_days_that_both_forecast_count_and_weeks_begin_on_monday() -> None:
    peer = forecasts(5, seed=1, clients=("1",))
    found = weekly_errors(own(peer).iloc[3:9], peer.assign(actual_kwh=peer["actual_kwh"].mask(peer.index == 4)), ["1"])
    assert [errors.shape for errors in found] == [(1, 2)] * 3
    assert found[2].tolist() == [[300.0, 200.0]]


def test_a_peer_without_error_is_left_out_of_the_mean() -> None:
    assert np.isnan(gains(np.array([1.0]), np.array([0.0]))).all()
    peer = forecasts(5, seed=1)
    peer.loc[peer["client_id"] == "2", "forecast_kwh"] = 100.0
    found = compare(own(forecasts(5, seed=2)), peer, "MSTL", CLIENTS)
    assert list(found.by_client) == ["1", "3"]


def test_a_day_without_all_its_hours_has_no_forecast() -> None:
    stamps = pd.date_range("2024-01-01", periods=72, freq="h", tz=ZONE, unit="us")
    hourly = pd.DataFrame({"client_id": "1", "timestamp": stamps, "forecast_kwh": 2.0}).drop(index=30)
    found = daily_forecasts(hourly, ZONE)
    assert found["day"].dt.strftime("%m-%d").tolist() == ["01-01", "01-03"]
    assert found["forecast_kwh"].tolist() == [48.0, 48.0]
