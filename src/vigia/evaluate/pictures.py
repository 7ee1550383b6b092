"""Pictures for reports and MLflow: how a model did on the test slice, where it errs, how it was tuned."""

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from vigia.evaluate.forecasts import TestSlice
from vigia.train import Candidate

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def backtest_picture(
    test: TestSlice, forecasts: pd.DataFrame, bands: pd.DataFrame, model: str, title: str, path: Path
) -> None:
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
    dates = pd.to_datetime(pd.Timestamp(history.first_day)) + pd.to_timedelta(days, unit="D")
    figure = _figure(10, 7)
    above, below = figure.subplots(2, 1, height_ratios=[2, 1])
    above.plot(dates, test.actual.sum(axis=1), color="black", linewidth=1, label="measured")
    above.plot(dates, forecast.sum(axis=1), color="tab:blue", linewidth=1, label=model)
    band = bands[(bands["mode"] == "past_only") & (bands["resolution"] == "day") & np.isclose(bands["level"], 0.95)]
    if len(band):
        lower, upper = (history.arrange(band, column)[days][:, 0] for column in ("lower_kwh", "upper_kwh"))
        above.fill_between(dates, lower, upper, color="tab:blue", alpha=0.2, label="95 % band (normal)")
    above.set(title=title, ylabel="kWh a day")
    above.legend(loc="upper left", ncols=3)
    error = forecast - test.actual
    load = float(np.nanmean(np.abs(test.actual))) or 1.0
    weekday = (days + history.first_day.weekday()) % 7
    grid = np.array([np.nanmean(np.abs(error[weekday == day]), axis=0) for day in range(7) if (weekday == day).any()])
    image = below.imshow(grid / load, aspect="auto", cmap="viridis")
    below.set(
        yticks=range(len(grid)), yticklabels=WEEKDAYS[: len(grid)], xlabel="hour", title="mean |error| / mean load"
    )
    figure.colorbar(image, ax=below)
    _save(figure, path)


def tuning_picture(candidate: Candidate, path: Path) -> None:
    """Error of each trial with the best so far, and what each parameter had to do with it, as PNG."""
    figure = _figure(10, 4)
    left, right = figure.subplots(1, 2)
    numbers = [int(trial["number"]) for trial in candidate.trials]
    errors = np.array([np.nan if trial["wape"] is None else trial["wape"] for trial in candidate.trials], dtype=float)
    left.plot(numbers, 100 * errors, "o", color="tab:blue", label="trial (pruned ones have no value)")
    left.step(numbers, 100 * np.fmin.accumulate(errors), where="post", color="black", linewidth=1, label="best so far")
    left.set(title=f"client {candidate.client_id}, {candidate.family}", xlabel="trial (0 = defaults)", ylabel="WAPE, %")
    left.legend()
    shares = sorted(candidate.importances.items(), key=lambda pair: pair[1])
    right.barh([name for name, _ in shares], [share for _, share in shares], color="tab:blue")
    right.set(title="importance (fANOVA)" if shares else "too few trials for importances", xlim=(0, 1))
    _save(figure, path)


def coverage_picture(scores: pd.Series, title: str, path: Path) -> None:
    """Measured against nominal coverage of the chosen model's bands on normal days, hours and days, as PNG."""
    figure = _figure(5, 4)
    axes = figure.subplots()
    nominal = [90, 95, 99]
    axes.plot(nominal, nominal, color="black", linewidth=1, label="as promised")
    for resolution, colour in (("hour", "tab:blue"), ("day", "tab:orange")):
        measured = [100 * float(scores.get(f"coverage_{level}_{resolution}", np.nan)) for level in nominal]
        axes.plot(nominal, measured, "o-", color=colour, label=f"by {resolution}")
    axes.set(title=title, xlabel="nominal, %", ylabel="measured on normal days, %")
    axes.legend()
    _save(figure, path)


def campaign_picture(scores: pd.DataFrame, path: Path) -> None:
    """Error of each model for each client, clients sorted by the error of the chosen one, as PNG."""
    order = scores[scores["chosen"]].sort_values("wape_day")["client_id"].tolist()
    figure = _figure(max(6.0, 0.35 * len(order) + 3), 5)
    axes = figure.subplots()
    for model, part in scores.groupby("model", sort=True):
        errors = part.set_index("client_id")["wape_day"].reindex(order)
        axes.plot(order, 100 * errors, "o", markersize=4, label=str(model))
    best = scores[scores["chosen"]].set_index("client_id")["wape_day"].reindex(order)
    axes.plot(order, 100 * best, color="black", linewidth=1, label="chosen")
    axes.set(xlabel="client", ylabel="WAPE of daily totals, test slice, %", yscale="log")
    axes.tick_params(axis="x", rotation=90)
    axes.legend(ncols=2, fontsize="small")
    _save(figure, path)


def _figure(width: float, height: float) -> Figure:
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def _save(figure: Figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=80, metadata={"Software": None})
