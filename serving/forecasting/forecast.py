"""The answer of `POST /forecast`."""

from typing import Any

import numpy as np
import pandas as pd

from serving.answers import rounded
from serving.bodies.forecasting import ForecastRequest
from serving.forecasting.issue import issue, stamps
from serving.posted.history import newer_history
from serving.posted.readings import frame_of
from serving.problems import FieldError
from serving.release.bands import SIDES
from serving.release.served import Served, ServedClient
from vigia.outlook.days import day_starts, first_open_time
from vigia.outlook.offsets import MAX_DAYS


def forecast(served: Served, client: ServedClient, request: ForecastRequest) -> dict[str, Any]:
    """The wanted hours after the last reading, and the whole days among them.

    Raises:
        FieldError: it would end more than seven days after it is issued.
        NotEnoughDataError: the history is too short for the model.
    """
    newer = None
    if request.readings:
        newer = newer_history(served, client, frame_of(request.readings, served, client.client_id), request.basis)
    base = newer or client.stored.measured
    midnight, open_from = base.midnight(base.latest_origin), first_open_time(base)
    start = max(pd.Timestamp(request.start).tz_convert(base.zone) if request.start else open_from, open_from)
    first = int((start - midnight) / pd.Timedelta(hours=1))
    last = first + request.horizon_hours
    starts = day_starts(base)
    if last > starts[-1]:
        raise FieldError(
            "body.horizon_hours",
            f"ends {last} hours after {midnight.isoformat()}, at most the {starts[-1]} of {MAX_DAYS} days are forecast",
        )
    n_days = int(np.searchsorted(starts, last))
    issued, texts = issue(client, request.basis, request.level, n_days, newer), stamps(base, n_days)
    name = "expected_kwh" if request.basis == "normal" else "forecast_kwh"
    whole = slice(int(np.searchsorted(starts, first)), int(np.searchsorted(starts, last, side="right")) - 1)
    midnights = [texts[start] for start in issued.starts[:-1][whole]]
    hours = (issued.values, issued.lower, issued.upper)
    days = (issued.totals, issued.day_lower, issued.day_upper)
    return {
        "client_id": client.client_id,
        "issued_at": texts[0],
        "basis": request.basis,
        "level": request.level,
        "points": _points(name, texts[first:last], *(part[first:last] for part in hours)),
        "days": _points(name, midnights, *(part[whole] for part in days)),
    }


def _points(name: str, stamps: list[str], *columns: np.ndarray) -> list[dict[str, Any]]:
    names = ("timestamp", name, *SIDES)
    rows = zip(stamps, *(rounded(column) for column in columns), strict=True)
    return [dict(zip(names, row, strict=True)) for row in rows]
