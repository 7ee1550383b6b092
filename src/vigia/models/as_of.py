"""The normal history as of any midnight: what was masked by then, not what is known to have been an event since.

A row of the mask has two times, as in a bitemporal table: the hours that it covers, and when it became known.
"""

import numpy as np
import pandas as pd

from vigia.models.history import DailyHistory, Days


class AsOfHistory:
    """A client's normal history as of any midnight.

    Attributes:
        history: as measured.
        mask: its past-only rows of the active channel.
    """

    def __init__(self, history: DailyHistory, mask: pd.DataFrame) -> None:
        self.history = history
        self.mask = mask[(mask["mode"] == "past_only") & (mask["channel"] == "active")]
        midnights = history.midnights()
        learnt = np.searchsorted(midnights, pd.DatetimeIndex(self.mask["known_at"]))
        self._changes = np.unique(np.concatenate([[0], learnt]))
        self._midnights = midnights

    def at(self, day: int) -> DailyHistory:
        """The normal history at the midnight that begins `day`; rows from `day` on must not be read."""
        return self.history.normal(self.mask, self._midnights[min(day, self.history.days)])

    def spans(self, days: Days) -> list[Days]:
        """`days` in pieces during which nothing more of the mask becomes known."""
        return [piece for piece in np.split(days, np.searchsorted(days, self._changes)) if len(piece)]
