"""What is known of one client, before its history changes or grows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from vigia.detection.checkpoints import Checkpoints
from vigia.extension.bands import around, moved
from vigia.models.as_of import AsOfHistory
from vigia.models.forecaster import FittedForecaster
from vigia.models.history import DailyHistory, Days, Matrix
from vigia.models.suspect import expectation
from vigia.outlook.offsets import Offsets

Expect = Callable[[DailyHistory, pd.DataFrame, Days], Matrix]
"""(n, 24) kWh expected on days of a history, from its table `mask`; NaN where no model speaks."""


@dataclass(frozen=True)
class Known:
    """One client in one mode, as a run or a release left it.

    Attributes:
        client_id: of the client.
        mode: past-only or two-sided.
        history: as measured.
        expected: (days, 24) kWh; NaN without a model.
        bands: its rows of table `bands` of the mode.
        expect: what the models expect of a changed history.
        offsets: by level, of days after the last one that has a band; empty = they get none.
        floor_kwh: below which no band reaches: zero, or minus infinity where energy may be exported.
        checkpoints: of the past-only engine, from which it goes on; none = it begins at the first day.
        mask: table `mask` of the history past-only, by the parameters that it is extended with; none = unknown.
    """

    client_id: str
    mode: str
    history: DailyHistory
    expected: Matrix
    bands: pd.DataFrame
    expect: Expect
    offsets: Mapping[float, Offsets] = field(default_factory=dict)
    floor_kwh: float = 0.0
    checkpoints: Checkpoints | None = None
    mask: pd.DataFrame | None = None

    def days_of(self, history: DailyHistory) -> int:
        """How many days of another history stand where they stand here; none where it begins on another day."""
        return min(self.history.days, history.days) if history.first_day == self.history.first_day else 0

    def first_change(self, history: DailyHistory, mask: pd.DataFrame | None = None) -> int | None:
        """The first day that changes what is expected of later ones; None where there is none.

        Its active energy is another one or was not there, or by its end another mask is known: that of active energy
        follows from the other channels too, such as a voltage that says whether a standstill was an outage. Hours
        after the last reading are not known yet: they are no change.

        Args:
            history: as measured.
            mask: its table `mask`; none = that of the history that is known, or an unknown one, is not compared.
        """
        days = [self._first_other_energy(history)]
        if mask is not None and self.mask is not None and self.days_of(history):
            days.append(self._first_other_mask(history, mask, self.mask))
        return min((day for day in days if day is not None), default=None)

    def _first_other_mask(self, history: DailyHistory, mask: pd.DataFrame, before: pd.DataFrame) -> int | None:
        """The day before the first midnight at which another mask of active energy was known."""
        until = history.midnight(self.days_of(history))
        one, other = (_spans(rows, until) for rows in (before, mask))
        known = [since for start, since in one.keys() ^ other.keys()]
        ends = [min(one[key] ^ other[key]) for key in one.keys() & other.keys() if one[key] != other[key]]
        first = min([*known, *ends], default=until)
        return int(history.midnights().searchsorted(first)) - 1 if first < until else None

    def _first_other_energy(self, history: DailyHistory) -> int | None:
        read = np.flatnonzero(np.isfinite(history.values).ravel())
        hours = int(read[-1]) + 1 if len(read) else 0
        before, size = np.full(history.values.size, np.nan), 24 * self.days_of(history)
        before[:size] = self.history.values.ravel()[:size]
        before, after = before[:hours], history.values.ravel()[:hours]
        changed = np.flatnonzero(~((after == before) | (np.isnan(after) & np.isnan(before))))
        return int(changed[0]) // 24 if len(changed) else None

    def expectation(self, history: DailyHistory, mask: pd.DataFrame) -> Matrix:
        """(days, 24) kWh expected of a history: what was, as far as nothing before a day changed; else made again.

        Args:
            history: as measured.
            mask: its table `mask`.
        """
        kept = self.days_of(history)
        out = np.full((history.days, 24), np.nan)
        out[:kept] = self.expected[:kept]
        first = self.first_change(history, mask)
        if first is None:
            return out
        day = np.arange(history.days)
        past_only = self.mode == "past_only"  # whose days do not depend on themselves
        fresh = day[(day > first if past_only else day >= first) | (day >= kept)]
        if len(fresh):
            values = self.expect(history, mask, fresh)
            known = np.isfinite(values).all(axis=1)
            out[fresh[known]] = values[known]
        return out

    def bands_of(self, history: DailyHistory, expected: Matrix) -> pd.DataFrame:
        """Table `bands` of a history whose expectation is `expected`, in the mode."""
        kept = self.days_of(history)
        parts = [moved(self.bands, self.history, self.expected, expected[:kept], self.floor_kwh)]
        days = np.arange(kept, history.days)
        if len(days) and self.offsets:
            parts.append(around(history, self.client_id, days, expected, self.offsets, self.floor_kwh))
        return pd.concat(parts, ignore_index=True)


def _spans(mask: pd.DataFrame, until: pd.Timestamp) -> dict[tuple[pd.Timestamp, pd.Timestamp], set[pd.Timestamp]]:
    """Of the rows of active energy that were known before a time: ends up to it, by start and when that was known."""
    rows = mask[(mask["channel"] == "active") & (mask["known_at"] < until)]
    found: dict[tuple[pd.Timestamp, pd.Timestamp], set[pd.Timestamp]] = {}
    for start, end, known in zip(rows["start"], rows["end"], rows["known_at"], strict=True):
        found.setdefault((start, known), set()).add(min(end, until))
    return found


def by_released(model: FittedForecaster) -> Expect:
    """Ask one fitted model, past-only: each day from the normal history as of its midnight, without suspect days."""

    def expect(history: DailyHistory, mask: pd.DataFrame, days: Days) -> Matrix:
        as_of, out = AsOfHistory(history, mask), np.full((len(days), 24), np.nan)
        able = days[days >= model.history_days]
        for span in as_of.spans(able):
            out[np.isin(days, span)] = expectation(model, as_of.at(int(span[0])), span)
        return out

    return expect
