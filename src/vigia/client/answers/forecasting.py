"""Forecasts, thresholds, and readings that were looked at."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from vigia.client import tables
from vigia.client.answers.base import Answer, Model, Part

if TYPE_CHECKING:
    from pandas import DataFrame


class Point(Part):
    """An hour or a day; `forecast_kwh` is set where the basis is `as_measured`, `expected_kwh` where it is `normal`."""

    timestamp: datetime
    forecast_kwh: float | None = None
    expected_kwh: float | None = None
    lower_kwh: float | None
    upper_kwh: float | None


class Forecast(Answer):
    """Hours from one midnight, and whole days with their own band."""

    client_id: str
    issued_at: datetime
    basis: str
    level: float
    model: Model
    quality: list[str]
    points: list[Point]
    days: list[Point]

    def frame(self, zone: str = "UTC") -> "DataFrame":
        """A row an hour: `timestamp`, the value by basis, `lower_kwh`, `upper_kwh`."""
        value = "expected_kwh" if self.basis == "normal" else "forecast_kwh"
        columns = ("timestamp", value, "lower_kwh", "upper_kwh")
        return tables.table([row.model_dump(include=set(columns)) for row in self.points], columns, zone)


class Thresholds(Answer):
    """Lower and upper limits; `measured_coverage` is what they held on the test slice, as a share."""

    client_id: str
    level: float
    resolution: str
    model: Model
    quality: list[str]
    calibration: str
    measured_coverage: float | None
    points: list[Point]

    def frame(self, zone: str = "UTC") -> "DataFrame":
        """A row an hour or a day: `timestamp`, `lower_kwh`, `upper_kwh`."""
        columns = ("timestamp", "lower_kwh", "upper_kwh")
        return tables.table([row.model_dump(include=set(columns)) for row in self.points], columns, zone)


class Detection(Answer):
    """Scored readings and their events.

    `engine` is `model`, or `model_free` for a client that the release does not have. A point has `timestamp`,
    `actual_kwh`, `expected_kwh`, `lower_kwh`, `upper_kwh`, `score`, `is_anomaly`; an event is as in the events table.
    """

    client_id: str
    engine: str
    model: Model | None
    quality: list[str]
    points: list[dict[str, Any]]
    events: list[dict[str, Any]]

    def frame(self, zone: str = "UTC") -> "DataFrame":
        """The points, a row a posted hour."""
        return tables.table(self.points, ("timestamp", "is_anomaly"), zone)

    def events_frame(self, zone: str = "UTC") -> "DataFrame":
        """The events, a row each."""
        return tables.table(self.events, ("client_id", "kind", "start", "end"), zone)
