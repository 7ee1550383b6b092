"""The day: its runs, where the past-only engine goes on, how models do of late, and retrainings."""

from sqlalchemy import JSON, Boolean, Column, Date, Double, Index, Integer, LargeBinary, String, Table

from vigia.store.tables.base import METADATA, Number, UtcTime

RUNS = Table(
    "runs",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("day", Date, nullable=False, unique=True),  # local day of the fleet: once a day
    Column("attempts", Integer, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime),
    Column("step", String(32), nullable=False),  # the last one that was done; empty = none
    Column("counts", JSON, nullable=False),
    Column("release", String(64)),
    Column("error", String),
)
CHECKPOINTS = Table(
    "checkpoints",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("client_id", String(255), nullable=False),
    Column("day", Integer, nullable=False),  # of the client's history; states are those of the midnight that begins it
    Column("digest", String(64), nullable=False),  # of the code and the release that made it
    Column("states", LargeBinary, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Index(None, "client_id", "day", unique=True),
)
SCORED = Table(
    "scored",
    METADATA,
    Column("client_id", String(255), primary_key=True),
    Column("digest", String(64), nullable=False),  # of all that it was made of; another one = to be scored again
    Column("result", LargeBinary, nullable=False),
    Column("made_at", UtcTime, nullable=False),
)
DRIFT = Table(
    "drift",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("day", Date, nullable=False),
    Column("client_id", String(255), nullable=False),
    *(Column(name, Double) for name in ("coverage", "coverage_low", "coverage_high", "wape", "release_wape")),
    Column("due", Boolean, nullable=False),  # whether it asks for retraining
    Index(None, "day", "client_id", unique=True),
)
RETRAININGS = Table(
    "retrainings",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("started_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime),
    Column("why", String, nullable=False),
    Column("actor", String(255), nullable=False),
    Column("release", String(64)),
    Column("decision", String(32)),  # as in the list of decisions
    Column("report", JSON),
    Column("error", String),
)
