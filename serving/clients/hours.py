"""Hours of a client's history that lie in a time."""

from datetime import datetime

import numpy as np
import pandas as pd

from serving.release.columns import Columns

HOURS = 24


def hours_within(table: Columns, start: datetime | None, end: datetime | None) -> slice:
    """Rows of an hourly table that begin at `start` or later and before `end`; an empty slice where there are none."""
    first = 0 if start is None else _row_from(table["stamp"], start)
    last = len(table["stamp"]) if end is None else _row_from(table["stamp"], end)
    return slice(first, max(first, last))


def days_touched(hours: slice) -> slice:
    """Days of which at least an hour is among `hours`.

    >>> days_touched(slice(23, 25)), days_touched(slice(24, 24))
    (slice(0, 2, None), slice(1, 1, None))
    """
    return slice(hours.start // HOURS, -(-hours.stop // HOURS) if hours.stop > hours.start else hours.start // HOURS)


def by_day(values: np.ndarray, hours: slice) -> np.ndarray:
    """(days touched, 24) of an hourly column; NaN outside `hours`.

    >>> by_day(np.arange(48.0), slice(23, 25))[:, [0, 1, 23]].tolist()
    [[nan, nan, 23.0], [24.0, nan, nan]]
    """
    days = days_touched(hours)
    grid = np.full((days.stop - days.start) * HOURS, np.nan)
    grid[hours.start - days.start * HOURS : hours.stop - days.start * HOURS] = values[hours]
    return grid.reshape(-1, HOURS)


def _row_from(stamps: np.ndarray, when: datetime) -> int:
    """The first row that does not begin before a time."""
    return int(np.searchsorted(stamps, pd.Timestamp(when).value // 1000))
