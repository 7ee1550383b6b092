"""How answers leave: the parts that every one carries, and JSON written straight from arrays."""

from typing import Any

import numpy as np
import orjson
import pandas as pd
from fastapi import Response

from serving.release.served import Served, ServedClient

OPTIONS = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS


def send(body: dict[str, Any]) -> Response:
    """The body as JSON, NaN as null; arrays are written without a Python object for each number."""
    return Response(orjson.dumps(body, default=_text, option=OPTIONS), media_type="application/json")


def stamp(served: Served) -> dict[str, Any]:
    """Which release speaks, and up to when it knows."""
    return {"release": served.release.digest, "data_until": served.release.manifest["data_until"]}


def stamp_of(served: Served, client: ServedClient) -> dict[str, Any]:
    """The same with the client's model and the problems of its data."""
    return {**stamp(served), "model": model(client), "quality": client.quality}


def model(client: ServedClient) -> dict[str, Any]:
    """Which model speaks for a client."""
    version = client.stored.version
    return {
        "family": client.stored.model.family,
        "version": version.get("version"),
        "run_id": version.get("run_id"),
    }


def rounded(values: Any) -> list[float | None]:
    """Numbers as JSON takes them: six significant decimals, null where unknown.

    >>> rounded([1.23456789, float("nan")])
    [1.234568, None]
    """
    numbers: list[float | None] = np.round(np.asarray(values, dtype=float), 6).tolist()
    return [number if number == number else None for number in numbers]


def plain(row: dict[Any, Any]) -> dict[str, Any]:
    """A row of a table as JSON takes it: times with offset, null for unknown.

    >>> plain({"start": pd.Timestamp("2024-03-05 07:00", tz="America/Lima"), "end": pd.NaT})
    {'start': '2024-03-05T07:00:00-05:00', 'end': None}
    """
    return {
        str(name): None if pd.isna(value) else (value.isoformat() if isinstance(value, pd.Timestamp) else value)
        for name, value in row.items()
    }


def iso_texts(times: pd.DatetimeIndex) -> list[str]:
    """Local times as ISO 8601 with their offset, a hundred times as fast as one by one.

    >>> iso_texts(pd.DatetimeIndex(["2024-03-05 07:00"], tz="America/Lima"))
    ['2024-03-05T07:00:00-05:00']
    """
    wall = times.tz_localize(None).as_unit("s")
    minutes = ((wall.asi8 - times.as_unit("s").asi8) // 60).astype(int)
    signs = {int(m): f"{'-' if m < 0 else '+'}{abs(m) // 60:02d}:{abs(m) % 60:02d}" for m in np.unique(minutes)}
    texts = np.datetime_as_string(wall.to_numpy(), unit="s").tolist()
    return [text + signs[offset] for text, offset in zip(texts, minutes.tolist(), strict=True)]


def _text(value: object) -> str:
    if isinstance(value, pd.Timestamp):
        return str(value.isoformat())
    raise TypeError(f"{type(value).__name__} is no part of an answer")
