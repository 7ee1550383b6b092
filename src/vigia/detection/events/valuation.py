"""What the hours of a client should have been, as rows of events and scores need it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

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
        start = int((row["start"].tz_convert(series.zone).tz_localize(None) - series.first) // pd.Timedelta(hours=1))
        before = series.values[row["channel"]][max(0, start - 24 * 28) : start]
        if row["channel"] == "active":
            hours = int((row["end"] - row["start"]) / pd.Timedelta(hours=1)) if pd.notna(row["end"]) else series.hours
            before = references[row["event_id"]].expected[start : start + hours]
        known = before[np.isfinite(before)]
        means.append(float(known.mean()) if len(known) else np.nan)
    return channels.assign(expected=np.array(means, dtype=float))


def hourly_scores(series: Series, reference: Reference, mode: str) -> pd.DataFrame:
    """Distance of each hour from its expectation, in half widths of the hour's share of the daily band."""
    actual = series.values.get("active", np.full(series.hours, np.nan))
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.abs(actual - reference.expected) / np.maximum((reference.upper - reference.lower) / 2, 1e-9)
    stamps = pd.date_range(series.first, periods=series.hours, freq="h", unit="us")
    ambiguous = np.ones(len(stamps), dtype=bool)
    frame = pd.DataFrame(
        {
            "client_id": series.client_id,
            "timestamp": stamps.tz_localize(series.zone, ambiguous=ambiguous, nonexistent="shift_forward"),
            "channel": "active",
            "mode": mode,
            "score": np.minimum(score, SCORE_CLIP),
        }
    )
    return frame.drop_duplicates("timestamp")


def expected_hours(series: Series, expected: pd.DataFrame, mode: str) -> Values:
    """(hours,) kWh expected by table `expected` in a mode; NaN where it says nothing."""
    values = np.full(series.hours, np.nan)
    mine = expected[expected["mode"] == mode]
    local = mine["timestamp"].dt.tz_convert(series.zone).dt.tz_localize(None)
    position = ((local - series.first) // pd.Timedelta(hours=1)).to_numpy()
    inside = (position >= 0) & (position < series.hours)
    values[position[inside]] = mine["expected_kwh"].to_numpy()[inside]
    return values
