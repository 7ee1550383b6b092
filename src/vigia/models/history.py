"""One client's active energy as a matrix of days, which is what every forecaster reads."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from vigia.calendars.clock import DAY, Clock, Hours
from vigia.calendars.holidays import is_holiday
from vigia.errors import NotEnoughDataError

Matrix = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Days = npt.NDArray[np.int64]

CALENDAR_DAYS_AHEAD = 60
SAME_WEEKDAYS = 4


@dataclass(frozen=True)
class DailyHistory:
    """Hourly active energy by local day.

    Attributes:
        first_day: local date of row 0.
        zone: timezone of the days.
        values: (days, 24) kWh as measured; NaN where no reading is.
        masked: (days, 24) hours that belong to an event and are kept out of fits.
        filled: (days, 24) what forecasters read: `values`, with missing and masked hours replaced by the median of
            the last four usable values of the same hour and weekday.
        holiday: (days + 60,) public holidays by calendar day, reaching beyond the last day.
        calendar_day: (rows,) calendar day of each row where rows are not consecutive days (see `stacked`).
    """

    first_day: date
    zone: str
    values: Matrix
    masked: Flags
    filled: Matrix
    holiday: Flags
    calendar_day: Days | None = None

    @classmethod
    def from_readings(cls, readings: pd.DataFrame, zone: str, country: str) -> "DailyHistory":
        """Arrange one client's `readings` (contract of that name) by local day, as measured.

        An hour that a clock change repeats keeps its mean, one that it skips is missing (see `vigia.calendars.clock`).

        Raises:
            NotEnoughDataError: there is no row.
        """
        if readings.empty:
            raise NotEnoughDataError("no readings")
        clock = Clock.of(readings["timestamp"], zone)
        size = max(clock.whole(readings["timestamp"]), 1)
        days = -(-size // DAY)
        values = np.full(days * DAY, np.nan)
        values[:size] = clock.mean(readings["timestamp"], readings["active_energy_kwh"].to_numpy(dtype=float), size)
        calendar = pd.date_range(clock.first, periods=days + CALENDAR_DAYS_AHEAD, freq="D")
        holiday = is_holiday(calendar, country)
        return cls.from_values(clock.first_day, zone, values.reshape(days, DAY), holiday)

    @classmethod
    def from_values(cls, first_day: date, zone: str, values: Matrix, holiday: Flags) -> "DailyHistory":
        """A history as measured from a matrix `(days, 24)`."""
        masked = np.zeros(values.shape, dtype=bool)
        filled = np.where(np.isfinite(values), values, same_weekday_median(values, first_day.weekday()))
        return cls(first_day, zone, values, masked, filled, holiday)

    @property
    def days(self) -> int:
        """Number of days, a partial last one included."""
        return len(self.values)

    @property
    def latest_origin(self) -> int:
        """The day whose midnight is the last one with all hours before it read."""
        day = int(self.calendar_days(np.array([self.days - 1]))[0])
        last = np.flatnonzero(self.clock.weights(day + 1)[day])[-1]
        return self.days if bool(np.isfinite(self.values[-1, last])) else self.days - 1

    @property
    def clock(self) -> Clock:
        """Turns times into places of the rows, and back; of a history whose rows are consecutive days."""
        return Clock(self.first_day, self.zone)

    @property
    def usable(self) -> Matrix:
        """`values` without masked hours: what a forecaster may be fitted to."""
        return np.where(self.masked, np.nan, self.values)

    @property
    def whole_days(self) -> Flags:
        """(days,) days with 24 readings: one that the clock shortens is neither learnt from nor scored."""
        return np.asarray(np.isfinite(self.values).all(axis=1))

    @property
    def normal_days(self) -> Flags:
        """(days,) whole days without a masked hour."""
        return self.whole_days & ~self.masked.any(axis=1)

    def midnight(self, index: int) -> pd.Timestamp:
        """Start of day `index` in the history's zone."""
        return self.clock.midnight(index)

    def midnights(self) -> pd.DatetimeIndex:
        """(days,) start of each day."""
        return self.clock.midnights(self.days)

    def hours(self, days: Days | None = None) -> Hours:
        """The hours that happen on all days, or on some."""
        return self.clock.hours(self.days if days is None else days)

    def totals(self, values: Matrix, days: Days | None = None) -> Matrix:
        """(n,) kWh of whole days, or of some, from an hour's energy at each place: `values` is (n, 24).

        An hour that happens twice counts twice, one that never does not at all.
        """
        weights = self.clock.weights(self.days)[: len(values)] if days is None else self._weights(days)
        return np.asarray(np.where(weights > 0, values * weights, 0.0).sum(axis=1))

    def _weights(self, days: Days) -> Days:
        return self.clock.weights(int(days.max(initial=-1)) + 1)[days]

    def arrange(self, frame: pd.DataFrame, column: str) -> Matrix:
        """(days, 24) values of an hourly table of this client; NaN where it has no row."""
        values = frame[column].to_numpy(dtype=float)
        return self.clock.mean(frame["timestamp"], values, self.days * DAY).reshape(self.days, DAY)

    def at_times(self, values: Matrix, times: pd.Series) -> Matrix:
        """(n,) what (days, 24) values say of some times; NaN outside of the days."""
        place = self.clock.places(times)
        inside = (place >= 0) & (place < values.size)
        return np.where(inside, values.ravel()[np.where(inside, place, 0)], np.nan)

    def arrange_days(self, frame: pd.DataFrame, column: str) -> Matrix:
        """(days,) values of a table of daily rows of this client; NaN where it has no row."""
        out, day = np.full(self.days, np.nan), self.clock.places(frame["timestamp"]) // DAY
        inside = (day >= 0) & (day < self.days)
        out[day[inside]] = frame[column].to_numpy(dtype=float)[inside]
        return out

    def normal(self, mask: pd.DataFrame, known_at: pd.Timestamp | None = None) -> "DailyHistory":
        """The normal history: hours in `mask` (rows of one client and mode) replaced by their own expectation.

        Only rows of the active channel that were known at `known_at` count (all of them without one).
        """
        return self.with_mask(self.mask_matrix(mask, known_at))

    def mask_matrix(self, mask: pd.DataFrame, known_at: pd.Timestamp | None = None) -> Flags:
        """(days, 24) hours covered by the active channel's rows of `mask` that were known at `known_at`."""
        rows = mask[mask["channel"] == "active"]
        if known_at is not None:
            rows = rows[rows["known_at"] <= known_at]
        size = self.days * DAY
        steps = np.zeros(size + 1)
        starts, ends = self.clock.spans(rows["start"], rows["end"])
        np.add.at(steps, np.clip(starts, 0, size), 1)
        np.add.at(steps, np.clip(ends, 0, size), -1)
        return (np.cumsum(steps[:-1]) > 0).reshape(self.days, DAY)

    def with_mask(self, masked: Flags) -> "DailyHistory":
        """The normal history for a matrix of masked hours."""
        if not masked.any():
            return replace(self, masked=masked)
        usable = np.where(masked, np.nan, self.values)
        expected = same_weekday_median(usable, self.first_day.weekday())
        return replace(self, masked=masked, filled=np.where(np.isfinite(usable), usable, expected))

    def as_measured(self) -> "DailyHistory":
        """The same readings without a mask."""
        if not self.masked.any():
            return self
        expected = same_weekday_median(self.values, self.first_day.weekday())
        filled = np.where(np.isfinite(self.values), self.values, expected)
        return replace(self, masked=np.zeros_like(self.masked), filled=filled)

    def with_earlier_weeks(self, weeks: int) -> "DailyHistory":
        """The history with made-up weeks before it, each the mean of its first two.

        For clients that are too new for a model's look-back: from day 14 on only earlier readings are repeated. Hours
        of the first week that are unknown, such as those before a meter was read for the first time, are the second
        week's. The made-up days have no values, so nothing is fitted to them.
        """
        count = 7 * weeks
        second = self.filled[7:14]
        first = np.where(np.isfinite(self.usable[:7]), self.filled[:7], second)
        copied = ((first + second) / 2)[np.arange(count) % 7]
        return replace(
            self,
            values=np.vstack([np.full((count, 24), np.nan), self.values]),
            masked=np.vstack([np.zeros((count, 24), dtype=bool), self.masked]),
            filled=np.vstack([copied, self.filled]),
            calendar_day=np.concatenate([np.arange(-count, 0), self.calendar_days(np.arange(self.days))]),
        )

    def head(self, days: int) -> "DailyHistory":
        """The first `days` days, as if nothing had been read since."""
        return replace(self, values=self.values[:days], masked=self.masked[:days], filled=self.filled[:days])

    def calendar_days(self, rows: Days) -> Days:
        """Calendar day (0 = `first_day`) of rows; rows beyond the last are the days that follow."""
        if self.calendar_day is None:
            return rows
        beyond = np.maximum(rows - (len(self.calendar_day) - 1), 0)
        return np.asarray(self.calendar_day[rows - beyond] + beyond)

    def stacked(self, origins: Days, before: int, ahead: int) -> "DailyHistory":
        """One history that holds a window around each origin, one after the other, to predict all of them at once.

        Row `i * (before + ahead) + before + k` is day `k` after origin `i`; days from the origin on are empty.
        """
        return self.windowed(origins, self.filled[origins[:, None] + np.arange(-before, 0)], ahead)

    def windowed(self, origins: Days, windows: Matrix, ahead: int) -> "DailyHistory":
        """As `stacked`, of (n, before, 24) kWh that are read before each origin."""
        before = windows.shape[1]
        rows = origins[:, None] + np.arange(-before, ahead)
        filled = np.concatenate([windows, np.full((len(origins), ahead, 24), np.nan)], axis=1).reshape(-1, 24)
        return replace(
            self,
            values=np.full(filled.shape, np.nan),
            masked=np.zeros(filled.shape, dtype=bool),
            filled=filled,
            calendar_day=self.calendar_days(rows.ravel()),
        )


def same_weekday_median(values: Matrix, first_weekday: int, weeks: int = SAME_WEEKDAYS) -> Matrix:
    """For each hour the median of the last `weeks` known values of the same hour and weekday before it.

    Where a slot has no earlier value, the last known value of the same hour stands in, and 0 before any. Only
    values before each hour are read, so cutting the series changes nothing before the cut.

    Args:
        values: (days, 24), NaN = unknown.
        first_weekday: weekday of row 0 (Monday = 0).
        weeks: how many earlier values count.
    """
    days = len(values)
    padded_days = -(-(first_weekday + days) // 7) * 7
    padded = np.full((padded_days, 24), np.nan)
    padded[first_weekday : first_weekday + days] = values
    slots = padded.reshape(-1, 168)
    recent = np.full((weeks, 168), np.nan)
    out = np.full(slots.shape, np.nan)
    for week, row in enumerate(slots):
        out[week] = _median_known(recent)
        known = np.isfinite(row)
        recent[:-1, known] = recent[1:, known]
        recent[-1, known] = row[known]
    expected = out.reshape(-1, 24)[first_weekday : first_weekday + days]
    return np.where(np.isfinite(expected), expected, _last_known(values))


def _median_known(recent: Matrix) -> Matrix:
    """Column medians without NaN; columns of NaN alone stay NaN (numpy's nanmedian warns and is slow)."""
    ordered = np.sort(recent, axis=0)
    count = np.isfinite(recent).sum(axis=0)
    columns = np.arange(recent.shape[1])
    low = ordered[np.maximum(count - 1, 0) // 2, columns]
    high = ordered[np.minimum(count // 2, len(recent) - 1), columns]
    middle: Matrix = np.where(count % 2 == 1, low, (low + high) / 2)
    return np.where(count > 0, middle, np.nan)


def _last_known(values: Matrix) -> Matrix:
    """(days, 24) latest known value of the same hour on an earlier day, 0 where there is none."""
    row = np.where(np.isfinite(values), np.arange(len(values))[:, None], -1)
    latest = np.maximum.accumulate(row, axis=0)
    before = np.vstack([np.full((1, values.shape[1]), -1), latest[:-1]])
    return np.where(before >= 0, np.take_along_axis(values, np.maximum(before, 0), axis=0), 0.0)
