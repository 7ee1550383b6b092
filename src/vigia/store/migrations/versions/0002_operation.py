"""The day, alerts and what people say of them, messages, and who may do what."""

import sqlalchemy as sa
from alembic import op

from vigia.errors import StoreError

revision = "0002"
down_revision = "0001"

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "alerts",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("client_id", sa.String(255), nullable=False),
        sa.Column("clients", sa.JSON, nullable=False),
        sa.Column("events", sa.JSON, nullable=False),
        sa.Column("class", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("stake", sa.String(32), nullable=False),
        sa.Column("severity", sa.String(32), nullable=False),
        sa.Column("cause", sa.String(32)),
        sa.Column("channels", sa.String(255), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end", sa.DateTime(timezone=True)),
        sa.Column("first_alert_at", sa.DateTime(timezone=True)),
        sa.Column("score", sa.Double, nullable=False),
        sa.Column("expected_kwh", sa.Double),
        sa.Column("actual_kwh", sa.Double),
        sa.Column("energy_at_stake_kwh", sa.Double),
        sa.Column("energy_low_kwh", sa.Double),
        sa.Column("energy_high_kwh", sa.Double),
        sa.Column("money_at_stake", sa.Double),
        sa.Column("currency", sa.String(8)),
        sa.Column("reason_es", sa.String, nullable=False),
        sa.Column("reason_en", sa.String, nullable=False),
        sa.Column("witnesses", sa.String),
        sa.Column("release", sa.String(64)),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.Column("merged_into", sa.String(64)),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason_code", sa.String(32)),
        sa.Column("assignee", sa.String(255)),
        sa.Column("second_wanted", sa.Boolean, nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True)),
        sa.Column("told_kwh", sa.Double),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    op.create_index(op.f("ix_alerts_assignee"), "alerts", ["assignee"])
    op.create_index(op.f("ix_alerts_client_id"), "alerts", ["client_id"])
    op.create_index(op.f("ix_alerts_state"), "alerts", ["state"])
    op.create_table(
        "answers",
        sa.Column("key", sa.String(512), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_answers")),
    )
    op.create_index(op.f("ix_answers_at"), "answers", ["at"])
    op.create_table(
        "audit",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(255), nullable=False),
        sa.Column("person", sa.String(255)),
        sa.Column("key_prefix", sa.String(16)),
        sa.Column("method", sa.String(16), nullable=False),
        sa.Column("route", sa.String(255), nullable=False),
        sa.Column("object", sa.String(255)),
        sa.Column("outcome", sa.Integer, nullable=False),
        sa.Column("request_id", sa.String(64)),
        sa.Column("detail", sa.String),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_table(
        "checkpoints",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("client_id", sa.String(255), nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("states", sa.LargeBinary, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkpoints")),
    )
    op.create_index(op.f("ix_checkpoints_client_id_day"), "checkpoints", ["client_id", "day"], unique=True)
    op.create_table(
        "drift",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("client_id", sa.String(255), nullable=False),
        sa.Column("coverage", sa.Double),
        sa.Column("coverage_low", sa.Double),
        sa.Column("coverage_high", sa.Double),
        sa.Column("wape", sa.Double),
        sa.Column("release_wape", sa.Double),
        sa.Column("due", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drift")),
    )
    op.create_index(op.f("ix_drift_day_client_id"), "drift", ["day", "client_id"], unique=True)
    op.create_table(
        "keys",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("prefix", sa.String(16), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("acts_for_others", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(255), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keys")),
        sa.UniqueConstraint("digest", name=op.f("uq_keys_digest")),
        sa.UniqueConstraint("prefix", name=op.f("uq_keys_prefix")),
    )
    op.create_table(
        "marks",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.String),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_marks")),
    )
    op.create_table(
        "people",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("password", sa.String(255)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(255), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("name", name=op.f("uq_people_name")),
    )
    op.create_table(
        "retrainings",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("why", sa.String, nullable=False),
        sa.Column("actor", sa.String(255), nullable=False),
        sa.Column("release", sa.String(64)),
        sa.Column("decision", sa.String(32)),
        sa.Column("report", sa.JSON),
        sa.Column("error", sa.String),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retrainings")),
    )
    op.create_table(
        "runs",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("step", sa.String(32), nullable=False),
        sa.Column("counts", sa.JSON, nullable=False),
        sa.Column("release", sa.String(64)),
        sa.Column("error", sa.String),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
        sa.UniqueConstraint("day", name=op.f("uq_runs_day")),
    )
    op.create_table(
        "scored",
        sa.Column("client_id", sa.String(255), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("result", sa.LargeBinary, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_scored")),
    )
    op.create_table(
        "site_log",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("client_id", sa.String(255), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end", sa.DateTime(timezone=True)),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(255), nullable=False),
        sa.Column("withdraws", NUMBER),
        sa.ForeignKeyConstraint(["withdraws"], ["site_log.id"], name=op.f("fk_site_log_withdraws")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_log")),
    )
    op.create_index(op.f("ix_site_log_client_id_id"), "site_log", ["client_id", "id"])
    op.create_table(
        "subscriptions",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("address", sa.String(1024), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("sector", sa.String(255)),
        sa.Column("clients", sa.JSON),
        sa.Column("severity", sa.String(32)),
        sa.Column("empty", sa.Boolean, nullable=False),
        sa.Column("secret", sa.String(255)),
        sa.Column("owner", sa.String(255), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_by", sa.String(255)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
    )
    op.create_table(
        "alert_history",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("alert_id", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(255), nullable=False),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("before", sa.String(255)),
        sa.Column("after", sa.String(255)),
        sa.Column("reason_code", sa.String(32)),
        sa.Column("note", sa.String),
        sa.Column("evidence", sa.String),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_alert_history_alert_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_history")),
    )
    op.create_index(op.f("ix_alert_history_alert_id"), "alert_history", ["alert_id"])
    op.create_table(
        "outbox",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("subscription_id", NUMBER),
        sa.Column("day", sa.Date),
        sa.Column("address", sa.String(1024), nullable=False),
        sa.Column("message_id", sa.String(255), nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True)),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("failed_at", sa.DateTime(timezone=True)),
        sa.Column("answer", sa.String),
        sa.ForeignKeyConstraint(["subscription_id"], ["subscriptions.id"], name=op.f("fk_outbox_subscription_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index(op.f("ix_outbox_next_try_at"), "outbox", ["next_try_at"])
    op.create_index(op.f("ix_outbox_subscription_id"), "outbox", ["subscription_id"])
    op.create_table(
        "verdicts",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("client_id", sa.String(255), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(32), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String),
        sa.Column("actor", sa.String(255), nullable=False),
        sa.Column("alert_id", sa.String(64)),
        sa.Column("withdraws", NUMBER),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_verdicts_alert_id")),
        sa.ForeignKeyConstraint(["withdraws"], ["verdicts.id"], name=op.f("fk_verdicts_withdraws")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdicts")),
    )
    op.create_index(op.f("ix_verdicts_alert_id"), "verdicts", ["alert_id"])
    op.create_index(op.f("ix_verdicts_client_id_id"), "verdicts", ["client_id", "id"])


def downgrade() -> None:
    """Refused: what happened would be lost.

    Raises:
        StoreError: always; a backup of before is the way back.
    """
    raise StoreError("migrations go forwards alone; restore a backup of before")
