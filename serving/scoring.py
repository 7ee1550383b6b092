"""Posted readings scored past-only, with the stored history as context."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from serving.bodies import DetectRequest
from serving.forecasting import read_offsets, rounded
from serving.posted import frame_of
from vigia import frames
from vigia.config.sections.screen import ScreenParams
from vigia.detection.detect import detect_client, is_anomaly
from vigia.detection.detected import Detected
from vigia.errors import NotEnoughDataError
from vigia.models import DailyHistory
from vigia.models.suspect import expectation
from vigia.release import Release
from vigia.release.reader import ClientRelease

MIN_UNKNOWN_DAYS = 28
LEVELS = (0.95, 0.99)


def score(release: Release, request: DetectRequest) -> dict[str, Any]:
    """Points and events of the posted hours, at the false alarms that are accepted."""
    zone, client_id = release.manifest["timezone"], request.client_id
    posted = frame_of(request.readings, client_id, zone)
    screen, rate = release.params.screen, request.false_alarms_per_month
    screen = screen if rate is None else screen.at_rate(rate)
    client = release.clients.get(client_id)
    if client is None:
        return _without_model(release, screen, client_id, posted)
    stored = client.readings[client.readings["timestamp"] < posted["timestamp"].iloc[0]]
    joined = frames.check("readings", pd.concat([stored, posted], ignore_index=True))
    expected, bands = _expectation(release, client, joined, posted)
    found = _detected(release, screen, client.attributes, joined, expected, bands)
    return _answer(client_id, posted, expected, bands, found, "model")


def _without_model(release: Release, screen: ScreenParams, client_id: str, posted: pd.DataFrame) -> dict[str, Any]:
    zone = release.manifest["timezone"]
    span = posted["timestamp"].iloc[-1] - posted["timestamp"].iloc[0]
    if span < pd.Timedelta(days=MIN_UNKNOWN_DAYS) - pd.Timedelta(hours=1):
        raise NotEnoughDataError(
            f"client {client_id} is unknown: {MIN_UNKNOWN_DAYS} days of readings are needed, {span.days} were sent"
        )
    expected, bands = frames.empty("expected", zone), frames.empty("bands", zone)
    found = _detected(release, screen, {"client_id": client_id}, posted, expected, bands)
    return _answer(client_id, posted, expected, bands, found, "model_free")


def _detected(
    release: Release,
    screen: ScreenParams,
    client: Mapping[str, Any],
    readings: pd.DataFrame,
    expected: pd.DataFrame,
    bands: pd.DataFrame,
) -> Detected:
    """Past-only events of one client with the parameters of the release, `screen` apart."""
    params = release.params
    return detect_client(
        readings,
        client,
        expected,
        bands,
        params.detect,
        screen,
        modes=("past_only",),
        country=params.fleet.country,
    )


def _expectation(
    release: Release, client: ClientRelease, joined: pd.DataFrame, posted: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Stored expectation before the posted hours; the release's model, without a refit, for their days."""
    zone, country = client.measured.zone, release.manifest["country"]
    history = DailyHistory.from_readings(joined, zone, country)
    normal = history.normal(client.mask)
    first = max(history.day_index(posted["timestamp"].iloc[0].date()), client.model.history_days)
    days = np.arange(first, history.days)
    if not len(days):
        return client.expected, client.bands
    values = expectation(client.model, normal, days)
    start = history.midnight(int(days[0]))
    stamps = history.timestamps()[int(days[0]) * 24 :]
    fresh = pd.DataFrame({"client_id": client.client_id, "timestamp": stamps, "mode": "past_only"})
    fresh = fresh.assign(expected_kwh=values.ravel(), model=client.model.family, quality="ok")
    kept = client.expected[(client.expected["mode"] == "past_only") & (client.expected["timestamp"] < start)]
    expected = frames.check("expected", pd.concat([kept, frames.check("expected", fresh)], ignore_index=True))
    parts = [client.bands[(client.bands["mode"] == "past_only") & (client.bands["timestamp"] < start)]]
    floor = -np.inf if client.attributes.get("export_allowed") else 0.0
    for level in LEVELS:
        offsets = read_offsets(client.thresholds, "normal", level)
        totals = values.sum(axis=1)
        for resolution, times, lower, upper in (
            ("hour", stamps, (values + offsets.lower[0]).ravel(), (values + offsets.upper[0]).ravel()),
            ("day", stamps[::24], totals + offsets.day_lower[0], totals + offsets.day_upper[0]),
        ):
            part = pd.DataFrame({"client_id": client.client_id, "timestamp": times, "mode": "past_only"})
            part = part.assign(resolution=resolution, level=level)
            parts.append(part.assign(lower_kwh=np.maximum(lower, floor), upper_kwh=np.maximum(upper, floor)))
    return expected, frames.check("bands", pd.concat(parts, ignore_index=True))


def _answer(
    client_id: str,
    posted: pd.DataFrame,
    expected: pd.DataFrame,
    bands: pd.DataFrame,
    found: Detected,
    engine: str,
) -> dict[str, Any]:
    stamps = pd.DatetimeIndex(posted["timestamp"])
    band = bands[(bands["resolution"] == "hour") & np.isclose(bands["level"], LEVELS[0])].set_index("timestamp")
    columns = {
        "actual_kwh": posted["active_energy_kwh"],
        "expected_kwh": expected.set_index("timestamp")["expected_kwh"].reindex(stamps),
        "lower_kwh": band["lower_kwh"].reindex(stamps),
        "upper_kwh": band["upper_kwh"].reindex(stamps),
        "score": found.scores.set_index("timestamp")["score"].reindex(stamps),
    }
    flagged = is_anomaly(found.events, found.event_channels, client_id, stamps, "past_only")
    names = list(columns)
    values = zip(*(rounded(column) for column in columns.values()), strict=True)
    points = [
        {"timestamp": when.isoformat(), **dict(zip(names, row, strict=True)), "is_anomaly": bool(flag)}
        for when, row, flag in zip(stamps, values, flagged, strict=True)
    ]
    since = found.events[found.events["end"].isna() | (found.events["end"] > stamps[0])]
    events = [
        {str(n): None if pd.isna(v) else (v.isoformat() if isinstance(v, pd.Timestamp) else v) for n, v in row.items()}
        for row in since.to_dict("records")
    ]
    return {"client_id": client_id, "engine": engine, "points": points, "events": events}
