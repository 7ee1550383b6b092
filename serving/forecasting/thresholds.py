"""The answer of `POST /thresholds`: stored bands, and as far as seven days reach those to come."""

from typing import Any

import pandas as pd

from serving.answers import iso_texts, rounded
from serving.bodies.forecasting import ThresholdsRequest
from serving.forecasting.issue import issue
from serving.problems import FieldError
from serving.release.bands import Band
from serving.release.served import ServedClient
from vigia.outlook.offsets import MAX_DAYS

METHOD = "adaptive conformal, past-only, by client and hour group, asymmetric, scaled by recent misses"


def thresholds(client: ServedClient, request: ThresholdsRequest) -> dict[str, Any]:
    """Bands of a past or coming time, how they were made and what they held.

    Raises:
        FieldError: the end is not after the start.
    """
    start, end = pd.Timestamp(request.start), pd.Timestamp(request.end)
    if end <= start:
        raise FieldError("body.end", "must be after start")
    times, lower, upper = client.band(request.resolution, request.level)
    first, last = times.searchsorted(start), times.searchsorted(end)
    parts = [(times[first:last], lower[first:last], upper[first:last])]
    if not len(times) or end > times[-1]:
        parts.append(_coming(client, request, times[-1] if len(times) else start, start, end))
    card = client.stored.card
    coverage = f"coverage_{round(100 * request.level)}_{request.resolution}"
    return {
        "client_id": request.client_id,
        "level": request.level,
        "resolution": request.resolution,
        "calibration": METHOD,
        "measured_coverage": card["test"].get(card["family"], {}).get(coverage),
        "points": [
            {"timestamp": when, "lower_kwh": low, "upper_kwh": high}
            for part in parts
            for when, low, high in zip(iso_texts(part[0]), *(rounded(side) for side in part[1:]), strict=True)
        ],
    }


def _coming(
    client: ServedClient, request: ThresholdsRequest, after: pd.Timestamp, start: pd.Timestamp, end: pd.Timestamp
) -> Band:
    issued = issue(client, "normal", request.level, MAX_DAYS)
    hourly = request.resolution == "hour"
    times = issued.times if hourly else issued.times[issued.starts[:-1]]
    wanted = (times > after) & (times >= start) & (times < end)
    sides = (issued.lower, issued.upper) if hourly else (issued.day_lower, issued.day_upper)
    return pd.DatetimeIndex(times[wanted]), sides[0][wanted], sides[1][wanted]
