"""Alerts, what became of them, and what people said of clients and events."""

from sqlalchemy import JSON, Boolean, Column, Double, ForeignKey, Index, Integer, String, Table

from vigia.store.tables.base import METADATA, Number, UtcTime

ALERTS = Table(
    "alerts",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("version", Integer, nullable=False),  # grows with every change: the entity tag
    Column("client_id", String(255), nullable=False, index=True),  # of the leading event
    Column("clients", JSON, nullable=False),
    Column("events", JSON, nullable=False),  # ids of the events inside
    *(Column(name, String(32), nullable=False) for name in ("class", "kind", "stake", "severity")),
    Column("cause", String(32)),
    Column("channels", String(255), nullable=False),
    Column("start", UtcTime, nullable=False),
    Column("end", UtcTime),
    Column("first_alert_at", UtcTime),
    Column("score", Double, nullable=False),
    *(
        Column(name, Double)
        for name in (
            "expected_kwh",
            "actual_kwh",
            "energy_at_stake_kwh",
            "energy_low_kwh",
            "energy_high_kwh",
            "money_at_stake",
        )
    ),
    Column("currency", String(8)),
    Column("reason_es", String, nullable=False),
    Column("reason_en", String, nullable=False),
    Column("witnesses", String),
    Column("release", String(64)),  # that raised it; none = by hand
    Column("raised_at", UtcTime, nullable=False),  # when it was really raised
    Column("ended_at", UtcTime),  # when its end was seen
    Column("withdrawn_at", UtcTime),  # when its event was no longer found
    Column("merged_into", String(64)),  # the alert that its events are part of now
    Column("state", String(32), nullable=False, index=True),
    Column("state_at", UtcTime, nullable=False),
    Column("reason_code", String(32)),
    Column("assignee", String(255), index=True),
    Column("second_wanted", Boolean, nullable=False),  # a confirmation that another person has to approve
    Column("told_at", UtcTime),  # when it was last told in a digest
    Column("told_kwh", Double),  # what was at stake then
)
ALERT_HISTORY = Table(
    "alert_history",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("alert_id", String(64), ForeignKey(ALERTS.c.id), nullable=False, index=True),
    Column("at", UtcTime, nullable=False),
    Column("actor", String(255), nullable=False),
    Column("what", String(32), nullable=False),  # raised, ended, withdrawn, state, assignee, note, ...
    Column("before", String(255)),
    Column("after", String(255)),
    Column("reason_code", String(32)),
    Column("note", String),
    Column("evidence", String),
)
VERDICTS = Table(
    "verdicts",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("client_id", String(255), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("start", UtcTime, nullable=False),
    Column("verdict", String(32), nullable=False),
    Column("recorded_at", UtcTime, nullable=False),
    Column("note", String),
    Column("actor", String(255), nullable=False),
    Column("alert_id", String(64), ForeignKey(ALERTS.c.id), index=True),
    Column("withdraws", Number, ForeignKey("verdicts.id")),  # the row that this one takes back
    Index(None, "client_id", "id"),
)
SITE_LOG = Table(
    "site_log",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("client_id", String(255), nullable=False),
    Column("start", UtcTime, nullable=False),
    Column("end", UtcTime),
    Column("what", String, nullable=False),
    Column("recorded_at", UtcTime, nullable=False),
    Column("actor", String(255), nullable=False),
    Column("withdraws", Number, ForeignKey("site_log.id")),
    Index(None, "client_id", "id"),
)
MARKS = Table(
    "marks",
    METADATA,
    Column("name", String(64), primary_key=True),  # of what is done once
    Column("at", UtcTime, nullable=False),
    Column("value", String),
)
