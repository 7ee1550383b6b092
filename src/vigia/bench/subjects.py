"""A client whose readings faults are put into: where its history is clean, and what may be put there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from vigia.detection.series import Series
from vigia.simulation.faults import Fault

Flags = npt.NDArray[np.bool_]
Hours = npt.NDArray[np.int64]

HOUR = pd.Timedelta(hours=1)
BEFORE_HOURS = 28 * 24
"""Clean hours that must stand before an onset; no case begins in the first 28 days either."""
VOLTAGES = ("voltage_fa", "voltage_fc")
NEEDS = {"outage": VOLTAGES, "phase_imbalance": VOLTAGES}
"""Channels without which a change is another one: an outage without voltages cannot be told from a lost meter."""


@dataclass(frozen=True)
class Subject:
    """One client with its clean hours.

    Attributes:
        readings: its rows of table `readings`.
        client: its row of table `clients`.
        series: the same readings by hour, from the first midnight.
        masked: (hours,) inside the two-sided mask of any channel, or without readings for long.
        troubled: (hours,) inside a two-sided supply event.
    """

    readings: pd.DataFrame
    client: Mapping[str, Any]
    series: Series
    masked: Flags
    troubled: Flags

    @classmethod
    def of(
        cls,
        readings: pd.DataFrame,
        client: Mapping[str, Any],
        mask: pd.DataFrame,
        events: pd.DataFrame,
        zone: str,
    ) -> "Subject":
        """Take a client's tables as they are after `screen`.

        Args:
            readings: its rows of table `readings`.
            client: its row of table `clients`.
            mask: its rows of table `mask`, of which the two-sided ones count.
            events: its rows of table `events` of `screen`, of which the two-sided supply and data events count.
            zone: the fleet's time zone.
        """
        series = Series.of(readings, zone)
        seen = events[events["mode"] == "two_sided"]
        masked = flags(series, mask[mask["mode"] == "two_sided"]) | flags(series, seen[seen["class"] == "data"])
        return cls(readings, client, series, masked, flags(series, seen[seen["class"] == "supply"]))

    @property
    def client_id(self) -> str:
        """Of the client."""
        return self.series.client_id

    @property
    def origin(self) -> pd.Timestamp:
        """The first midnight, from which hours count."""
        return self.series.at(0)

    def fits(self, fault: Fault) -> bool:
        """Whether the client has the channels without which the fault would be another one."""
        there = set(self.series.values)
        needed = NEEDS.get(fault.fault_id)
        return there >= set(needed) if needed else bool(there & set(fault.channels[:1]))

    def blocked(self, fault: Fault) -> Flags:
        """(hours,) where the fault must not be put; supply events count where it changes a voltage."""
        return self.masked | self.troubled if set(fault.channels) & set(VOLTAGES) else self.masked

    def starts(self, fault: Fault, length: int, after: int = 0) -> Hours:
        """Hours at which `length` hours may be changed with the 28 days before and `after` hours behind them clean."""
        span = BEFORE_HOURS + length + after
        if self.series.hours < span:
            return np.empty(0, dtype=np.int64)
        counted = np.concatenate([[0], np.cumsum(self.blocked(fault))])
        first = np.flatnonzero(counted[span:] == counted[:-span]) + BEFORE_HOURS
        known = np.isfinite(self.series.values[fault.channels[0]])
        return first[known[first]].astype(np.int64)


def hours_since(origin: pd.Timestamp, times: pd.Series) -> npt.NDArray[np.float64]:
    """(n,) hours from `origin`; NaN for an open end."""
    return np.asarray((times - origin) / HOUR, dtype=np.float64)


def flags(series: Series, rows: pd.DataFrame) -> Flags:
    """(hours,) inside any interval `[start, end)` of `rows`; an open one goes to the end."""
    inside = np.zeros(series.hours, dtype=bool)
    starts = series.clock.places(rows["start"])
    for start, end in zip(starts, rows["end"], strict=True):
        inside[max(int(start), 0) : series.hour_of(end) if pd.notna(end) else series.hours] = True
    return inside


def widened(inside: Flags, hours: int) -> Flags:
    """Flags with `hours` more on each side of each stretch.

    >>> widened(np.array([False, False, True, False, False]), 1).tolist()
    [False, True, True, True, False]
    """
    counted = np.concatenate([[0], np.cumsum(inside)])
    place = np.arange(len(inside))
    return np.asarray(
        counted[np.minimum(place + hours + 1, len(inside))] > counted[np.maximum(place - hours, 0)], dtype=bool
    )


def distinct(subjects: list[Subject]) -> list[Subject]:
    """Without those whose active energy another one before them has too: a duplicated feed counts once."""
    seen: set[bytes] = set()
    kept = []
    for subject in subjects:
        content = subject.series.values.get("active", np.empty(0)).tobytes()
        if content not in seen:
            kept.append(subject)
        seen.add(content)
    return kept
