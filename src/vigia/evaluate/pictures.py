"""Pictures of one model: how it did on the test slice, where it errs, what it looks at, how it was tuned."""

from pathlib import Path

import numpy as np
import pandas as pd

from vigia.evaluate.canvas import blank, colours, save
from vigia.evaluate.forecasts import Window
from vigia.models import families
from vigia.train import Candidate

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
TOP_FEATURES = 15


def backtest_picture(
    test: Window, forecasts: pd.DataFrame, bands: pd.DataFrame, model: str, title: str, path: Path
) -> Path:
    """Daily totals of the test slice with forecast and 95 % band, and the error by hour and weekday, as PNG.

    Args:
        test: the client's test slice.
        forecasts: rows of `forecasts` of one model.
        bands: the client's bands; drawn where `model` is the chosen one, else empty.
        model: name for the legend.
        title: heading.
        path: file to write.
    """
    history, days = test.history, test.days
    forecast = history.arrange(forecasts, "forecast_kwh")[days]
    dates = pd.Timestamp(history.first_day) + pd.to_timedelta(days, unit="D")
    colour = colours()[model]
    figure = blank(10, 7, right=0.4)
    above, below = figure.subplots(2, 1, height_ratios=[2, 1], gridspec_kw={"hspace": 0.27})
    above.plot(dates, test.actual.sum(axis=1), color="black", linewidth=1, label="measured")
    above.plot(dates, forecast.sum(axis=1), color=colour, linewidth=1, label=model)
    band = bands[(bands["mode"] == "past_only") & (bands["resolution"] == "day") & np.isclose(bands["level"], 0.95)]
    if len(band):
        lower, upper = (history.arrange_days(band, column)[days] for column in ("lower_kwh", "upper_kwh"))
        above.fill_between(dates, lower, upper, color=colour, alpha=0.2, linewidth=0, label="95 % band (normal)")
    above.set(title=title, ylabel="kWh a day")
    above.margins(x=0.01)
    above.legend(loc="best", ncols=3)
    weekday = (days + history.first_day.weekday()) % 7
    load = float(np.nanmean(np.abs(test.actual))) or 1.0
    image = below.imshow(100 * _error_grid(forecast - test.actual, weekday) / load, aspect="auto", cmap="viridis")
    below.set(yticks=range(7), yticklabels=WEEKDAYS, xlabel="hour", title="mean |error|, % of mean load")
    figure.colorbar(image, ax=below, pad=0.02)
    return save(figure, path)


def tuning_picture(candidate: Candidate, title: str, path: Path) -> Path:
    """Error of each trial with the best so far, and what each parameter had to do with it, as PNG."""
    figure = blank(10, 4)
    left, right = figure.subplots(1, 2, gridspec_kw={"wspace": 0.4})
    numbers = [int(trial["number"]) for trial in candidate.trials]
    known = [trial["wape"] if trial.get("state", "complete") == "complete" else None for trial in candidate.trials]
    errors = np.array([np.nan if error is None else error for error in known], dtype=float)
    colour = colours()[candidate.family]
    left.plot(numbers, 100 * errors, "o", color=colour, label="trial (pruned ones have no value)")
    left.step(numbers, 100 * np.fmin.accumulate(errors), where="post", color="black", linewidth=1, label="best so far")
    what = "WAPE, % of the seasonal baseline's" if candidate.family == families.FLEET.name else "WAPE, %"
    left.set(title=title, xlabel="trial (0 = defaults)", ylabel=what)
    left.xaxis.get_major_locator().set_params(integer=True)
    left.legend()
    shares = sorted(candidate.importances.items(), key=lambda pair: pair[1])
    right.barh([name for name, _ in shares], [share for _, share in shares], color=colour)
    right.set(title="importance (fANOVA)" if shares else "too few trials for importances", xlim=(0, 1))
    if not shares:
        right.set_axis_off()
    return save(figure, path)


def coverage_picture(scores: pd.Series, title: str, path: Path) -> Path:
    """Measured against nominal coverage of the chosen model's bands on normal days, hours and days, as PNG."""
    figure = blank(5, 4)
    axes = figure.subplots()
    nominal = [90, 95, 99]
    axes.plot(nominal, nominal, color="black", linewidth=1, label="as promised")
    for resolution, colour in (("hour", "tab:blue"), ("day", "tab:orange")):
        measured = [100 * float(scores.get(f"coverage_{level}_{resolution}", np.nan)) for level in nominal]
        axes.plot(nominal, measured, "o-", color=colour, label=f"by {resolution}")
    axes.set(title=title, xlabel="nominal, %", ylabel="measured on normal days, %")
    axes.legend()
    return save(figure, path)


def importance_picture(gains: dict[str, float], family: str, title: str, path: Path) -> Path:
    """The features with the largest shares of a booster's gain, and what all others have together, as PNG."""
    ordered = sorted(gains.items(), key=lambda pair: -pair[1])
    top, rest = ordered[:TOP_FEATURES], ordered[TOP_FEATURES:]
    figure = blank(7, 5, left=2.4)
    axes = figure.subplots()
    names, shares = [name for name, _ in top], [100 * share for _, share in top]
    bars = axes.barh(names, shares, color=colours()[family])
    axes.bar_label(bars, fmt="%.1f", padding=3, fontsize="small")
    axes.invert_yaxis()
    axes.margins(x=0.12)
    others = f" ({len(rest)} other features: {100 * sum(share for _, share in rest):.1f})" if rest else ""
    axes.set(title=title, xlabel=f"share of the total gain, %{others}")
    return save(figure, path)


def _error_grid(error: np.ndarray, weekday: np.ndarray) -> np.ndarray:
    """(7, 24) mean absolute error by weekday and hour; NaN where there is no forecast."""
    known = np.isfinite(error).all(axis=1)
    grid = np.full((7, 24), np.nan)
    for day in range(7):
        rows = np.abs(error[known & (weekday == day)])
        if len(rows):
            grid[day] = rows.mean(axis=0)
    return grid
