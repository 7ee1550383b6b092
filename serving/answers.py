"""How answers leave: the parts that every one carries, and JSON written straight from arrays."""

from typing import Any

import orjson
import pandas as pd
from fastapi import HTTPException, Response

from serving import alerts
from vigia.release import Release
from vigia.release.reader import ClientRelease

OPTIONS = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS


def send(body: dict[str, Any]) -> Response:
    """The body as JSON, NaN as null; arrays are written without a Python object for each number."""
    return Response(orjson.dumps(body, default=_text, option=OPTIONS), media_type="application/json")


def stamp(release: Release) -> dict[str, Any]:
    """Which release speaks, and up to when it knows."""
    return {"release": release.digest, "data_until": release.manifest["data_until"]}


def stamp_of(release: Release, client: ClientRelease) -> dict[str, Any]:
    """The same with the client's model and the problems of its data."""
    if "quality" not in client.cache:
        codes = release.issues.loc[release.issues["client_id"] == client.client_id, "code"]
        client.cache["quality"] = sorted(set(codes))
    return {**stamp(release), "model": model(client), "quality": client.cache["quality"]}


def model(client: ClientRelease) -> dict[str, Any]:
    """Which model speaks for a client."""
    version = client.version
    return {"family": client.model.family, "version": version.get("version"), "run_id": version.get("run_id")}


def known(release: Release, client_id: str) -> ClientRelease:
    """The client; 404 where there is none of that name."""
    if client_id not in release.clients:
        raise HTTPException(404, f"no client {client_id}")
    return release.clients[client_id]


def position(cursor: str | None) -> int:
    """Where a page begins; 422 for a cursor that is none of ours."""
    try:
        return alerts.decode_cursor(cursor)
    except ValueError as error:
        raise HTTPException(422, f"cursor: {error}") from error


def _text(value: object) -> str:
    if isinstance(value, pd.Timestamp):
        return str(value.isoformat())
    raise TypeError(f"{type(value).__name__} is no part of an answer")
