"""Alerts, and what people do with them."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import Field

from vigia.client import tables
from vigia.client.answers.base import Answer, ByCursor, Part
from vigia.client.answers.events import Event

if TYPE_CHECKING:
    from pandas import DataFrame


class Spark(Part):
    """The last days of the client: registered and expected, kWh a day."""

    days: list[datetime]
    actual_kwh: list[float | None]
    expected_kwh: list[float | None]


class AlertLine(Part):
    """An alert as it stands; `version` is what a change has to name.

    `members`: all clients that it concerns, `events`: ids of the events inside. `overdue`: in review for too long.
    `growing`: a tenth more is at stake than when it was told. `second_wanted`: another person has to approve.
    `stake_sign`: 1 = not billed by the distributor, -1 = may have been billed too much.
    """

    alert_id: str
    version: int
    state: str
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
    class_: str = Field(alias="class")
    kind: str
    cause: str | None
    stake: str
    severity: str
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


class AlertList(ByCursor):
    """A page of alerts; counts are of all that the filter lets through, `by_state` of all states."""

    items: list[AlertLine]
    total: int
    by_state: dict[str, int]
    by_severity: dict[str, int]

    @property
    def rows(self) -> list[AlertLine]:
        """The alerts of the page."""
        return self.items

    def frame(self, zone: str = "UTC") -> "DataFrame":
        """The page as a table; `frame_of(iter_alerts())` has all of them."""
        return tables.table([row.model_dump(by_alias=True) for row in self.items], tables.names(AlertLine), zone)


class HistoryLine(Part):
    """What was done to an alert, by whom."""

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
    """All that was done to an alert, in order."""

    items: list[HistoryLine]


class Verdict(Part):
    """What somebody said of an event of the client, and which alert it came from."""

    verdict_id: int
    kind: str
    start: datetime
    verdict: str
    recorded_at: datetime
    actor: str
    note: str | None
    alert_id: str | None


class SiteLogLine(Part):
    """What was announced of a client; without `end` it holds from then on."""

    entry_id: int
    client_id: str
    start: datetime
    end: datetime | None
    what: str
    recorded_at: datetime
    actor: str


class AlertDetail(Answer):
    """An alert with what speaks for and against it."""

    alert: AlertLine
    incident: list[Event]
    channels: list[dict[str, Any]]
    peers: list[dict[str, Any]]
    witnesses: list[str]
    earlier_alerts: list[AlertLine]
    verdicts: list[Verdict]
    site_log: list[SiteLogLine]
    history: list[HistoryLine]


class BulkResult(Part):
    """What became of one of many; `status` is that of a change of it alone."""

    alert_id: str
    status: int
    version: int | None
    detail: str | None


class BulkAnswer(Answer):
    """What became of each."""

    results: list[BulkResult]


class SiteLog(Answer):
    """What stands of a client, oldest first."""

    items: list[SiteLogLine]


class SiteLogAnswer(Answer):
    """One entry, as it was recorded."""

    entry: SiteLogLine
