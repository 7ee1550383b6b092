"""What a client's models are made from."""

from dataclasses import dataclass

import pandas as pd

from vigia import splits
from vigia.config import Params
from vigia.models.history import DailyHistory, Days

MASK_MODE = "two_sided_before_test"
SECTIONS = ("fleet", "splits", "train")
"""Of the parameters, those that decide a client's candidates."""


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


def thinned(days: list[Days], most: int) -> list[Days]:
    """Every n-th of the days of each client, where there are more than `most` in all."""
    step = -(-sum(map(len, days)) // most)
    return [each[start % step :: step] for start, each in enumerate(days)] if step > 1 else days
