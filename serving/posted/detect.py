"""The answer of `POST /detect`: posted readings scored past-only, with the stored history as context."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from serving.answers import iso_texts, plain, rounded
from serving.bodies.posted import DetectRequest
from serving.posted.history import extended, up_to
from serving.posted.readings import FIELD, frame_of
from serving.problems import FieldError
from serving.release.bands import SIDES, band_rows
from serving.release.columns import BAND_LEVEL
from serving.release.served import PAST_ONLY, Served
from vigia import frames
from vigia.config.sections.screen import ScreenParams
from vigia.detection.detect import detect_client, is_anomaly
from vigia.detection.detected import Detected
from vigia.release import Release

MIN_UNKNOWN_DAYS = 28


def detect(served: Served, request: DetectRequest) -> dict[str, Any]:
    """Points and events of the posted hours, at the false alarms that are accepted.

    Raises:
        FieldError: the readings make no history, or too short a one for a client that is unknown.
    """
    client_id = request.client_id
    posted = frame_of(request.readings, served, client_id)
    screen, rate = served.release.params.screen, request.false_alarms_per_month
    screen = screen if rate is None else screen.at_rate(rate)
    client = served.clients.get(client_id)
    if client is None:
        return _without_model(served.release, screen, client_id, posted)
    extension = extended(served, client, up_to(client, posted), screen)
    expected = extension.history.at_times(extension.expected, posted["timestamp"])
    band = band_rows(extension.bands, PAST_ONLY, "hour", BAND_LEVEL).set_index("timestamp")
    sides = {side: band[side].reindex(posted["timestamp"]).to_numpy() for side in SIDES}
    found, kept = extension.found, served.release.with_kept_ids
    found = replace(found, events=kept(found.events), event_channels=kept(found.event_channels))
    return _answer(client_id, posted, expected, sides, found, "model")


def _without_model(release: Release, screen: ScreenParams, client_id: str, posted: pd.DataFrame) -> dict[str, Any]:
    zone = release.manifest["timezone"]
    span = posted["timestamp"].iloc[-1] - posted["timestamp"].iloc[0]
    if span < pd.Timedelta(days=MIN_UNKNOWN_DAYS) - pd.Timedelta(hours=1):
        raise FieldError(
            FIELD, f"client {client_id} is unknown: {MIN_UNKNOWN_DAYS} days are needed, {span.days} were sent"
        )
    nothing = np.full(len(posted), np.nan)
    params = release.params
    found = detect_client(
        posted,
        {"client_id": client_id},
        frames.empty("expected", zone),
        frames.empty("bands", zone),
        params.detect,
        screen,
        modes=(PAST_ONLY,),
        country=params.fleet.country,
    )
    return _answer(client_id, posted, nothing, dict.fromkeys(SIDES, nothing), found, "model_free")


def _answer(
    client_id: str,
    posted: pd.DataFrame,
    expected: np.ndarray,
    band: Mapping[str, np.ndarray],
    found: Detected,
    engine: str,
) -> dict[str, Any]:
    stamps = pd.DatetimeIndex(posted["timestamp"])
    columns = {
        "actual_kwh": posted["active_energy_kwh"],
        "expected_kwh": expected,
        **band,
        "score": found.scores.set_index("timestamp")["score"].reindex(stamps),
    }
    flagged = is_anomaly(found.events, found.event_channels, client_id, stamps, PAST_ONLY)
    names = list(columns)
    values = zip(*(rounded(column) for column in columns.values()), strict=True)
    points = [
        {"timestamp": when, **dict(zip(names, row, strict=True)), "is_anomaly": bool(flag)}
        for when, row, flag in zip(iso_texts(stamps), values, flagged, strict=True)
    ]
    since = found.events[found.events["end"].isna() | (found.events["end"] > stamps[0])]
    events = [plain(row) for row in since.to_dict("records")]
    return {"client_id": client_id, "engine": engine, "points": points, "events": events}
