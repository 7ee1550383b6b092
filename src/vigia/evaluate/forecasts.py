"""Scores of forecasts and bands by client and model: on the test slice, and of forecasts on earlier windows too.

`reports/forecast_scores.csv` has the test slice with the bands, `reports/forecast_windows.csv` all windows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from vigia import metrics, splits
from vigia.config import Params
from vigia.evaluate.coverage import band_values
from vigia.models.history import DailyHistory, Days, Flags, Matrix
from vigia.train import ClientData

SMALL_DAY = 0.05


@dataclass(frozen=True)
class Window:
    """The whole days of one window of a client, as measured, and which of them are normal.

    Attributes:
        name: one of `splits.WINDOWS`.
        history: the client's, as measured.
        days: the window's whole days.
        normal: (n,) which of `days` lie outside the two-sided mask.
        naive_error: what MASE divides by, the mean absolute difference of daily totals to the same day of the week
            before, over the days before the window.
    """

    name: str
    history: DailyHistory
    days: Days
    normal: Flags
    naive_error: float

    @property
    def actual(self) -> Matrix:
        """(n, 24) kWh."""
        return np.asarray(self.history.values[self.days])


def scored_windows(data: ClientData, params: Params) -> list[Window]:
    """The windows of a client on which forecasts are scored, the test slice first."""
    history = data.history(params)
    masked = np.asarray(history.mask_matrix(data.mask[data.mask["mode"] == "two_sided"]).any(axis=1))
    return [
        _window(name, history, days, masked)
        for name, days in splits.windows(history.days, params.splits.test_share).items()
    ]


def test_slice(data: ClientData, params: Params) -> Window:
    """The test slice of a client."""
    return scored_windows(data, params)[0]


def score_client(
    data: ClientData, forecasts: pd.DataFrame, bands: pd.DataFrame, chosen: str, params: Params
) -> pd.DataFrame:
    """A row a model on the test slice; interval measures only for the chosen one.

    They judge its bands (past-only, normal days); `pinball_day` is the mean over both limits of the 90 % band of days.
    The chosen model has a row in any case; its measures are NaN where the history is too short for a forecast.
    """
    test = test_slice(data, params)
    rows = []
    for model, values in _forecasts_by_model(test.history, forecasts, chosen).items():
        figures = _points(test, values[test.days], np.ones(len(test.days), dtype=bool))
        normal = _points(test, values[test.days], test.normal)["wape_day"]
        first = {name: figures.pop(name) for name in ("n_days", "wape_day", "wape_hour")}
        row = {"client_id": data.client_id, "model": model, "chosen": model == chosen}
        row |= {**first, "wape_day_normal": normal, **figures}
        rows.append(row | (_intervals(test, bands) if model == chosen else {}))
    return pd.DataFrame(rows)


def score_windows(client_id: str, windows: Sequence[Window], forecasts: pd.DataFrame, chosen: str) -> pd.DataFrame:
    """A row a model, window and kind of days (`all`, or `normal`: outside the two-sided mask).

    Columns: `client_id, model, chosen, window, days, n_days, wape_day, wape_hour, mase_day, mape_day, bias_day,
    pinball_day`. `n_days` counts the days that the model forecast. `pinball_day` is the loss of the point forecast as
    the median (level 0.5) of the daily total, in kWh, which all models have; the bands' is in `score_client`.
    """
    by_model = _forecasts_by_model(windows[0].history, forecasts, chosen)
    rows = []
    for window in windows:
        for model, values in by_model.items():
            head = {"client_id": client_id, "model": model, "chosen": model == chosen, "window": window.name}
            forecast = values[window.days]
            for kind, kept in (("all", np.ones(len(window.days), dtype=bool)), ("normal", window.normal)):
                loss = metrics.pinball(window.actual[kept].sum(axis=1), forecast[kept].sum(axis=1), 0.5)
                rows.append({**head, "days": kind, **_points(window, forecast, kept), "pinball_day": loss})
    return pd.DataFrame(rows)


def _window(name: str, history: DailyHistory, days: Days, masked: Flags) -> Window:
    whole = days[history.whole_days[days]]
    totals = history.values[: int(days[0]) if len(days) else history.days].sum(axis=1)
    change = np.abs(totals[7:] - totals[:-7])
    naive = float(np.nanmean(change)) if np.isfinite(change).any() else float("nan")
    return Window(name, history, whole, ~masked[whole], naive)


def _forecasts_by_model(history: DailyHistory, forecasts: pd.DataFrame, chosen: str) -> dict[str, Matrix]:
    """(days, 24) forecasts of each model, the chosen one in any case."""
    return {
        model: history.arrange(forecasts[forecasts["model"] == model], "forecast_kwh")
        for model in sorted({*forecasts["model"], chosen})
    }


def _points(window: Window, forecast: Matrix, kept: Flags) -> dict[str, float | int]:
    actual = window.actual
    total, predicted = actual.sum(axis=1), forecast.sum(axis=1)
    floor = SMALL_DAY * float(np.median(total)) if len(total) else 0.0
    return {
        "n_days": int(np.isfinite(predicted[kept]).sum()),
        "wape_day": metrics.wape(total[kept], predicted[kept]),
        "wape_hour": metrics.wape(actual[kept], forecast[kept]),
        "mase_day": metrics.mase(total[kept], predicted[kept], window.naive_error),
        "mape_day": metrics.mape(total[kept], predicted[kept], floor),
        "bias_day": metrics.bias(total[kept], predicted[kept]),
    }


def _intervals(test: Window, bands: pd.DataFrame) -> dict[str, float]:
    out: dict[str, float] = {}
    load = float(np.nanmedian(np.abs(test.actual))) if len(test.days) else float("nan")
    for resolution, typical in (("hour", load), ("day", 24 * load)):
        for level, part in bands[bands["resolution"] == resolution].groupby("level"):
            actual, lower, upper = band_values(
                test.history, test.days[test.normal], part[part["mode"] == "past_only"], resolution
            )
            out[f"coverage_{round(100 * float(str(level)))}_{resolution}"] = metrics.coverage(actual, lower, upper)
            if round(100 * float(str(level))) == 95:
                out[f"interval_score_95_{resolution}"] = metrics.interval_score(actual, lower, upper, 0.95)
                width = np.asarray(upper - lower)
                known = width[np.isfinite(width)]
                out[f"width_95_{resolution}"] = float(known.mean()) / typical if len(known) and typical > 0 else np.nan
            if resolution == "day" and round(100 * float(str(level))) == 90:
                both = metrics.pinball(actual, lower, 0.05) + metrics.pinball(actual, upper, 0.95)
                out["pinball_day"] = both / 2
    return out
