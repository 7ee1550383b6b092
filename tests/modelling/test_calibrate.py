import numpy as np
import pandas as pd
import pytest

from tests.modelling.conftest import QUICK
from vigia import metrics
from vigia.backtest import backtest_client
from vigia.calibrate import calibrate_client, conformal_offsets
from vigia.config import Params
from vigia.train import ClientData


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
