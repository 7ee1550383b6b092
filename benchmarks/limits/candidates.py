"""What each candidate set of limits says of one client: pure functions that can run in any process."""

from dataclasses import dataclass
from itertools import product
from typing import Any

import pandas as pd

from vigia.config.sections.screen import ScreenParams
from vigia.detection.engine import find
from vigia.detection.events.rows import event_tables
from vigia.detection.series import Series
from vigia.evaluate import annotation as reference

MODE = "past_only"
GRID = {
    "single_day": (1.8, 1.95, 2.2),
    "any_day": (1.3, 1.5, 2.0),
    "voltage_day": (1.1, 1.15, 1.2),
    "noise": (3.5, 4.0, 5.0),
}
"""Ratio of a day's level, how much further any 24 hours must be, ratio of a voltage's day, standard deviations."""


@dataclass(frozen=True)
class Client:
    """A client and what is true of it."""

    series: Series
    span: tuple[pd.Timestamp, pd.Timestamp]
    truth: reference.Annotation


def rows_of(client: Client, screen: ScreenParams) -> list[dict[str, Any]]:
    """A row a candidate: days by channel, false alarms, months."""
    series, spans, zone = client.series, {client.series.client_id: client.span}, client.series.zone
    months = (client.span[1] - client.span[0]) / pd.Timedelta(days=reference.DAYS_PER_MONTH)
    rows = []
    for values in product(*GRID.values()):
        candidate = dict(zip(GRID, values, strict=True))
        asked = with_limits(screen, candidate)
        found = find(series, asked, MODE)
        frame, channels = event_tables(series, found, MODE, asked)
        row: dict[str, Any] = {"client_id": series.client_id, **candidate, "months": months}
        scores = reference.day_scores(client.truth, frame, channels, spans)
        for score in scores[scores["mode"] == MODE].to_dict("records"):
            row |= {f"{what}_{score['channel']}": score[f"{what}_days"] for what in ("true", "false", "missed")}
        alarms = reference.false_alarms(client.truth, frame, spans, zone)
        row["alarms"] = int(alarms.loc[alarms["mode"] == MODE, "false_alarms"].sum())
        rows.append(row)
    return rows


def with_limits(screen: ScreenParams, candidate: dict[str, float]) -> ScreenParams:
    """The parameters with the limits of a candidate of `GRID`."""
    levels = screen.levels
    windows = tuple((days, candidate["single_day"] if days == 1 else r) for days, r in levels.past_only_windows)
    voltage = tuple((days, candidate["voltage_day"] if days == 1 else r) for days, r in levels.voltage_windows)
    limits = {
        "past_only_windows": windows,
        "voltage_windows": voltage,
        "hours_margin": candidate["any_day"],
        "noise_factor": candidate["noise"],
    }
    return screen.model_copy(update={"levels": levels.model_copy(update=limits)})
