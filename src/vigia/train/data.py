"""What a client's models are made from, and the key that says whether they still hold."""

from dataclasses import dataclass

import pandas as pd

from vigia import keys, splits
from vigia.config import Params
from vigia.models.history import DailyHistory

MASK_MODE = "two_sided_before_test"
CODE = ("features.py", "metrics.py", "splits.py", "calendars.py", "tune.py", "train", "models")
SECTIONS = ("fleet", "splits", "train")


@dataclass(frozen=True)
class ClientData:
    """What a client's models are made from: its own rows of `readings` and `mask`."""

    client_id: str
    readings: pd.DataFrame
    mask: pd.DataFrame

    def history(self, params: Params) -> DailyHistory:
        """The history as measured."""
        return DailyHistory.from_readings(self.readings, params.fleet.timezone, params.fleet.country)

    def training_history(self, params: Params) -> tuple[DailyHistory, splits.Slices]:
        """The normal history by the mask that was made before the test slice, and the slices."""
        history = self.history(params)
        cut = splits.cut(history.days, params.splits.test_share, params.splits.block_days)
        return history.normal(self.mask[self.mask["mode"] == MASK_MODE]), cut


def client_key(data: ClientData, params: Params) -> str:
    """Digest of everything that decides a client's candidates: its rows, the parameters, the code."""
    mask = data.mask[(data.mask["mode"] == MASK_MODE) & (data.mask["channel"] == "active")]
    return keys.combine(
        keys.code_digest(CODE),
        keys.data_digest(data.readings),
        keys.frame_digest(mask[["start", "end"]]),
        keys.params_digest(params, SECTIONS),
    )
