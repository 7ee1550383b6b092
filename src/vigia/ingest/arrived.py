"""Readings that came in operation, as `vigia fetch store` writes them beside the meter files.

They are hours already, in one form whatever the files look like. Of an hour that a file has too each value that is not
null counts instead of the file's, as it does in operation.
"""

from pathlib import Path

import pandas as pd

from vigia import frames
from vigia.errors import FrameError, IngestError
from vigia.frames import CHANNEL_COLUMNS

ARRIVED = "arrived.csv"
CHANNELS = list(CHANNEL_COLUMNS.values())
HEAD = ["client_id", "timestamp", *CHANNELS]


def write_arrived(path: Path, readings: pd.DataFrame) -> None:
    """Write table `readings`: times in UTC, values as they are."""
    times = readings["timestamp"].dt.tz_convert("UTC").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    readings.assign(timestamp=times)[HEAD].to_csv(path, index=False)


def read_arrived(path: Path, zone: str) -> dict[str, pd.DataFrame]:
    """What `write_arrived` wrote, by client, times in a zone; nothing where there is no such file.

    Raises:
        IngestError: it is not what was written.
    """
    if not path.is_file():
        return {}
    try:
        table = pd.read_csv(
            path,
            dtype={"client_id": str, **dict.fromkeys(CHANNELS, float)},
            keep_default_na=False,
            na_values={name: [""] for name in CHANNELS},
        )
        times = pd.to_datetime(table["timestamp"], utc=True, format="%Y-%m-%dT%H:%M:%SZ").dt.tz_convert(zone)
        checked = frames.check("readings", table.assign(timestamp=times))
    except (ValueError, KeyError, FrameError) as error:
        raise IngestError(f"{path.name} is not as `vigia fetch store` wrote it: {error}") from error
    return {str(client): rows.reset_index(drop=True) for client, rows in checked.groupby("client_id", sort=False)}


def with_arrived(readings: pd.DataFrame, arrived: pd.DataFrame | None) -> pd.DataFrame:
    """Hours of a client with what arrived of it."""
    if arrived is None:
        return readings
    old, new = (each.set_index("timestamp")[CHANNELS] for each in (readings, arrived))
    joined = new.combine_first(old).sort_index().reset_index()
    return frames.check("readings", joined.assign(client_id=readings["client_id"].iloc[0])[HEAD])
