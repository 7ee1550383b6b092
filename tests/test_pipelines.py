"""Stage scripts read what DVC says that they depend on, so that a change runs again what it changes."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from pipelines import ingest, screen
from tests.support.plain_clients import changed, plain, write_files
from vigia import frames

ROOT = Path(__file__).parents[1]
OPEN_ENTRY = "client_id,from,to,what\n1,2024-04-10,,Equipo nuevo\n"


def _starts(stage_folder: Path) -> list[str]:
    events = frames.read(stage_folder / "events.parquet", "events")
    return [f"{when:%m-%d}" for when in events.loc[events["mode"] == "past_only", "start"]]


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with parameters and the raw files of a client that consumes more from 10 April on."""
    shutil.copy(ROOT / "params.yaml", tmp_path)
    (tmp_path / "data").mkdir()
    write_files(tmp_path / "data" / "raw", {"1.csv": changed(plain("1"), 100, 200, 2.0)})
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data"


def test_what_people_wrote_reaches_screen_through_the_tables_of_ingest_alone(fleet: Path) -> None:
    ingest.main()
    before = {path.name: path.read_bytes() for path in (fleet / "ingest").glob("*.parquet")}
    (fleet / "raw" / "site_log.csv").write_text(OPEN_ENTRY, encoding="utf-8")
    ingest.main()
    after = {path.name: path.read_bytes() for path in (fleet / "ingest").glob("*.parquet")}
    assert [name for name in after if after[name] != before.get(name)] == ["site_log.parquet"]
    shutil.rmtree(fleet / "raw")
    screen.main()
    assert _starts(fleet / "screen") == []
    frames.write(frames.empty("site_log", "America/Lima"), fleet / "ingest" / "site_log.parquet")
    screen.main()
    assert _starts(fleet / "screen") == ["04-10"]


def test_a_verdict_is_a_row_of_ingest_and_ends_what_it_accepts(fleet: Path) -> None:
    text = "client_id,kind,start,verdict,recorded_at\n1,level_up,2024-04-10,new_normal,2024-04-20 10:00\n"
    (fleet / "raw" / "verdicts.csv").write_text(text, encoding="utf-8")
    ingest.main()
    (row,) = frames.read(fleet / "ingest" / "verdicts.parquet", "verdicts").to_dict("records")
    assert (row["verdict"], row["recorded_at"]) == ("new_normal", pd.Timestamp("2024-04-20 10:00", tz="America/Lima"))
    screen.main()
    (event,) = frames.read(fleet / "screen" / "events.parquet", "events").to_dict("records")
    assert (event["mode"], event["end"]) == ("past_only", pd.Timestamp("2024-04-21", tz="America/Lima"))


def test_tables_of_the_fleet_are_read_once_whatever_the_number_of_clients(
    fleet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIA_COMPUTE_WORKERS", "1")
    write_files(fleet / "raw", {f"{client}.csv": plain(client) for client in "23"})
    ingest.main()
    asked: list[str] = []
    read = frames.read

    def noted(path: Path, name: str) -> pd.DataFrame:
        asked.append(name)
        return read(path, name)

    monkeypatch.setattr(frames, "read", noted)
    screen.main()
    assert sorted(asked) == ["clients", "site_log", "verdicts"]
    assert frames.clients_in(fleet / "screen" / "mask") == ["1", "2", "3"]
    (fleet / "ingest" / "readings" / "client_id=3" / "part.parquet").unlink()
    screen.main()
    assert frames.clients_in(fleet / "screen" / "mask") == ["1", "2"]
