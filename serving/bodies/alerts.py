"""Alerts, and what people do with them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from serving.bodies.base import Answer, Request
from serving.bodies.events import Event
from serving.bodies.names import Class, Kind, ReasonCode, Severity, Stake, State
from serving.bodies.times import Time

MOST_AT_ONCE = 200
Text = Annotated[str, Field(max_length=4_000)]
Name = Annotated[str, Field(max_length=255)]


class Spark(BaseModel):
    """The last days of the client, for a small picture: registered and expected, kWh a day."""

    days: list[datetime]
    actual_kwh: list[float | None]
    expected_kwh: list[float | None]


class AlertLine(BaseModel):
    """An alert as it stands; energies and reasons as in the events table, of the leading event.

    `version` is its entity tag. `members`: all clients that it concerns, `events`: ids of the events inside. `growing`:
    a tenth more is at stake than when it was told in a digest. `overdue`: in review for too long. `ended_at`: when its
    end was seen. `withdrawn_at`: after a correction its event is no longer found. `merged_into`: the alert that its
    events are part of now. `by_hand`: recorded by a person. `second_wanted`: another person has to approve.
    """

    alert_id: str
    version: int
    state: State
    state_at: datetime
    reason_code: str | None
    assignee: str | None
    second_wanted: bool
    by_hand: bool
    growing: bool
    overdue: bool
    client_id: str
    client_name: str
    sector: str | None
    members: list[str]
    events: list[str]
    class_: Class = Field(alias="class")
    kind: Kind
    cause: str | None
    stake: Stake
    severity: Severity
    channels: str
    start: datetime
    end: datetime | None
    first_alert_at: datetime | None
    raised_at: datetime
    ended_at: datetime | None
    withdrawn_at: datetime | None
    merged_into: str | None
    score: float
    expected_kwh: float | None
    actual_kwh: float | None
    energy_at_stake_kwh: float | None
    energy_low_kwh: float | None
    energy_high_kwh: float | None
    energy_a_day_kwh: float | None
    money_at_stake: float | None
    money_low: float | None
    money_high: float | None
    stake_sign: int
    currency: str | None
    reason_es: str
    reason_en: str
    witnesses: str | None
    spark: Spark | None = None


class AlertAnswer(Answer):
    """One alert, as it is after what was done."""

    alert: AlertLine


class AlertList(Answer):
    """A page of alerts; counts by state and severity are of all that the filter lets through but for the state."""

    items: list[AlertLine]
    total: int
    by_state: dict[str, int]
    by_severity: dict[str, int]
    next_cursor: str | None = None


class HistoryLine(BaseModel):
    """What was done to an alert, by whom; `what`: raised, state, assignee, note, ended, withdrawn, and so on."""

    id: int
    at: datetime
    actor: str
    what: str
    before: str | None
    after: str | None
    reason_code: str | None
    note: str | None
    evidence: str | None


class History(Answer):
    """All that was done to an alert, in order; it is only added to."""

    items: list[HistoryLine]


class Verdict(BaseModel):
    """What somebody said of an event of the client, and which alert it came from."""

    verdict_id: int
    kind: Kind
    start: datetime
    verdict: str
    recorded_at: datetime
    actor: str
    note: str | None
    alert_id: str | None


class AlertDetail(Answer):
    """An alert with what speaks for and against it."""

    alert: AlertLine
    incident: list[Event]
    channels: list[dict[str, Any]]
    peers: list[dict[str, Any]]
    witnesses: list[str]
    earlier_alerts: list[AlertLine]
    verdicts: list[Verdict]
    site_log: list["SiteLogLine"]
    history: list[HistoryLine]


class AlertChange(Request):
    """What is to become of an alert; what is absent stays. `assignee` empty: nobody's."""

    state: State | None = None
    reason_code: ReasonCode | None = None
    note: Text | None = None
    evidence: Annotated[str, Field(max_length=1_000)] | None = None
    assignee: Name | None = None


class SecondOpinion(Request):
    """What the second person says of a confirmation."""

    approve: bool
    note: Text | None = None


class Tagged(Request):
    """An alert at a version."""

    alert_id: Annotated[str, Field(max_length=64)]
    version: int


class BulkChange(Request):
    """One change of many alerts, each at the version that was seen."""

    alerts: Annotated[list[Tagged], Field(min_length=1, max_length=MOST_AT_ONCE)]
    change: AlertChange


class BulkResult(BaseModel):
    """What became of one of them: `status` is that of a PATCH of it alone."""

    alert_id: str
    status: int
    version: int | None
    detail: str | None


class BulkAnswer(Answer):
    """What became of each."""

    results: list[BulkResult]


class MissedAnomaly(Request):
    """An anomaly that was not detected; recorded by hand."""

    client_id: str
    kind: Kind
    stake: Stake = "missing"
    start: Time
    end: Time | None = None
    note: Annotated[str, Field(min_length=1, max_length=4_000)]


class AcceptNormal(Request):
    """What an alert is about is the new normal, says `note`."""

    alert_id: Annotated[str, Field(max_length=64)]
    note: Annotated[str, Field(min_length=1, max_length=4_000)]


class SiteLogEntry(Request):
    """What was announced of a client; without `end` it holds from then on."""

    start: Time
    end: Time | None = None
    what: Annotated[str, Field(min_length=1, max_length=4_000)]


class SiteLogLine(BaseModel):
    """An entry of the site log."""

    entry_id: int
    client_id: str
    start: datetime
    end: datetime | None
    what: str
    recorded_at: datetime
    actor: str


class SiteLog(Answer):
    """What stands of a client, oldest first."""

    items: list[SiteLogLine]


class SiteLogAnswer(Answer):
    """One entry, as it was recorded."""

    entry: SiteLogLine


AlertOrder = Literal["severity", "start", "energy", "raised"]
