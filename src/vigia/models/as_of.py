"""The normal history as of any midnight: what was masked by then, not what is known to have been an event since.

A row of the mask has two times, as in a bitemporal table: the hours that it covers, and when it became known.
"""

from functools import cached_property

import numpy as np
import pandas as pd

from vigia.features import MIN_DAYS
from vigia.models.history import DailyHistory, Days
from vigia.models.suspect import near_suspect, suspect_days, without_suspect_days


class AsOfHistory:
    """A client's normal history as of any midnight.

    Attributes:
        history: as measured.
        mask: its past-only rows of the active channel.
    """

    def __init__(self, history: DailyHistory, mask: pd.DataFrame) -> None:
        self.history = history
        self.mask = mask[(mask["mode"] == "past_only") & (mask["channel"] == "active")]
        midnights = history.clock.midnights(history.days + 1)
        learnt = np.searchsorted(midnights, pd.DatetimeIndex(self.mask["known_at"]))
        self._changes = np.unique(np.concatenate([[0], learnt]))
        self._midnights = midnights

    def at(self, day: int) -> DailyHistory:
        """The normal history at the midnight that begins `day`; rows from `day` on must not be read."""
        day = min(day, self.history.days)
        return self.history.normal(self.mask, self._midnights[day])

    def spans(self, days: Days) -> list[Days]:
        """`days` in pieces during which nothing more of the mask becomes known."""
        return [piece for piece in np.split(days, np.searchsorted(days, self._changes)) if len(piece)]

    @cached_property
    def windows(self) -> DailyHistory:
        """The four weeks before each midnight as they were then normal, without suspect days, one after the other.

        So a model is asked about all its days at once, each of which has a history of its own. Row `place(day)` is the
        day that the midnight begins; the first one is `MIN_DAYS`.
        """
        days = np.arange(MIN_DAYS, self.history.days)
        filled = np.empty((len(days), MIN_DAYS, 24))
        for span in self.spans(days):
            normal = self.at(int(span[0]))
            suspect = suspect_days(normal)
            filled[span - MIN_DAYS] = normal.filled[span[:, None] + np.arange(-MIN_DAYS, 0)]
            for day in span[near_suspect(suspect, span)]:
                seen = without_suspect_days(normal, int(day), suspect)
                filled[day - MIN_DAYS] = seen.filled[day - MIN_DAYS : day]
        return self.history.windowed(days, filled, 1)


def place(days: Days) -> Days:
    """Rows of days in `AsOfHistory.windows`."""
    return (days - MIN_DAYS) * (MIN_DAYS + 1) + MIN_DAYS
