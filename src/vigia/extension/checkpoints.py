"""Checkpoints of a client's stored history, so that what follows it costs no more than its own days."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from vigia.config.sections.screen import ScreenParams
from vigia.detection.checkpoints import Checkpoints
from vigia.detection.engine import find
from vigia.detection.series import Series

BACK_DAYS = (0, 7, 28, 91, 182)
"""Days before the end of the history at which there is a checkpoint: most corrections are of the last days."""


def checkpoints_of(
    readings: pd.DataFrame,
    client: Mapping[str, Any],
    screen: ScreenParams,
    country: str,
    site_log: pd.DataFrame | None = None,
    verdicts: pd.DataFrame | None = None,
) -> Checkpoints:
    """What the past-only engine believes near the end of a history; arguments are those of `extend`."""
    series = Series.of(readings, str(readings["timestamp"].dt.tz), country, site_log, verdicts, client)
    whole = series.hours // 24
    made = Checkpoints(frozenset(whole - back for back in BACK_DAYS if back < whole))
    find(replace(series, checkpoints=made), screen, "past_only")
    return made.closed()
