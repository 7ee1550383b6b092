"""Forecasts and bands of a client, from its model and thresholds; no table is touched on the way of a forecast."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from fastapi import HTTPException

from serving import bodies
from serving.posted import frame_of
from vigia.errors import NotEnoughDataError
from vigia.models import DailyHistory, predict_ahead
from vigia.models.suspect import without_suspect_days
from vigia.release import Release
from vigia.release.reader import ClientRelease

MAX_DAYS = 7
SIDES = ("lower_kwh", "upper_kwh")


@dataclass(frozen=True)
class Offsets:
    """Latest offsets times scale in kWh: (days ahead, 24) for hours and (days ahead,) for daily totals."""

    lower: np.ndarray
    upper: np.ndarray
    day_lower: np.ndarray
    day_upper: np.ndarray


@dataclass(frozen=True)
class Issued:
    """24 hours of each day from one midnight, with bands; times, also as ISO 8601 text, are the start of each hour."""

    times: pd.DatetimeIndex
    stamps: list[str]
    values: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    day_lower: np.ndarray
    day_upper: np.ndarray


def answer(release: Release, client: ClientRelease, request: bodies.ForecastRequest) -> dict[str, Any]:
    """The body of `POST /forecast`.

    Raises:
        HTTPException: 422, it would end more than seven days after it is issued.
        NotEnoughDataError: the history is too short for the model.
    """
    history = _newer(release, client, request) if request.readings else None
    base = history or client.measured
    midnight = base.midnight(base.latest_origin)
    open_from = midnight + pd.Timedelta(hours=first_open_hour(base))
    start = max(pd.Timestamp(request.start).tz_convert(base.zone) if request.start else open_from, open_from)
    first = int((start - midnight) / pd.Timedelta(hours=1))
    last = first + request.horizon_hours
    if last > 24 * MAX_DAYS:
        raise HTTPException(
            422, f"horizon_hours: ends {last} hours after {midnight.isoformat()}, at most 168 are forecast"
        )
    issued = issue(client, request.basis, request.level, -(-last // 24), history)
    name = "expected_kwh" if request.basis == "normal" else "forecast_kwh"
    whole = slice(-(-first // 24), last // 24)
    hours = (issued.values.ravel(), issued.lower.ravel(), issued.upper.ravel())
    days = (issued.values.sum(axis=1), issued.day_lower, issued.day_upper)
    return {
        "client_id": client.client_id,
        "issued_at": issued.stamps[0],
        "basis": request.basis,
        "level": request.level,
        "points": _points(name, issued.stamps[first:last], *(part[first:last] for part in hours)),
        "days": _points(name, issued.stamps[::24][whole], *(part[whole] for part in days)),
    }


def issue(client: ClientRelease, basis: str, level: float, days: int, history: DailyHistory | None = None) -> Issued:
    """Forecast whole days from the last local midnight with data.

    What a release alone says is computed once: it stays the same as long as the release does.

    Raises:
        NotEnoughDataError: the history is too short for the model.
    """
    known = ("issued", basis, days) if history is None else None
    history = history or (client.normal if basis == "normal" else client.measured)
    first = history.latest_origin
    if first < client.model.history_days:
        raise NotEnoughDataError(
            f"client {client.client_id}: {first} days of history, {client.model.history_days} needed"
        )
    values = client.cache.get(known)
    if values is None:
        values = predict_ahead(client.model, history, first, days)
    if known is not None:
        client.cache[known] = values
    offsets = _offsets(client, basis, level)
    floor = -np.inf if client.attributes.get("export_allowed") else 0.0
    start = history.midnight(first)
    totals = values.sum(axis=1)
    return Issued(
        *_hours(start, days),
        values,
        np.maximum(values + offsets.lower[:days], floor),
        np.maximum(values + offsets.upper[:days], floor),
        np.maximum(totals + offsets.day_lower[:days], floor),
        np.maximum(totals + offsets.day_upper[:days], floor),
    )


def first_open_hour(history: DailyHistory) -> int:
    """Hour of the latest origin's day after the last reading."""
    if history.latest_origin == history.days:
        return 0
    return int(np.flatnonzero(np.isfinite(history.values[-1]))[-1]) + 1


def extended(client: ClientRelease, readings: pd.DataFrame, country: str) -> DailyHistory:
    """The history as measured with newer readings; a reading that is there already is replaced."""
    stored = client.readings[~client.readings["timestamp"].isin(readings["timestamp"])]
    joined = pd.concat([stored, readings], ignore_index=True).sort_values("timestamp", ignore_index=True)
    return DailyHistory.from_readings(joined, client.measured.zone, country)


@lru_cache(maxsize=4096)
def _hours(start: pd.Timestamp, days: int) -> tuple[pd.DatetimeIndex, list[str]]:
    times = pd.date_range(start, periods=24 * days, freq="h")
    return times, [when.isoformat() for when in times]


def _newer(release: Release, client: ClientRelease, request: bodies.ForecastRequest) -> DailyHistory:
    """The history of the wanted basis with the readings that came with the request."""
    posted = frame_of(request.readings or [], client.client_id, release.manifest["timezone"])
    history = extended(client, posted, release.manifest["country"])
    if request.basis == "normal":
        normal = history.normal(client.mask)
        history = without_suspect_days(normal, normal.latest_origin)
    return history


def _points(name: str, stamps: list[str], *columns: np.ndarray) -> list[dict[str, Any]]:
    names = ("timestamp", name, *SIDES)
    rows = zip(stamps, *(rounded(column) for column in columns), strict=True)
    return [dict(zip(names, row, strict=True)) for row in rows]


def _offsets(client: ClientRelease, basis: str, level: float) -> Offsets:
    if (basis, level) not in client.cache:
        client.cache[basis, level] = read_offsets(client.thresholds, basis, level)
    offsets: Offsets = client.cache[basis, level]
    return offsets


def read_offsets(thresholds: pd.DataFrame, basis: str, level: float) -> Offsets:
    """The latest past-only offsets of a client's rows of `thresholds`, in kWh; NaN where none were calibrated.

    The latest row is made after the last reading, for what comes.
    """
    rows = thresholds[
        (thresholds["basis"] == basis) & (thresholds["mode"] == "past_only") & np.isclose(thresholds["level"], level)
    ]
    rows = rows[rows["valid_from"] == rows["valid_from"].max()]
    lower, upper = np.full((MAX_DAYS, 24), np.nan), np.full((MAX_DAYS, 24), np.nan)
    day_lower, day_upper = np.full(MAX_DAYS, np.nan), np.full(MAX_DAYS, np.nan)
    for row in rows.to_dict("records"):
        ahead = int(row["horizon_day"]) - 1
        low, high = row["lower_offset"] * row["scale"], row["upper_offset"] * row["scale"]
        if row["resolution"] == "day":
            day_lower[ahead], day_upper[ahead] = low, high
        else:
            first, last = (int(part) for part in str(row["hour_group"]).split("-"))
            lower[ahead, first : last + 1], upper[ahead, first : last + 1] = low, high
    return Offsets(lower, upper, day_lower, day_upper)


def rounded(values: Any) -> list[float | None]:
    """Numbers as JSON takes them: six significant decimals, null where unknown."""
    numbers: list[float | None] = np.round(np.asarray(values, dtype=float), 6).tolist()
    return [number if number == number else None for number in numbers]
