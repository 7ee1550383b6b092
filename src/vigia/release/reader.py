"""A release in memory, as the service needs it; needs neither TensorFlow nor MLflow."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from vigia import frames
from vigia.config import Params, load_params
from vigia.models import DailyHistory, FittedForecaster
from vigia.models.loading import Shared, load
from vigia.models.suspect import without_suspect_days
from vigia.outlook.offsets import Offsets, latest_offsets
from vigia.release.layout import read_manifest, read_registry, verify


@dataclass(frozen=True)
class ClientRelease:
    """One client's part: histories ready for a forecast, the model, tables and the card.

    `mask` has its past-only rows alone, `thresholds` of those the latest of each basis and level, which speak of what
    comes. The large tables are packed: what is asked for again and again is kept by whoever asks, in a smaller form.
    """

    client_id: str
    readings: pd.DataFrame
    mask: pd.DataFrame
    packed: Mapping[str, frames.Packed]
    thresholds: pd.DataFrame
    measured: DailyHistory
    normal: DailyHistory
    model: FittedForecaster
    card: dict[str, Any]
    attributes: dict[str, Any]
    version: dict[str, str]

    @property
    def floor_kwh(self) -> float:
        """No band is below it: only a client that may feed energy back can have less than nothing."""
        return float("-inf") if self.attributes.get("export_allowed") else 0.0

    def history(self, basis: str) -> DailyHistory:
        """What a forecast of that basis reads: of what will be consumed (`as_measured`) or should be (`normal`)."""
        return self.normal if basis == "normal" else self.measured

    def offsets(self, basis: str, level: float) -> Offsets:
        """Its latest calibrated offsets."""
        return latest_offsets(self.thresholds, basis, level)

    @property
    def expected(self) -> pd.DataFrame:
        """Its rows of table `expected`, unpacked."""
        return self.packed["expected"].table()

    @property
    def bands(self) -> pd.DataFrame:
        """Its rows of table `bands`, unpacked."""
        return self.packed["bands"].table()


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
        site_log, verdicts: what people had written when it was made: tables of these names.
        kept_ids: of events that were known before, the id that they go by.
    """

    digest: str
    manifest: dict[str, Any]
    params: Params
    clients: dict[str, ClientRelease]
    events: pd.DataFrame
    event_channels: pd.DataFrame
    issues: pd.DataFrame
    site_log: pd.DataFrame
    verdicts: pd.DataFrame
    kept_ids: dict[str, str]

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
        reader = ReleaseReader.of(folder, verify(folder))
        return cls(
            str(reader.manifest["digest"]),
            reader.manifest,
            reader.params,
            {client: reader.client(client) for client in reader.clients},
            reader.table("events"),
            reader.table("event_channels"),
            reader.table("issues"),
            reader.table("site_log"),
            reader.table("verdicts"),
            reader.kept_ids,
        )

    def with_kept_ids(self, table: pd.DataFrame) -> pd.DataFrame:
        """A table of events with the ids that they go by."""
        return _known_as(table, self.kept_ids)


@dataclass(frozen=True)
class ReleaseReader:
    """Reads a release part by part, for whoever needs one client after the other.

    Attributes:
        folder: of the release.
        manifest: as written.
        params: the parameters it was made with.
        rows: of table `clients`, by client, in its order.
        kept_ids: of events that were known before, the id that they go by.
    """

    folder: Path
    manifest: dict[str, Any]
    params: Params
    rows: Mapping[str, dict[Any, Any]]
    kept_ids: dict[str, str]
    _versions: Mapping[str, dict[str, str]]
    _shared: Shared = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path, manifest: dict[str, Any] | None = None) -> "ReleaseReader":
        """Read what all clients share.

        Args:
            folder: of the release.
            manifest: of a folder that was verified; none = it was verified when it was published.

        Raises:
            ReleaseError: not a release, or of another schema.
        """
        manifest = read_manifest(folder) if manifest is None else manifest
        registry = read_registry(folder)
        table = frames.read(folder / "clients.parquet", "clients").to_dict("records")
        return cls(
            folder,
            manifest,
            load_params(folder / "params.yaml"),
            {str(row["client_id"]): row for row in table},
            registry.get("event_ids", {}),
            registry.get("models", {}),
        )

    @cached_property
    def thresholds(self) -> pd.DataFrame:
        """Of all clients those that speak of what comes after the last reading."""
        return frames.read_part(self.folder / "thresholds.parquet", "thresholds", _latest)

    @property
    def digest(self) -> str:
        """Name of the release."""
        return str(self.manifest["digest"])

    @property
    def clients(self) -> list[str]:
        """All clients, in table order."""
        return list(self.rows)

    def client(self, client_id: str) -> ClientRelease:
        """The part of one client."""
        return _client(
            self.folder, self.rows[client_id], self.thresholds, self.params, dict(self._versions), self._shared
        )

    def table(self, name: str) -> pd.DataFrame:
        """A table of all clients; events go by their kept ids."""
        table = frames.read(self.folder / f"{name}.parquet", name)
        return self.with_kept_ids(table) if "event_id" in table else table

    def with_kept_ids(self, table: pd.DataFrame) -> pd.DataFrame:
        """A table of events with the ids that they go by."""
        return _known_as(table, self.kept_ids)


def _known_as(table: pd.DataFrame, kept: Mapping[str, str]) -> pd.DataFrame:
    known = [kept.get(event, event) for event in table["event_id"]]
    return table.assign(event_id=pd.Series(known, index=table.index, dtype=table["event_id"].dtype))


def _latest(thresholds: pd.DataFrame) -> pd.DataFrame:
    """The past-only rows that speak of what comes after the last reading."""
    rows = thresholds[thresholds["mode"] == "past_only"]
    latest = rows.groupby(["client_id", "basis", "level"])["valid_from"].transform("max")
    return rows[rows["valid_from"] == latest].reset_index(drop=True)


def _client(
    folder: Path,
    row: dict[Any, Any],
    thresholds: pd.DataFrame,
    params: Params,
    versions: dict[str, dict[str, str]],
    shared: Shared,
) -> ClientRelease:
    client = str(row["client_id"])
    readings = frames.read_client(folder / "readings", "readings", client)
    measured = DailyHistory.from_readings(readings, params.fleet.timezone, params.fleet.country)
    mask = frames.read_client(folder / "mask", "mask", client)
    mask = mask[mask["mode"] == "past_only"].reset_index(drop=True)
    card = folder / "cards" / f"{frames.client_folder(client)}.json"
    return ClientRelease(
        client,
        readings,
        mask,
        {name: frames.Packed.read(frames.client_file(folder / name, client), name) for name in ("expected", "bands")},
        thresholds[thresholds["client_id"] == client].reset_index(drop=True),
        measured,
        without_suspect_days(measured.normal(mask), measured.latest_origin),
        load(folder / "models" / frames.client_folder(client), shared),
        json.loads(card.read_text(encoding="utf-8")),
        {str(name): (None if pd.isna(value) else value) for name, value in row.items()},
        versions.get(client, {}),
    )
