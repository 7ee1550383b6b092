"""What came in operation, as the experiment reads it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from tests.conftest import ZONE, hourly_readings
from vigia import frames
from vigia.cli.main import build
from vigia.config.sections.fleet import FleetParams
from vigia.config.sections.ingest import IngestParams
from vigia.errors import IngestError, SourceError
from vigia.ingest import ingest_folder
from vigia.ingest.arrived import ARRIVED
from vigia.operate.ground import merged
from vigia.operate.snapshot import write_snapshot
from vigia.records import SITE_LOG, VERDICTS
from vigia.store import Database, Readings, migrated, records
from vigia.store.batches import Sent

NAMES = {"active_energy_kwh": "Active_energy", "reactive_energy_kvarh": "Reactive_energy"}
NOW = datetime(2023, 6, 1, 12, tzinfo=UTC)
FLEET = FleetParams(name="demo", timezone=ZONE)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return migrated(Database(f"sqlite:///{tmp_path / 'var' / 'demo' / 'vigia.db'}"))


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Files of two clients."""
    folder = tmp_path / "data" / "raw"
    folder.mkdir(parents=True)
    for client in ("7", "8"):
        table = hourly_readings(20, client)
        times = table["timestamp"].dt.tz_localize(None).dt.strftime("%Y-%m-%d %H:%M:%S")
        written = table.rename(columns=NAMES)[[*NAMES.values()]].assign(Voltaje_FA=2400.0, Voltaje_FC=2399.0)
        written.insert(0, "Fecha", times)
        written.to_csv(folder / f"{client}.csv", index=False)
    return folder


def later(client: str, days: int, factor: float = 1.0) -> pd.DataFrame:
    """The last five days of the file again, and days after it."""
    rows = hourly_readings(20 + days, client)
    rows = rows[rows["timestamp"] >= rows["timestamp"].iloc[0] + pd.Timedelta(days=15)].reset_index(drop=True)
    return frames.check("readings", rows.assign(active_energy_kwh=rows["active_energy_kwh"] * factor))


def record(database: Database, readings: pd.DataFrame, now: datetime) -> None:
    Readings(database, ZONE).record(Sent(str(now), "post", "tester"), readings, now=now)


def snapshot(tmp_path: Path, raw: Path, database: Database, as_of: datetime = NOW) -> Path:
    folder = tmp_path / f"snapshot {as_of:%H%M}"
    folder.mkdir()
    write_snapshot(folder, raw, database, ZONE, as_of)
    return folder


def test_what_came_is_read_beside_the_files_as_operation_reads_it(
    tmp_path: Path, raw: Path, database: Database
) -> None:
    came = {"8": later("8", 6, 0.5), "9": later("9", 3)}
    came["8"].loc[3, "active_energy_kwh"] = np.nan
    for readings in came.values():
        record(database, readings, NOW - timedelta(hours=1))
    before = ingest_folder(raw, IngestParams(), FLEET).readings
    found = ingest_folder(snapshot(tmp_path, raw, database), IngestParams(), FLEET)
    files = {str(client): rows.reset_index(drop=True) for client, rows in before.groupby("client_id")}
    wanted = [files["7"], merged(files["8"], came["8"]), came["9"]]
    pd.testing.assert_frame_equal(found.readings, pd.concat(wanted, ignore_index=True))
    assert found.clients["client_id"].tolist() == ["7", "8", "9"]


def test_a_snapshot_of_a_time_is_the_same_whatever_came_since(tmp_path: Path, raw: Path, database: Database) -> None:
    record(database, later("8", 2), NOW - timedelta(hours=2))
    first = snapshot(tmp_path, raw, database, NOW - timedelta(hours=1))
    record(database, later("8", 6, 0.1), NOW - timedelta(minutes=30))
    with database.writing() as connection:
        records.add_entry(connection, "ana", NOW - timedelta(minutes=20), "8", NOW, None, "nueva línea")
    (tmp_path / "again").mkdir()
    write_snapshot(tmp_path / "again", raw, database, ZONE, NOW - timedelta(hours=1))
    assert {p.name: p.read_bytes() for p in first.iterdir()} == {
        p.name: p.read_bytes() for p in (tmp_path / "again").iterdir() if p.name != SITE_LOG
    }


def test_what_people_said_is_read_back_as_it_stands(tmp_path: Path, raw: Path, database: Database) -> None:
    (raw / SITE_LOG).write_text("client_id,from,to,what\n7,2023-01-05,,from the file\n")
    start = NOW - timedelta(days=140)
    with database.writing() as connection:
        old = ingest_folder(raw, IngestParams(), FLEET)
        records.take_over(connection, old.site_log, old.verdicts, NOW - timedelta(hours=3))
        records.add_verdict(
            connection, "ana", NOW - timedelta(hours=2), "8", "level_down", start, "confirmed", 'dijo "sí",\nayer'
        )
        gone = records.add_verdict(connection, "ana", NOW - timedelta(hours=2), "7", "spike", start, "dismissed")
        table = records.VERDICTS
        records.withdraw(connection, table, gone, "eva", NOW - timedelta(hours=1))
    found = ingest_folder(snapshot(tmp_path, raw, database), IngestParams(), FLEET)
    assert found.site_log["what"].tolist() == ["from the file"]
    (verdict,) = found.verdicts.to_dict("records")
    assert (verdict["client_id"], verdict["verdict"], verdict["start"]) == ("8", "confirmed", pd.Timestamp(start))
    assert verdict["note"] == 'dijo "sí",\nayer'


def test_without_meter_files_there_is_no_snapshot(tmp_path: Path, database: Database) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match="no meter files"):
        snapshot(tmp_path, tmp_path / "empty", database)


def test_a_file_of_that_name_that_is_none_of_ours_is_refused(raw: Path) -> None:
    (raw / ARRIVED).write_text("client_id,when\n7,yesterday\n")
    with pytest.raises(IngestError, match="not as `vigia fetch store` wrote it"):
        ingest_folder(raw, IngestParams(), FLEET)


def test_the_command_adds_what_came_to_the_files_that_are_there(
    tmp_path: Path, raw: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params.yaml").write_text(f"fleet: {{name: demo, timezone: {ZONE}}}\n")
    record(database, later("8", 2), NOW)
    app = build(["fetch"])
    run = CliRunner().invoke(app, ["fetch", "store"])
    assert run.exit_code == 0, run.output
    assert "new files" in run.output
    assert (raw / ARRIVED).is_file()
    assert not (raw / VERDICTS).exists()
    assert "nothing has changed" in CliRunner().invoke(app, ["fetch", "store"]).output
    early = CliRunner().invoke(app, ["fetch", "store", "--as-of", "2020-01-01"])
    assert early.exit_code == 0
    assert len(pd.read_csv(raw / ARRIVED)) == 0
