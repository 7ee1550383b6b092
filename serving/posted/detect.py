"""The answer of `POST /detect`: posted readings scored past-only, with the stored history as context."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from serving.answers import plain, rounded
from serving.bodies.posted import DetectRequest
from serving.posted.history import LEVELS, expected_and_bands
from serving.posted.readings import frame_of
from serving.release.served import Served
from vigia import frames
from vigia.config.detection import ScreenParams
from vigia.detection.detect import detect_client, is_anomaly
from vigia.detection.detected import Detected
from vigia.errors import NotEnoughDataError
from vigia.release import Release

MIN_UNKNOWN_DAYS = 28


def detect(served: Served, request: DetectRequest) -> dict[str, Any]:
    """Points and events of the posted hours, at the false alarms that are accepted.

    Raises:
        NotEnoughDataError: the readings are none, or too few for a client that is unknown.
    """
    client_id = request.client_id
    posted = frame_of(request.readings, served, client_id)
    screen, rate = served.release.params.screen, request.false_alarms_per_month
    screen = screen if rate is None else screen.at_rate(rate)
    client = served.clients.get(client_id)
    if client is None:
        return _without_model(served.release, screen, client_id, posted)
    stored = client.stored.readings
    earlier = stored[stored["timestamp"] < posted["timestamp"].iloc[0]]
    joined = frames.check("readings", pd.concat([earlier, posted], ignore_index=True))
    expected, bands = expected_and_bands(served, client, joined, posted)
    found = _detected(served.release, screen, client.stored.attributes, joined, expected, bands)
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
    events = [plain(row) for row in since.to_dict("records")]
    return {"client_id": client_id, "engine": engine, "points": points, "events": events}
