"""Hours of a client's history that lie in a time, and figures of them by day and by hour of the clock."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from serving.release.columns import Columns
from vigia.models import DailyHistory

Numbers = np.ndarray


def hours_within(table: Columns, start: datetime | None, end: datetime | None) -> slice:
    """Rows of an hourly table that begin at `start` or later and before `end`; an empty slice where there are none."""
    first = 0 if start is None else _row_from(table["stamp"], start)
    last = len(table["stamp"]) if end is None else _row_from(table["stamp"], end)
    return slice(first, max(first, last))


@dataclass(frozen=True)
class ByClock:
    """Where each of some hours in a row stands.

    Attributes:
        day: (n,) day of the history.
        place: (n,) hour of the clock, 0 to 23.
        whole: (days,) days of the history of which all hours are among them.
    """

    day: Numbers
    place: Numbers
    whole: Numbers

    @classmethod
    def of(cls, history: DailyHistory, hours: slice) -> "ByClock":
        """From rows of the history's hourly table."""
        happening = history.hours()
        day = happening.row[hours]
        length = np.diff(history.clock.starts(history.days))
        return cls(day, happening.place[hours], np.bincount(day, minlength=history.days) == length)

    def day_sums(self, values: Numbers) -> Numbers:
        """(days,) sum of the hours of each day; NaN where one of them is not known, 0 where there is none."""
        return np.bincount(self.day, values, minlength=len(self.whole))

    def weekdays(self, history: DailyHistory) -> Numbers:
        """(n,) 0 for a Monday."""
        return np.asarray((self.day + history.first_day.weekday()) % 7)


def means(groups: Numbers, values: Numbers, count: int) -> Numbers:
    """(count,) mean of the known values of each group; NaN where there is none.

    >>> means(np.array([0, 0, 2]), np.array([1.0, 3.0, np.nan]), 3).tolist()
    [2.0, nan, nan]
    """
    known = np.isfinite(values)
    size = np.bincount(groups[known], minlength=count)
    total = np.bincount(groups[known], values[known], minlength=count)
    return np.where(size > 0, total / np.maximum(size, 1), np.nan)


def weeks_before(history: DailyHistory, hours: slice, weeks: int) -> slice | None:
    """The same hours of the clock so many weeks before; None where the history does not reach so far."""
    happening, back = history.hours(), 24 * 7 * weeks
    places = np.append(24 * happening.row + happening.place, 24 * history.days)
    first, last = places[[hours.start, hours.stop]] - back
    return None if first < 0 else slice(*np.searchsorted(places, [first, last]).tolist())


def _row_from(stamps: np.ndarray, when: datetime) -> int:
    """The first row that does not begin before a time."""
    return int(np.searchsorted(stamps, pd.Timestamp(when).value // 1000))
