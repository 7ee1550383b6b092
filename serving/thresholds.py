"""Bands of a past or coming time: stored ones, and as far as seven days reach those to come."""

from typing import Any

import numpy as np
import pandas as pd
from fastapi import HTTPException

from serving import bodies, forecasting
from vigia.release.reader import ClientRelease

METHOD = "adaptive conformal, past-only, by client and hour group, asymmetric, scaled by recent misses"
Band = tuple[pd.DatetimeIndex, np.ndarray, np.ndarray]


def answer(client: ClientRelease, request: bodies.ThresholdsRequest) -> dict[str, Any]:
    """The body of `POST /thresholds`.

    Raises:
        HTTPException: 422, the end is not after the start.
    """
    if request.end <= request.start:
        raise HTTPException(422, "end: must be after start")
    start, end = pd.Timestamp(request.start), pd.Timestamp(request.end)
    times, lower, upper = _stored(client, request.resolution, request.level)
    first, last = times.searchsorted(start), times.searchsorted(end)
    parts = [(times[first:last], lower[first:last], upper[first:last])]
    if not len(times) or end > times[-1]:
        parts.append(_coming(client, request, times[-1] if len(times) else start, start, end))
    coverage = (
        client.card["test"]
        .get(client.card["family"], {})
        .get(f"coverage_{round(100 * request.level)}_{request.resolution}")
    )
    return {
        "client_id": request.client_id,
        "level": request.level,
        "resolution": request.resolution,
        "calibration": METHOD,
        "measured_coverage": coverage,
        "points": [
            {"timestamp": when, "lower_kwh": low, "upper_kwh": high}
            for part in parts
            for when, low, high in zip(part[0], *(forecasting.rounded(side) for side in part[1:]), strict=True)
        ],
    }


def _stored(client: ClientRelease, resolution: str, level: float) -> Band:
    """All past-only bands of a level, arranged once."""
    key = ("band", resolution, level)
    if key not in client.cache:
        table = client.bands
        mine = table[
            (table["mode"] == "past_only") & (table["resolution"] == resolution) & np.isclose(table["level"], level)
        ].sort_values("timestamp")
        client.cache[key] = (pd.DatetimeIndex(mine["timestamp"]), *(mine[s].to_numpy() for s in forecasting.SIDES))
    found: Band = client.cache[key]
    return found


def _coming(
    client: ClientRelease,
    request: bodies.ThresholdsRequest,
    after: pd.Timestamp,
    start: pd.Timestamp,
    end: pd.Timestamp,
) -> Band:
    issued = forecasting.issue(client, "normal", request.level, forecasting.MAX_DAYS)
    hourly = request.resolution == "hour"
    times = issued.times if hourly else issued.times[::24]
    wanted = (times > after) & (times >= start) & (times < end)
    sides = (issued.lower.ravel(), issued.upper.ravel()) if hourly else (issued.day_lower, issued.day_upper)
    return times[wanted], sides[0][wanted], sides[1][wanted]
