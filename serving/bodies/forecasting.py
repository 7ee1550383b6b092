"""Forecasts and thresholds."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field

from serving.bodies.base import Answer, Model, Request
from serving.bodies.names import Level
from serving.bodies.posted import Readings
from serving.bodies.times import Time


def _whole(value: object) -> object:
    """JSON knows one kind of number: 24.0 is a whole one."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


class ForecastRequest(Request):
    """What will be consumed (`as_measured`) or should be (`normal`)."""

    client_id: str
    start: Time | None = None
    horizon_hours: Annotated[int, Field(ge=1, le=168), BeforeValidator(_whole)] = 24
    level: Level = 0.95
    basis: Literal["as_measured", "normal"] = "as_measured"
    readings: Readings | None = None


class ThresholdsRequest(Request):
    """Bands of a past or future time."""

    client_id: str
    start: Time
    end: Time
    level: Level = 0.95
    resolution: Literal["hour", "day"] = "hour"


class Point(BaseModel):
    """A forecast hour or day; one of the two values is set, by basis."""

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


class Thresholds(Answer):
    """Bands, how they were made, and what they held on the test slice."""

    client_id: str
    level: float
    resolution: str
    model: Model
    quality: list[str]
    calibration: str
    measured_coverage: float | None
    points: list[Point]
