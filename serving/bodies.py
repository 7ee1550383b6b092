"""What clients send and get. Times are ISO 8601 with offset, `start` inclusive, `end` exclusive; units in the names."""

from datetime import datetime
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class Request(BaseModel):
    """Base of what clients send: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class Reading(Request):
    """One hour; the time is its start."""

    timestamp: AwareDatetime
    active_energy_kwh: float | None = Field(allow_inf_nan=False)
    reactive_energy_kvarh: float | None = Field(None, allow_inf_nan=False)
    voltage_fa_v: float | None = Field(None, allow_inf_nan=False)
    voltage_fc_v: float | None = Field(None, allow_inf_nan=False)


class ForecastRequest(Request):
    """What will be consumed (`as_measured`) or should be (`normal`)."""

    client_id: str
    start: AwareDatetime | None = None
    horizon_hours: int = Field(24, ge=1, le=168)
    level: Literal[0.9, 0.95, 0.99] = 0.95
    basis: Literal["as_measured", "normal"] = "as_measured"
    readings: list[Reading] | None = Field(None, max_length=20_000)


class ThresholdsRequest(Request):
    """Bands of a past or future time."""

    client_id: str
    start: AwareDatetime
    end: AwareDatetime
    level: Literal[0.9, 0.95, 0.99] = 0.95
    resolution: Literal["hour", "day"] = "hour"


class DetectRequest(Request):
    """Readings to be scored; the stored history before them is the context."""

    client_id: str
    readings: list[Reading] = Field(min_length=1, max_length=20_000)
    false_alarms_per_month: float | None = Field(None, gt=0)


class Model(BaseModel):
    """Which model spoke."""

    family: str
    version: str | None = None
    run_id: str | None = None


class Answer(BaseModel):
    """Base of every answer."""

    release: str
    data_until: datetime


class Health(Answer):
    """Liveness of the content."""

    status: Literal["ok"]
    fleet: str
    clients: int
    last_daily_run: datetime | None = None


class ClientRow(BaseModel):
    """A line of the list of clients; `alert` = a critical event, or three or more open or new ones in 30 days."""

    client_id: str
    name: str
    sector: str | None
    family: str
    wape_day: float | None
    mape_day: float | None
    coverage_95: float | None
    last_reading: datetime
    open_events: int
    recent_events: int
    alert: bool
    energy_at_stake_kwh: float | None
    money_at_stake: float | None


class ClientList(Answer):
    """A page of clients."""

    items: list[ClientRow]
    next_cursor: str | None = None


class ClientDetail(Answer):
    """One client with the problems of its data and its model card."""

    client: ClientRow
    first_reading: datetime
    issues: list[dict[str, Any]]
    card: dict[str, Any]


class Card(Answer):
    """The model card of a client."""

    model: Model
    card: dict[str, Any]


class Series(Answer):
    """Columns of equal length."""

    client_id: str
    resolution: Literal["hour", "day"]
    mode: str
    reduced: bool
    timestamp: list[datetime]
    actual_kwh: list[float | None]
    expected_kwh: list[float | None]
    lower_kwh: list[float | None]
    upper_kwh: list[float | None]
    is_anomaly: list[bool]
    reactive_energy_kvarh: list[float | None]
    voltage_fa_v: list[float | None]
    voltage_fc_v: list[float | None]
    model: Model
    quality: list[str]


class Box(BaseModel):
    """Five figures of a month's daily totals, kWh."""

    month: str
    lowest: float
    lower_quartile: float
    median: float
    upper_quartile: float
    highest: float


class Profile(Answer):
    """Shape of the consumption of a time."""

    client_id: str
    mean_by_weekday_and_hour_kwh: list[list[float | None]]
    months: list[Box]
    peak_band_start_hour: int | None
    peak_band_share: float | None
    total_kwh: float
    anomalous_hours: int


class Summary(Answer):
    """Totals of a time by client and sector."""

    clients: list[dict[str, Any]]
    sectors: list[dict[str, Any]]


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


class Event(BaseModel):
    """An event as in the events table; `members` are the lines that share its cause."""

    model_config = ConfigDict(extra="allow")

    event_id: str
    client_id: str
    client_name: str
    sector: str | None
    state: str
    start: datetime
    end: datetime | None
    first_alert_at: datetime | None
    severity: str
    kind: str
    stake: str
    members: list[str] = []


class EventList(Answer):
    """A page of events, one line a group."""

    items: list[Event]
    total: int
    by_severity: dict[str, int]
    by_stake: dict[str, int]
    next_cursor: str | None = None


class EventDetail(Answer):
    """An event with what speaks for and against it."""

    event: Event
    channels: list[dict[str, Any]]
    peers: list[dict[str, Any]]
    earlier_events: list[Event]
    witnesses: list[str]


class Detection(Answer):
    """Scored readings and their events; `engine` says whether a model took part."""

    client_id: str
    engine: Literal["model", "model_free"]
    model: Model | None
    quality: list[str]
    points: list[dict[str, Any]]
    events: list[dict[str, Any]]
