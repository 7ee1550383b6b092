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
