"""Days of a client's history that a time touches."""

from datetime import datetime

import pandas as pd

from vigia.models import DailyHistory


def days_within(history: DailyHistory, start: datetime | None, end: datetime | None) -> slice:
    """Rows of the history's days; an empty slice where the time touches none."""

    def index(when: pd.Timestamp) -> int:
        return history.day_index(when.tz_convert(history.zone).date())

    first = 0 if start is None else min(max(index(pd.Timestamp(start)), 0), history.days)
    last = history.days if end is None else min(index(pd.Timestamp(end) - pd.Timedelta(1, "us")) + 1, history.days)
    return slice(first, max(first, last))
