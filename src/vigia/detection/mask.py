"""Hours that forecasters must not learn from, as rows of the table `mask`."""

from typing import Any

import numpy as np
import pandas as pd

from vigia.detection.events.rows import as_table
from vigia.detection.finding import Finding
from vigia.detection.series import Series
from vigia.detection.sizes import catch_up_hours
from vigia.vocabulary import class_of


def mask_table(series: Series, found: list[Finding], mode: str) -> pd.DataFrame:
    """Hours that forecasters must not learn from: of each finding of a consumption kind, and of late energy.

    Past-only a row reaches to the hour at which the recovery was known, so that it says what was believed then.
    """
    rows: list[dict[str, Any]] = []
    for part in found:
        if class_of(part.kind) != "consumption":
            continue
        stop = min(part.recovery, series.hours) if mode == "past_only" else part.stop
        known = part.alert if mode == "past_only" else part.start
        rows.append(
            {
                "client_id": series.client_id,
                "channel": part.channel,
                "start": series.at(part.start),
                "end": series.at(max(stop, part.start + 1)),
                "known_at": series.at(known),
                "mode": mode,
            }
        )
    for channel, carries in catch_up_hours(series.values).items():
        for hour in np.flatnonzero(carries).tolist():
            span = {"start": series.at(hour), "end": series.at(hour + 1)}
            known = hour + 1 if mode == "past_only" else hour
            rows.append(
                {"client_id": series.client_id, "channel": channel, **span, "known_at": series.at(known), "mode": mode}
            )
    return as_table("mask", rows, series.zone)
