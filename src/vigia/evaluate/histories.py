"""One model, two histories: through an event, the forecast follows what is measured and the expectation does not."""

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.dates import date2num

from vigia import frames
from vigia.calendars.clock import on_the_wall
from vigia.evaluate.canvas import blank, save
from vigia.features import MIN_DAYS
from vigia.models.history import DailyHistory, Flags, Matrix
from vigia.train import ClientData

DAYS_BEFORE = 14
DAYS_AFTER = 21
FEWEST_DAYS = 60


def longest_stretch(masked: Flags, first: int = 0) -> tuple[int, int] | None:
    """First day of the longest run of masked days, and the day after its last; none where no day is masked.

    Runs that begin on day `first` or later go before longer ones that begin earlier.

    >>> masked = np.array([1, 1, 1, 0, 1, 1, 0, 1], dtype=bool)
    >>> longest_stretch(masked), longest_stretch(masked, first=2)
    ((0, 3), (4, 6))
    """
    return max(_runs(masked), key=lambda run: (run[0] >= first, run[1] - run[0]), default=None)


def shown_days(stretch: tuple[int, int], days: int) -> tuple[int, int]:
    """Two weeks before a stretch to three weeks after it, and more on both sides where that is less than 60 days.

    >>> shown_days((100, 200), 300), shown_days((100, 105), 300), shown_days((3, 6), 300), shown_days((38, 40), 40)
    ((86, 221), (76, 136), (0, 60), (0, 40))
    """
    start, stop = stretch[0] - DAYS_BEFORE, stretch[1] + DAYS_AFTER
    short = max(FEWEST_DAYS - (stop - start), 0)
    start, stop = max(start - short // 2, 0), min(stop + short - short // 2, days)
    return max(min(start, stop - FEWEST_DAYS), 0), min(max(stop, start + FEWEST_DAYS), days)


def histories_picture(
    data: ClientData,
    history: DailyHistory,
    forecasts: pd.DataFrame,
    expected: pd.DataFrame,
    bands: pd.DataFrame,
    path: Path,
) -> Path | None:
    """The longest masked stretch of active energy in daily totals, as PNG; none where nothing is masked.

    Stretches are those of the two-sided mask; those that begin in the first four weeks, for which nothing could be
    expected yet, come last.

    Args:
        data: readings and mask of the client.
        history: its active energy as measured.
        forecasts: rows of `forecasts` of the chosen model.
        expected: table `expected` of the client.
        bands: table `bands` of the client.
        path: file to write.
    """
    masked = np.asarray(history.mask_matrix(data.mask[data.mask["mode"] == "two_sided"]).any(axis=1))
    stretch = longest_stretch(masked, MIN_DAYS)
    if stretch is None:
        return None
    days = np.arange(*shown_days(stretch, history.days))
    dates = pd.Timestamp(history.first_day) + pd.to_timedelta(days, unit="D")
    past, both = (_totals(history, expected[expected["mode"] == mode], "expected_kwh", days) for mode in frames.MODES)
    band = bands[(bands["mode"] == "past_only") & (bands["resolution"] == "day") & np.isclose(bands["level"], 0.95)]
    lower, upper = (history.arrange_days(band, side)[days] for side in ("lower_kwh", "upper_kwh"))
    figure = blank(11, 5, bottom=0.9, right=0.4)
    axes = figure.subplots()
    for number, (start, stop) in enumerate(_runs(masked[days])):
        label = None if number else "masked (two-sided)"
        axes.axvspan(
            _number(dates[start]),
            _number(dates[start] + pd.Timedelta(days=stop - start)),
            color="0.9",
            linewidth=0,
            label=label,
        )
    axes.fill_between(dates, lower, upper, color="#E69F00", alpha=0.25, linewidth=0, label="95 % band, past-only")
    axes.plot(dates, history.totals(history.values[days], days), color="black", linewidth=1.4, label="measured")
    axes.plot(
        dates, _totals(history, forecasts, "forecast_kwh", days), color="#0072B2", linewidth=1, label="forecast_kwh"
    )
    axes.plot(dates, past, color="#D55E00", linewidth=1.2, label="expected_kwh, past-only")
    axes.plot(dates, both, color="#009E73", linewidth=1.2, linestyle="--", label="expected_kwh, two-sided")
    known = _first_known(data.mask, history, stretch)
    if known is not None and dates[0] <= known <= dates[-1]:
        axes.axvline(_number(known), color="black", linestyle=":", linewidth=1, label="known to be abnormal")
    first, last = (_date(history, day).strftime("%Y-%m-%d") for day in (stretch[0], stretch[1] - 1))
    axes.set(title=f"client {data.client_id}: longest event on active energy, {first} to {last}", ylabel="kWh a day")
    axes.margins(x=0.005)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.06), ncols=4, frameon=False)
    return save(figure, path)


def _totals(history: DailyHistory, rows: pd.DataFrame, column: str, days: np.ndarray) -> Matrix:
    return history.totals(history.arrange(rows, column)[days], days)


def _number(when: pd.Timestamp) -> float:
    """A time as the axis counts it."""
    return float(date2num(when.to_pydatetime()))


def _date(history: DailyHistory, day: int) -> pd.Timestamp:
    return pd.Timestamp(history.first_day) + pd.Timedelta(days=day)


def _runs(flags: Flags) -> list[tuple[int, int]]:
    """First day of each run of set flags, and the day after its last."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int)))
    return [(int(start), int(stop)) for start, stop in edges.reshape(-1, 2)]


def _first_known(mask: pd.DataFrame, history: DailyHistory, stretch: tuple[int, int]) -> pd.Timestamp | None:
    """When the past-only mask first knew of the stretch, as local time."""
    start, stop = history.midnight(stretch[0]), history.midnight(stretch[1])
    rows = mask[(mask["mode"] == "past_only") & (mask["channel"] == "active")]
    known = rows.loc[(rows["start"] < stop) & (rows["end"] > start), "known_at"]
    return None if known.empty else on_the_wall(known, history.zone).min()
