"""One client's events by itself, as a pure function that can run in any process."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from vigia import frames
from vigia.config.params import Params
from vigia.detection.commons import day_digests
from vigia.detection.components import Series
from vigia.detection.detect import (
    Detected,
    as_table,
    hourly_scores,
    is_excused,
    told_of,
    with_expected,
)
from vigia.detection.screen import event_rows, find, may_export
from vigia.detection.severity import value_events
from vigia.detection.verdicts import weighed
from vigia.scan.normal import Normal


def scan_client(
    readings: pd.DataFrame,
    client: Mapping[str, Any],
    params: Params,
    site_log: pd.DataFrame | None = None,
    modes: tuple[str, ...] = frames.MODES,
    scores: bool = False,
    verdicts: pd.DataFrame | None = None,
) -> Detected:
    """Events of one client, valued by its own normal weeks.

    Args:
        readings: its rows of table `readings`, by time; active energy alone is enough.
        client: its row of table `clients`.
        params: sections `fleet` (country), `screen` and `detect`.
        site_log: what was announced; events that it explains are issues, not events.
        modes: modes to detect in.
        scores: whether the hourly scores are wanted; 1 is as far from the expectation as 1 in 20 normal hours. Else
            the table is empty.
        verdicts: what people said of its events.
    """
    zone = str(readings["timestamp"].dt.tz)
    if site_log is not None:
        site_log = site_log[site_log["client_id"] == str(readings["client_id"].iloc[0])]
    series = Series.of(readings, zone, params.fleet.country, site_log, verdicts)
    exporting = may_export(client)
    events, channels, scored, excuses = [], [], [], []
    for mode in modes:
        found = find(series, params.screen, mode, exporting)
        excused = [part for part in found if is_excused(series, part.start, part.kind, site_log)]
        excuses += excused
        rows, parts = event_rows(series, [part for part in found if part not in excused], mode, params.screen)
        frame = as_table("events", rows, zone).drop_duplicates("event_id", ignore_index=True)
        part_frame = as_table("event_channels", parts, zone)
        part_frame = part_frame.drop_duplicates(["event_id", "channel"], ignore_index=True)
        normal = Normal(series, found, mode)
        references = normal.references(frame, part_frame)
        valued = value_events(frame, part_frame, series, references, params.detect)
        events.append(weighed(valued, series.verdicts))
        channels.append(with_expected(part_frame, series, references))
        if scores:
            scored.append(hourly_scores(series, normal.hours(), mode))
    told = [*told_of(series, excuses), *_little_history(series, params)]
    return Detected(
        frames.concat("events", events, zone),
        frames.concat("event_channels", channels, zone),
        frames.concat("scores", scored, zone),
        as_table("issues", told, zone).drop_duplicates(ignore_index=True),
        day_digests(series),
    )


def _little_history(series: Series, params: Params) -> list[dict[str, Any]]:
    """Said of a client with too few days for its levels to be judged."""
    levels = params.screen.levels
    days = int(np.isfinite(series.daily("active")).sum()) if "active" in series.values else 0
    if days >= levels.habit_from_days:
        return []
    what = (
        f"its level is judged with less certainty until there are {levels.habit_from_days}"
        if days > levels.min_reference_days
        else f"too few to judge its level, which takes more than {levels.min_reference_days}"
    )
    row = {"client_id": series.client_id, "code": "little_history", "severity": "warns"}
    span = {"start": series.at(0), "end": series.at(series.hours)}
    return [{**row, **span, "message": f"{days} whole days of readings: {what}"}]
