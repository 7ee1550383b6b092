"""What scoring a client yields, as bytes that the store keeps until something new is known of the client."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from vigia import frames
from vigia.store.modelling import Drift

DAY = "timedelta64[D]"


@dataclass(frozen=True)
class Result:
    """What a client's readings up to now say past-only.

    Attributes:
        client_id: of the client.
        events: rows of table `events`, by their kept ids.
        digests: `day, digest, telling` of each whole day, which tell a duplicated feed.
        until: its last reading.
        drift: how its model does of late.
    """

    client_id: str
    events: pd.DataFrame
    digests: pd.DataFrame
    until: pd.Timestamp
    drift: Drift

    def packed(self) -> bytes:
        """As bytes."""
        days = self.digests["day"].dt.tz_localize(None).to_numpy().astype("datetime64[D]").astype(np.int64)
        head = {
            "client_id": self.client_id,
            "until": self.until.isoformat(),
            "events": [{k: _plain(v) for k, v in row.items()} for row in self.events.to_dict("records")],
            "days": len(days),
            "drift": asdict(self.drift),
        }
        arrays = (days, self.digests["digest"].to_numpy(np.uint64), self.digests["telling"].to_numpy(np.uint8))
        return json.dumps(head).encode() + b"\n" + b"".join(each.tobytes() for each in arrays)


@dataclass(frozen=True)
class Joined:
    """Results of all clients; day digests as `duplicated_feeds` takes them, and the last reading of each."""

    events: pd.DataFrame
    digests: pd.DataFrame
    until: dict[str, pd.Timestamp]
    drift: list[Drift]


def joined(contents: Iterable[bytes], zone: str) -> Joined:
    """What `Result.packed` wrote, of all clients together; times in a zone."""
    rows: list[dict[str, Any]] = []
    until: dict[str, pd.Timestamp] = {}
    drift: list[Drift] = []
    parts: list[tuple[str, npt.NDArray[np.int64], npt.NDArray[np.uint64], npt.NDArray[np.uint8]]] = []
    for content in contents:
        line, _, arrays = content.partition(b"\n")
        head = json.loads(line)
        client, size = str(head["client_id"]), int(head["days"])
        rows += head["events"]
        drift.append(Drift(**head["drift"]))
        until[client] = pd.Timestamp(head["until"]).tz_convert(zone)
        days, digests = np.frombuffer(arrays, np.int64, size), np.frombuffer(arrays, np.uint64, size, 8 * size)
        parts.append((client, days, digests, np.frombuffer(arrays, np.uint8, size, 16 * size)))
    return Joined(_events(rows, zone), _digests(parts), until, drift)


def _events(rows: list[dict[str, Any]], zone: str) -> pd.DataFrame:
    if not rows:
        return frames.empty("events", zone)
    table = pd.DataFrame(rows)
    for column in frames.TABLES["events"].columns:
        if column.kind == "time":
            table[column.name] = pd.to_datetime(table[column.name], utc=True, format="ISO8601").dt.tz_convert(zone)
    return frames.check("events", table)


def _digests(parts: list[tuple[str, Any, Any, Any]]) -> pd.DataFrame:
    if not parts:
        return pd.DataFrame(columns=["client_id", "day", "digest", "telling"])
    days, digests, telling = (np.concatenate([part[at] for part in parts]) for at in (1, 2, 3))
    return pd.DataFrame(
        {
            "client_id": np.repeat([part[0] for part in parts], [len(part[1]) for part in parts]),
            "day": days.astype("datetime64[D]").astype("datetime64[s]"),
            "digest": digests,
            "telling": telling.astype(bool),
        }
    )


def _plain(value: Any) -> Any:
    if pd.isna(value):
        return None
    return value.isoformat() if isinstance(value, pd.Timestamp) else value
