"""Whole days from the last midnight with data, of a client of the release."""

from functools import lru_cache

import numpy as np

from serving.answers import iso_texts
from serving.release.served import ServedClient
from vigia.calendars.clock import Clock
from vigia.models import DailyHistory
from vigia.outlook.issue import Issued
from vigia.outlook.issue import issue as with_bands


def issue(client: ServedClient, basis: str, level: float, days: int, newer: DailyHistory | None = None) -> Issued:
    """Forecast whole days from the last local midnight with data, of the release or of a newer history.

    Raises:
        NotEnoughDataError: the history is too short for the model.
    """
    history = client.history(basis) if newer is None else newer
    values = client.ahead(basis, days) if newer is None else client.predict(newer, days, basis != "normal")
    return with_bands(history, values, client.offsets(basis, level), client.floor_kwh)


@lru_cache(maxsize=4096)
def stamps(clock: Clock, first: int, days: int) -> list[str]:
    """The hours of some days in a row as ISO 8601 texts."""
    return iso_texts(clock.hours(np.arange(first, first + days)).times)
