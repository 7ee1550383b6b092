"""A released forecaster as a generic Python model, as registries load it (`_load_pyfunc` is MLflow's protocol)."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from vigia.errors import ModelError
from vigia.models.forecaster import FittedForecaster
from vigia.models.history import DailyHistory
from vigia.models.loading import load
from vigia.outlook.days import forecast_days
from vigia.outlook.issue import issue
from vigia.outlook.offsets import MAX_DAYS, Offsets
from vigia.outlook.readings import taken

MODEL_FOLDER = "model"
OUTLOOK_FILE = "outlook.json"
DAYS = 1
"""Days of a forecast for which nobody asked for another number."""


@dataclass(frozen=True)
class Site:
    """What a forecast of a client needs beside its model.

    Attributes:
        client_id: whose model it is.
        zone: of the fleet, by which days begin.
        country: whose public holidays count; ISO 3166 code.
        export_allowed: whether energy may be fed into the grid, so that bands may lie below zero.
        level: of the bands where nobody asks for another one.
    """

    client_id: str
    zone: str
    country: str
    export_allowed: bool
    level: float


class HourlyForecast:
    """Readings in, the hours of the coming days out."""

    def __init__(self, model: FittedForecaster, site: Site, offsets: Mapping[float, Offsets]) -> None:
        self.model = model
        self.site = site
        self.offsets = offsets

    def predict(self, model_input: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:
        """Forecast whole days from the last local midnight up to which there are readings.

        It says what the service says (`POST /v1/forecast`) of the same readings as measured. Bands are the release's:
        the client's latest offsets, calibrated up to the end of the readings of the release, around this forecast. They
        do not follow what was missed in readings that came later; the next release does.

        Args:
            model_input: an hour a row: `timestamp` (`vigia.outlook.readings.taken`), `active_energy_kwh`, and
                perhaps `reactive_energy_kvarh`, `voltage_fa_v` and `voltage_fc_v`, which are checked and not read.
            params: `days`, 1 to 7 (1 without it), and `level` of the bands, one of those that the release has.

        Returns:
            `timestamp` (ISO 8601 with offset), `forecast_kwh`, `lower_kwh` and `upper_kwh`, a row an hour that happens
            on these days, those of the first one included for which there are readings. A band is missing (NaN)
            where the release has none.

        Raises:
            FrameError: the readings are not as they must be.
            NotEnoughDataError: the history is shorter than the model needs.
            ModelError: there is no such number of days, or no such band.
        """
        asked = params or {}
        days, level = self._days(asked.get("days", DAYS)), self._level(asked.get("level", self.site.level))
        history = DailyHistory.from_readings(taken(model_input, self.site.zone), self.site.zone, self.site.country)
        values = forecast_days(self.site.client_id, self.model, history, days)
        issued = issue(history, values, self.offsets[level], -np.inf if self.site.export_allowed else 0.0)
        return pd.DataFrame(
            {
                "timestamp": [when.isoformat() for when in issued.times],
                "forecast_kwh": issued.values,
                "lower_kwh": issued.lower,
                "upper_kwh": issued.upper,
            }
        )

    @staticmethod
    def _days(asked: Any) -> int:
        if asked not in range(1, MAX_DAYS + 1):
            raise ModelError(f"days is {asked}; 1 to {MAX_DAYS} days are forecast")
        return int(asked)

    def _level(self, asked: Any) -> float:
        found = [level for level in self.offsets if np.isclose(level, float(asked))]
        if not found:
            raise ModelError(f"level is {asked}; there are bands of {', '.join(map(str, self.offsets))}")
        return found[0]


def save(folder: Path, model: FittedForecaster, site: Site, offsets: Mapping[float, Offsets]) -> None:
    """Write what `_load_pyfunc` reads.

    Args:
        folder: new.
        model: of the client.
        site: what it needs beside the model.
        offsets: of its bands by level.
    """
    model.save(folder / MODEL_FOLDER)
    content = {"site": asdict(site), "bands": {str(level): each.written() for level, each in offsets.items()}}
    (folder / OUTLOOK_FILE).write_text(json.dumps(content, ensure_ascii=False) + "\n", encoding="utf-8")


def _load_pyfunc(data_path: str) -> HourlyForecast:
    folder = Path(data_path)
    content = json.loads((folder / OUTLOOK_FILE).read_text(encoding="utf-8"))
    offsets = {float(level): Offsets.read(each) for level, each in content["bands"].items()}
    return HourlyForecast(load(folder / MODEL_FOLDER), Site(**content["site"]), offsets)
