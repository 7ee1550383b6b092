"""A client with a masked week, and forecasts whose errors are known beforehand."""

import numpy as np
import pandas as pd
import pytest

from tests.conftest import ZONE, hourly_readings
from vigia import frames
from vigia.config import Params
from vigia.train import ClientData

DAYS = 200
FACTORS = {"test": 1.1, "earlier_1": 0.8, "earlier_2": 1.0}
MASKED = ("2023-03-27", "2023-04-03")


@pytest.fixture(scope="session")
def params() -> Params:
    return Params.model_validate({"fleet": {"name": "test", "timezone": ZONE}})


@pytest.fixture(scope="session")
def client() -> ClientData:
    """200 days of a regular client, of which one week (days 84 to 90, in `earlier_2`) is masked."""
    start, end = (pd.Timestamp(day, tz=ZONE) for day in MASKED)
    mask = pd.DataFrame({"client_id": ["7", "7"], "channel": "active", "start": start, "end": end})
    mask = mask.assign(known_at=start + pd.Timedelta(days=1), mode=["past_only", "two_sided"])
    return ClientData("7", hourly_readings(DAYS, "7"), frames.check("mask", mask))


@pytest.fixture(scope="session")
def forecasts(client: ClientData) -> pd.DataFrame:
    """`xgboost` errs by a factor of its own in each window, and by half in the masked week; `seasonal` by a quarter."""
    readings = client.readings
    day = np.arange(len(readings)) // 24
    factor = np.select(
        [day >= 160, day >= 120, (day >= 84) & (day < 91)], [FACTORS["test"], FACTORS["earlier_1"], 0.5], 1.0
    )
    parts = [_rows(readings, factor, "xgboost"), _rows(readings, np.full(len(day), 1.25), "seasonal")]
    return frames.check("forecasts", pd.concat(parts, ignore_index=True))


@pytest.fixture(scope="session")
def bands(client: ClientData) -> pd.DataFrame:
    """Bands of 20 % around what was measured."""
    energy = client.readings.set_index("timestamp")["active_energy_kwh"]
    parts = []
    for resolution, middle in (("hour", energy), ("day", energy.resample("D").sum())):
        part = pd.DataFrame({"timestamp": middle.index, "lower_kwh": 0.8 * middle.values, "upper_kwh": 1.2 * middle})
        parts += [part.assign(resolution=resolution, level=level, mode="past_only") for level in (0.9, 0.95, 0.99)]
    return frames.check("bands", pd.concat(parts, ignore_index=True).assign(client_id="7"))


def _rows(readings: pd.DataFrame, factor: np.ndarray, model: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "client_id": "7",
            "timestamp": readings["timestamp"],
            "issued_at": readings["timestamp"].dt.normalize(),
            "forecast_kwh": readings["active_energy_kwh"] * factor,
            "model": model,
        }
    )
