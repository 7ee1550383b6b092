"""Tables as files: what is read of one without its rows."""

from pathlib import Path

import pandas as pd
import pytest

from vigia import frames
from vigia.errors import FrameError


def test_the_last_time_of_a_file_is_that_of_its_last_row(readings: pd.DataFrame, tmp_path: Path) -> None:
    frames.write(readings, tmp_path / "part.parquet")
    last = frames.last_time(tmp_path / "part.parquet")
    assert last.isoformat() == readings["timestamp"].iloc[-1].isoformat()
    with pytest.raises(FrameError, match="no file"):
        frames.last_time(tmp_path / "other.parquet")


def test_a_packed_table_is_unpacked_as_it_was_and_outlives_its_file(readings: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "readings.parquet"
    table = frames.check("readings", readings)
    frames.write(table, path)
    packed = frames.Packed.read(path, "readings")
    path.unlink()
    pd.testing.assert_frame_equal(packed.table(), table)
    with pytest.raises(FrameError, match="no file"):
        frames.Packed.read(path, "readings")


def test_a_part_of_a_large_table_is_what_is_kept_of_the_whole(
    readings: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vigia.frames.files.PART_ROWS", 2)
    path, table = tmp_path / "readings.parquet", frames.check("readings", readings)
    frames.write(table, path)
    sizes = []

    def last(rows: pd.DataFrame) -> pd.DataFrame:
        sizes.append(len(rows))
        return rows[rows["timestamp"] == rows["timestamp"].max()]

    found = frames.read_part(path, "readings", last)
    pd.testing.assert_frame_equal(found.reset_index(drop=True), last(table).reset_index(drop=True))
    assert max(sizes[:-1]) <= 3
