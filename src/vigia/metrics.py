"""Forecast and interval measures. Shares, not percent; pairs with a missing value are left out."""

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]


def _pairs(actual: Values, forecast: Values) -> tuple[Values, Values]:
    actual, forecast = np.asarray(actual, dtype=float).ravel(), np.asarray(forecast, dtype=float).ravel()
    known = np.isfinite(actual) & np.isfinite(forecast)
    return actual[known], forecast[known]


def wape(actual: Values, forecast: Values) -> float:
    """Weighted absolute percentage error, sum |error| / sum |actual|; NaN where nothing was consumed.

    >>> wape(np.array([10.0, 30.0]), np.array([12.0, 28.0]))
    0.1
    """
    actual, forecast = _pairs(actual, forecast)
    total = float(np.abs(actual).sum())
    return float(np.abs(actual - forecast).sum()) / total if total > 0 else float("nan")


def mape(actual: Values, forecast: Values, floor: float = 0.0) -> float:
    """Mean of |error| / |actual| over the values above `floor`.

    >>> round(mape(np.array([10.0, 0.0]), np.array([9.0, 5.0])), 3)
    0.1
    """
    actual, forecast = _pairs(actual, forecast)
    usable = np.abs(actual) > floor
    if not usable.any():
        return float("nan")
    return float(np.mean(np.abs(actual[usable] - forecast[usable]) / np.abs(actual[usable])))


def mase(actual: Values, forecast: Values, naive_error: float) -> float:
    """Mean absolute error over that of a naive forecast on the training days (Hyndman & Koehler 2006)."""
    actual, forecast = _pairs(actual, forecast)
    if not len(actual) or not naive_error > 0:
        return float("nan")
    return float(np.mean(np.abs(actual - forecast))) / naive_error


def bias(actual: Values, forecast: Values) -> float:
    """Sum of (forecast - actual) over the sum of |actual|: positive where too much was forecast."""
    actual, forecast = _pairs(actual, forecast)
    total = float(np.abs(actual).sum())
    return float((forecast - actual).sum()) / total if total > 0 else float("nan")


def pinball(actual: Values, quantile: Values, level: float) -> float:
    """Mean pinball loss of a forecast of the quantile `level` (Koenker & Bassett 1978), in the unit of `actual`."""
    actual, quantile = _pairs(actual, quantile)
    if not len(actual):
        return float("nan")
    error = actual - quantile
    return float(np.mean(np.maximum(level * error, (level - 1) * error)))


def coverage(actual: Values, lower: Values, upper: Values) -> float:
    """Share of values inside `[lower, upper]`.

    >>> coverage(np.array([1.0, 5.0]), np.array([0.0, 0.0]), np.array([2.0, 2.0]))
    0.5
    """
    actual, lower, upper = (np.asarray(values, dtype=float).ravel() for values in (actual, lower, upper))
    known = np.isfinite(actual) & np.isfinite(lower) & np.isfinite(upper)
    if not known.any():
        return float("nan")
    return float(np.mean((actual >= lower)[known] & (actual <= upper)[known]))


def interval_score(actual: Values, lower: Values, upper: Values, level: float) -> float:
    """Mean interval score of a central band of nominal coverage `level` (Gneiting & Raftery 2007, eq. 43)."""
    actual, lower, upper = (np.asarray(values, dtype=float).ravel() for values in (actual, lower, upper))
    known = np.isfinite(actual) & np.isfinite(lower) & np.isfinite(upper)
    if not known.any():
        return float("nan")
    actual, lower, upper = actual[known], lower[known], upper[known]
    alpha = 1.0 - level
    outside = np.maximum(lower - actual, 0.0) + np.maximum(actual - upper, 0.0)
    return float(np.mean(upper - lower + 2.0 / alpha * outside))
