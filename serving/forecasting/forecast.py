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
from vigia.models import DailyHistory
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
    origin = base.latest_origin
    midnight = base.midnight(origin)
    open_from = base.clock.time(24 * origin + _first_open_hour(base))
    start = max(pd.Timestamp(request.start).tz_convert(base.zone) if request.start else open_from, open_from)
    first = int((start - midnight) / pd.Timedelta(hours=1))
    last = first + request.horizon_hours
    starts = base.clock.starts(origin + MAX_DAYS)[origin:]
    starts = starts - starts[0]
    if last > starts[-1]:
        raise FieldError(
            "body.horizon_hours",
            f"ends {last} hours after {midnight.isoformat()}, at most the {starts[-1]} of {MAX_DAYS} days are forecast",
        )
    reach = int(np.searchsorted(starts, last))
    issued, texts = issue(client, request.basis, request.level, reach, newer), stamps(base.clock, origin, reach)
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


def _first_open_hour(history: DailyHistory) -> int:
    """Hour of the latest origin's day after the last reading; of a day without any, the first one."""
    if history.latest_origin == history.days:
        return 0
    read = np.flatnonzero(np.isfinite(history.values[-1]))
    return int(read[-1]) + 1 if len(read) else 0


def _points(name: str, stamps: list[str], *columns: np.ndarray) -> list[dict[str, Any]]:
    names = ("timestamp", name, *SIDES)
    rows = zip(stamps, *(rounded(column) for column in columns), strict=True)
    return [dict(zip(names, row, strict=True)) for row in rows]
