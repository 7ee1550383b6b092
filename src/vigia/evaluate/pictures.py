"""Pictures for reports and MLflow: how a model did on the test slice, and where it errs."""

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from vigia.evaluate.forecasts import TestSlice

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
    figure = Figure(figsize=(10, 7), layout="constrained")
    FigureCanvasAgg(figure)
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
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=80, metadata={"Software": None})
