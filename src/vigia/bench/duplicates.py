"""What only several clients together show: days that are the same under two names."""

from collections.abc import Mapping

import pandas as pd

from vigia import frames
from vigia.config.sections.detect import DetectParams
from vigia.detection.detected import Detected
from vigia.detection.detectors.between_clients import day_digests
from vigia.detection.fleet import join_fleet
from vigia.detection.series import Series

_TABLES = ("events", "event_channels", "scores", "issues")


def with_others(
    found: Detected, readings: pd.DataFrame, others: Mapping[str, pd.DataFrame] | None, params: DetectParams
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables `events` and `event_channels` of a client, with the days that others have too.

    Args:
        found: what the client's own readings say.
        readings: its rows of table `readings`.
        others: those of other clients, by client; none = nothing is added.
        params: of the stage `detect`.
    """
    if not others:
        return found.events, found.event_channels
    own, zone = str(readings["client_id"].iloc[0]), str(readings["timestamp"].dt.tz)
    parts = {own: found}
    for name, theirs in others.items():
        events, channels, scores, issues = (frames.empty(table, zone) for table in _TABLES)
        parts[name] = Detected(events, channels, scores, issues, day_digests(Series.of(theirs, zone)))
    names = frames.check("clients", pd.DataFrame({"client_id": list(parts), "name": list(parts)}))
    until = {name: table["timestamp"].iloc[-1] for name, table in [(own, readings), *others.items()]}
    events, channels = join_fleet(parts, names, until, zone, params)
    mine = events[events["client_id"] == own].reset_index(drop=True)
    return mine, channels[channels["event_id"].isin(mine["event_id"])].reset_index(drop=True)
