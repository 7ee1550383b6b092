"""What the hours of a client should have been, as rows of events and scores need it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from vigia.calendars.clock import DAY
from vigia.detection.bands import FALLBACK_LEVEL, daily_band
from vigia.detection.events.severity import Reference
from vigia.detection.series import Series, Values

SCORE_CLIP = 20.0


class Expectation(Protocol):
    """What a mode expects: of each event what it is compared with, and of each hour."""

    def references(self, events: pd.DataFrame, channels: pd.DataFrame) -> Mapping[str, Reference]:
        """The reference of each event of table `events`, with its rows of `event_channels`."""
        ...

    def hours(self) -> Reference:
        """The expectation of each hour, which its own value did not make."""
        ...


@dataclass(frozen=True)
class ByModel:
    """A model's expectation of each hour, which every event is compared with."""

    reference: Reference

    @classmethod
    def of(cls, series: Series, expected: Values, bands: pd.DataFrame, mode: str) -> "ByModel":
        """From what is expected of each hour of the series (as `expected_hours` has it), and its table `bands`."""
        lower, upper = daily_band(series, bands, mode, FALLBACK_LEVEL)
        day = np.arange(series.hours) // 24
        return cls(Reference(expected, lower[day] / 24, upper[day] / 24))

    def references(self, events: pd.DataFrame, channels: pd.DataFrame) -> Mapping[str, Reference]:  # noqa: ARG002 # as the protocol has it
        """See `Expectation`."""
        return dict.fromkeys(events["event_id"], self.reference)

    def hours(self) -> Reference:
        """See `Expectation`."""
        return self.reference


def with_expected(channels: pd.DataFrame, series: Series, references: Mapping[str, Reference]) -> pd.DataFrame:
    """Mean expected value an hour: the reference's for active energy, that of the hours before the event elsewhere."""
    means = []
    for row in channels.to_dict("records"):
        start = series.hour_of(row["start"])
        before = series.values[row["channel"]][max(0, start - 24 * 28) : start]
        if row["channel"] == "active":
            stop = series.hour_of(row["end"]) if pd.notna(row["end"]) else series.hours
            before = references[row["event_id"]].expected[start:stop]
        known = before[np.isfinite(before)]
        means.append(float(known.mean()) if len(known) else np.nan)
    return channels.assign(expected=np.array(means, dtype=float))


def hourly_scores(series: Series, reference: Reference, mode: str) -> pd.DataFrame:
    """Distance of each hour from its expectation, in half widths of the hour's share of the daily band."""
    actual = series.values.get("active", np.full(series.hours, np.nan))
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.abs(actual - reference.expected) / np.maximum((reference.upper - reference.lower) / 2, 1e-9)
    hours = series.clock.hours(-(-series.hours // DAY))
    place = hours.row * DAY + hours.place
    read = place < series.hours
    return pd.DataFrame(
        {
            "client_id": series.client_id,
            "timestamp": hours.times[read],
            "channel": "active",
            "mode": mode,
            "score": np.minimum(score, SCORE_CLIP)[place[read]],
        }
    )


def expected_hours(series: Series, expected: pd.DataFrame, mode: str) -> Values:
    """(hours,) kWh expected by table `expected` in a mode; NaN where it says nothing."""
    mine = expected[expected["mode"] == mode]
    return series.clock.mean(mine["timestamp"], mine["expected_kwh"].to_numpy(), series.hours)
