"""Scores of forecasts and bands on the test slice, by client and model (`reports/forecast_scores.csv`)."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from vigia import metrics, splits
from vigia.config import Params
from vigia.evaluate.coverage import band_values
from vigia.models.base import Matrix
from vigia.models.history import DailyHistory
from vigia.train import ClientData

SMALL_DAY = 0.05


@dataclass(frozen=True)
class TestSlice:
    """The whole days of a client's test slice, as measured, and which of them are normal."""

    history: DailyHistory
    days: np.ndarray
    normal: np.ndarray
    naive_error: float

    @property
    def actual(self) -> Matrix:
        """(n, 24) kWh."""
        return np.asarray(self.history.values[self.days])


def test_slice(data: ClientData, params: Params) -> TestSlice:
    """The test slice of a client; normal days are those outside the two-sided mask.

    The naive error that MASE divides by is the mean absolute difference of daily totals to the same day of the week
    before, over the days before the test slice.
    """
    history = data.history(params)
    cut = splits.cut(history.days, params.splits.test_share, params.splits.block_days)
    days = cut.test[history.whole_days[cut.test]]
    masked = np.asarray(history.mask_matrix(data.mask[data.mask["mode"] == "two_sided"]).any(axis=1))
    totals = history.values[: cut.test_start].sum(axis=1)
    change = np.abs(totals[7:] - totals[:-7])
    naive = float(np.nanmean(change)) if np.isfinite(change).any() else float("nan")
    return TestSlice(history, days, ~masked[days], naive)


def score_client(
    data: ClientData, forecasts: pd.DataFrame, bands: pd.DataFrame, chosen: str, params: Params
) -> pd.DataFrame:
    """A row a model; interval measures only for the chosen one, whose bands (past-only, normal days) they judge.

    The chosen model has a row in any case; its measures are NaN where the history is too short for a forecast.
    """
    test = test_slice(data, params)
    rows = []
    for model in sorted({*forecasts["model"], chosen}):
        values = test.history.arrange(forecasts[forecasts["model"] == model], "forecast_kwh")[test.days]
        row = {"client_id": data.client_id, "model": model, "chosen": model == chosen, **_points(test, values)}
        rows.append(row | (_intervals(test, bands) if model == chosen else {}))
    return pd.DataFrame(rows)


def fleet_metrics(scores: pd.DataFrame) -> dict[str, float]:
    """Means and medians over the clients' chosen models, for `dvc metrics`."""
    chosen = scores[scores["chosen"]]
    out: dict[str, float] = {"clients": float(len(chosen))}
    for column in ("wape_day", "wape_hour", "wape_day_normal", "mase_day"):
        out[f"{column}_mean"] = float(chosen[column].mean())
        out[f"{column}_median"] = float(chosen[column].median())
    for column in chosen.columns[chosen.columns.str.startswith("coverage_")]:
        out[f"{column}_mean"] = float(chosen[column].mean())
    for model, part in scores.groupby("model"):
        out[f"wape_day_mean_{model}"] = float(part["wape_day"].mean())
        out[f"wape_day_median_{model}"] = float(part["wape_day"].median())
    return {name: round(value, 6) for name, value in out.items() if np.isfinite(value)}


def _points(test: TestSlice, forecast: Matrix) -> dict[str, float | int]:
    actual = test.actual
    total, predicted = actual.sum(axis=1), forecast.sum(axis=1)
    floor = SMALL_DAY * float(np.median(total)) if len(total) else 0.0
    return {
        "n_days": int(np.isfinite(predicted).sum()),
        "wape_day": metrics.wape(total, predicted),
        "wape_hour": metrics.wape(actual, forecast),
        "wape_day_normal": metrics.wape(total[test.normal], predicted[test.normal]),
        "mase_day": metrics.mase(total, predicted, test.naive_error),
        "mape_day": metrics.mape(total, predicted, floor),
        "bias_day": metrics.bias(total, predicted),
    }


def _intervals(test: TestSlice, bands: pd.DataFrame) -> dict[str, float]:
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
