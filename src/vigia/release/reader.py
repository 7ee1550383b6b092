"""A release in memory, as the service needs it; needs neither TensorFlow nor MLflow."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd

from vigia import frames
from vigia.config import Params, load_params
from vigia.errors import ReleaseError
from vigia.models import DailyHistory, FittedForecaster
from vigia.models.doubt import cautious
from vigia.models.loading import Shared, load
from vigia.release.layout import MANIFEST, SCHEMA, file_digests, release_digest


@dataclass(frozen=True)
class ClientRelease:
    """One client's part: histories ready for a forecast, the model, tables and the card."""

    client_id: str
    readings: pd.DataFrame
    expected: pd.DataFrame
    bands: pd.DataFrame
    thresholds: pd.DataFrame
    measured: DailyHistory
    normal: DailyHistory
    model: FittedForecaster
    card: dict[str, Any]
    attributes: dict[str, Any]
    version: dict[str, str]


@dataclass(frozen=True)
class Release:
    """A whole release.

    Attributes:
        digest: its name.
        manifest: as written.
        params: the parameters it was made with.
        clients: by client, in table order.
        events: table `events`, known ids kept from earlier releases.
        event_channels: table `event_channels`, with the same ids.
        issues: table `issues`.
        mask: table `mask`.
    """

    digest: str
    manifest: dict[str, Any]
    params: Params
    clients: dict[str, ClientRelease]
    events: pd.DataFrame
    event_channels: pd.DataFrame
    issues: pd.DataFrame
    mask: pd.DataFrame

    @property
    def data_until(self) -> pd.Timestamp:
        """Time of the last reading of any client."""
        return pd.Timestamp(self.manifest["data_until"]).tz_convert(self.manifest["timezone"])

    @classmethod
    def load(cls, folder: Path) -> "Release":
        """Read and verify a release folder and, where it is there, the registry file beside it.

        Raises:
            ReleaseError: not a release, of another schema, or a file is missing or changed.
        """
        manifest = _manifest(folder)
        params = load_params(folder / "params.yaml")
        registry = _registry(folder)
        events = frames.read(folder / "events.parquet", "events")
        channels = frames.read(folder / "event_channels.parquet", "event_channels")
        kept = registry.get("event_ids", {})
        for frame in (events, channels):
            frame["event_id"] = frame["event_id"].replace(kept)
        table = frames.read(folder / "clients.parquet", "clients").to_dict("records")
        mask = frames.read(folder / "mask.parquet", "mask")
        thresholds = frames.read(folder / "thresholds.parquet", "thresholds")
        shared: Shared = {}
        clients = {
            str(row["client_id"]): _client(folder, row, mask, thresholds, params, registry.get("models", {}), shared)
            for row in table
        }
        issues = frames.read(folder / "issues.parquet", "issues")
        return cls(str(manifest["digest"]), manifest, params, clients, events, channels, issues, mask)


def _client(
    folder: Path,
    row: dict[Any, Any],
    mask: pd.DataFrame,
    thresholds: pd.DataFrame,
    params: Params,
    versions: dict[str, dict[str, str]],
    shared: Shared,
) -> ClientRelease:
    client = str(row["client_id"])
    readings = frames.read_client(folder / "readings", "readings", client)
    measured = DailyHistory.from_readings(readings, params.fleet.timezone, params.fleet.country)
    own = mask[(mask["client_id"] == client) & (mask["mode"] == "past_only")]
    card = folder / "cards" / f"{quote(client, safe='')}.json"
    return ClientRelease(
        client,
        readings,
        frames.read_client(folder / "expected", "expected", client),
        frames.read_client(folder / "bands", "bands", client),
        thresholds[thresholds["client_id"] == client].reset_index(drop=True),
        measured,
        cautious(measured.normal(own), measured.latest_origin),
        load(folder / "models" / quote(client, safe=""), shared),
        json.loads(card.read_text(encoding="utf-8")),
        {str(name): (None if pd.isna(value) else value) for name, value in row.items()},
        versions.get(client, {}),
    )


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    if not path.is_file():
        raise ReleaseError(f"no release in {folder}: {MANIFEST} is missing")
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ReleaseError(f"{path} is not valid JSON: {error}") from error
    if manifest.get("schema") != SCHEMA:
        raise ReleaseError(f"{path}: schema {manifest.get('schema')}, this version reads {SCHEMA}")
    found = file_digests(folder)
    wrong = sorted(name for name in {*found, *manifest["files"]} if found.get(name) != manifest["files"].get(name))
    if wrong:
        raise ReleaseError(f"{folder}: missing or changed: {wrong[:5]}")
    if release_digest(found) != manifest["digest"]:
        raise ReleaseError(f"{folder}: the digest of the manifest is wrong")
    return manifest


def _registry(folder: Path) -> dict[str, Any]:
    path = folder.with_name(f"{folder.name}.registry.json")
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return content
