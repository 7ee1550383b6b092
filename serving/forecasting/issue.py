"""Whole days from the last midnight with data, with their bands; no table is touched on the way."""

from functools import lru_cache

import numpy as np

from serving.answers import iso_texts
from serving.release.served import ServedClient
from vigia.calendars.clock import Clock
from vigia.models import DailyHistory
from vigia.outlook.days import NORMAL
from vigia.outlook.issue import Issued
from vigia.outlook.issue import issue as with_bands


def issue(client: ServedClient, basis: str, level: float, days: int, newer: DailyHistory | None = None) -> Issued:
    """Forecast whole days from the last local midnight with data, of the release or of a newer history.

    Raises:
        NotEnoughDataError: the history is too short for the model.
    """
    history = client.history(basis) if newer is None else newer
    values = client.ahead(basis, days) if newer is None else client.predict(newer, days, basis != NORMAL)
    return with_bands(history, values, client.offsets(basis, level), client.floor_kwh)


def stamps(history: DailyHistory, days: int) -> list[str]:
    """ISO 8601 text of each hour of some days from the last local midnight with data."""
    return _stamps(history.clock, history.latest_origin, days)


@lru_cache(maxsize=4096)
def _stamps(clock: Clock, first: int, days: int) -> list[str]:
    return iso_texts(clock.hours(np.arange(first, first + days)).times)
