"""A released forecaster as a generic Python model, as registries load it (`_load_pyfunc` is MLflow's protocol)."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from vigia.errors import NotEnoughDataError
from vigia.models.ahead import predict_ahead
from vigia.models.forecaster import FittedForecaster
from vigia.models.history import DailyHistory
from vigia.models.loading import load


class HourlyForecast:
    """Readings in, the next 24 hours out."""

    def __init__(self, model: FittedForecaster, zone: str, country: str) -> None:
        self.model = model
        self.zone = zone
        self.country = country

    def predict(self, model_input: pd.DataFrame, params: dict[str, str] | None = None) -> pd.DataFrame:
        """Forecast the day that holds the hour after the last reading.

        Args:
            model_input: `timestamp` (ISO 8601 with offset) and `active_energy_kwh`, hourly, in order.
            params: not used.

        Returns:
            `timestamp` (ISO 8601) and `forecast_kwh`, a row an hour of that day, issued at the last midnight with data.

        Raises:
            NotEnoughDataError: the history is shorter than the model needs.
        """
        del params
        readings = pd.DataFrame(
            {
                "timestamp": pd.to_datetime(model_input["timestamp"], utc=True),
                "active_energy_kwh": model_input["active_energy_kwh"].astype(float),
            }
        )
        history = DailyHistory.from_readings(readings, self.zone, self.country)
        day = history.latest_origin
        if day < self.model.history_days:
            raise NotEnoughDataError(f"{day} whole days of readings; the model needs {self.model.history_days}")
        hours = history.hours(np.array([day]))
        values = hours.of(predict_ahead(self.model, history, day, 1))
        return pd.DataFrame({"timestamp": [when.isoformat() for when in hours.times], "forecast_kwh": values})


def _load_pyfunc(data_path: str, model_config: dict[str, Any] | None = None) -> HourlyForecast:
    config = model_config or {}
    return HourlyForecast(load(Path(data_path)), config["zone"], config["country"])
