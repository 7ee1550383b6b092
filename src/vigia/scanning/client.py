"""One client's events by itself, as a pure function that can run in any process."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from vigia import frames
from vigia.config.params import Params
from vigia.detection.detect import detect_series
from vigia.detection.detected import Detected
from vigia.detection.events.rows import as_table
from vigia.detection.finding import Finding
from vigia.detection.series import Series
from vigia.scanning.normal import Normal


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
    series = Series.of(readings, zone, params.fleet.country, site_log, verdicts, client)

    def normal(found: list[Finding], mode: str) -> Normal:
        return Normal(series, found, mode)

    found = detect_series(series, params.screen, params.detect, normal, modes, site_log, scores)
    told = [found.issues, as_table("issues", _little_history(series, params), zone)]
    return replace(found, issues=frames.concat("issues", told, zone).drop_duplicates(ignore_index=True))


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
