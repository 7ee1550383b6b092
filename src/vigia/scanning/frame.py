"""Events of a frame of readings: one call, no files."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from vigia import frames
from vigia.compute import THIS_PROCESS, Executor
from vigia.config.params import Params
from vigia.detection.detected import Detected
from vigia.detection.fleet import join_fleet
from vigia.errors import ConfigError, FrameError
from vigia.scanning.client import scan_client
from vigia.scanning.given import readings_of


@dataclass(frozen=True)
class Scanned:
    """Tables `events`, `event_channels`, `issues` and `scores` of all clients."""

    events: pd.DataFrame
    event_channels: pd.DataFrame
    issues: pd.DataFrame
    scores: pd.DataFrame


def scan(
    readings: pd.DataFrame | pd.Series,
    clients: pd.DataFrame | None = None,
    params: Params | None = None,
    site_log: pd.DataFrame | None = None,
    modes: tuple[str, ...] = frames.MODES,
    scores: bool = True,
    compute: Executor = THIS_PROCESS,
    verdicts: pd.DataFrame | None = None,
    zone: str | None = None,
) -> Scanned:
    """Events of all clients of a frame: no training, no model, no server.

    Args:
        readings: columns `timestamp` and `active_energy_kwh`, and where there are `client_id`, `reactive_energy_kvarh`,
            `voltage_fa_v`, `voltage_fc_v`, in any order. Times may be the index instead, and a series is active energy;
            without `client_id` all rows are of the client "1". Times are whole hours: shorter intervals are summed by
            `vigia.ingest`, or by the caller.
        clients: table `clients`: names, and who may export; without it nobody may.
        params: those of `params.yaml`; the defaults, if absent.
        site_log: table `site_log`: what clients announced.
        modes: `past_only` (as if live), `two_sided` (the whole history), or both.
        scores: whether hourly scores are wanted; else their table is empty.
        compute: where clients are scanned; other processes than this one need an importable main module.
        verdicts: table `verdicts`: what people said of events.
        zone: local zone. Times without an offset are read as its local times, others are converted.

    Raises:
        FrameError: a table breaks its contract, there is no reading, or times have neither an offset nor a zone.
        ConfigError: a mode or a zone that there is not.

    >>> usual = pd.Series(50.0, pd.date_range("2024-01-01", periods=24 * 90, freq="h"))
    >>> usual += 10 * (usual.index.hour > 7)
    >>> usual["2024-03-18":"2024-03-20"] = 0.0
    >>> scan(usual, zone="America/Lima", modes=("past_only",)).events[["client_id", "kind", "energy_at_stake_kwh"]]
      client_id      kind  energy_at_stake_kwh
    0         1  zero_run               4080.0
    """
    check_modes(modes)
    params = params or Params()
    readings = readings_of(readings, zone)
    _only_hours(readings)
    zone = str(readings["timestamp"].dt.tz)
    ids = sorted(readings["client_id"].unique(), key=frames.client_order)
    attributes = _attributes(clients, ids)
    log = None if site_log is None else frames.check("site_log", site_log)
    verdicts = None if verdicts is None else frames.check("verdicts", verdicts)
    ordered = readings.sort_values(["client_id", "timestamp"], kind="stable")
    tasks = [(part.reset_index(drop=True), attributes[str(client)]) for client, part in ordered.groupby("client_id")]
    work = partial(_scan_one, params=params, site_log=log, modes=modes, scores=scores, verdicts=verdicts)
    done = {str(task[1]["client_id"]): result for task, result in compute.run(work, tasks)}
    parts = {client: done[client] for client in ids}
    until = {str(task[1]["client_id"]): task[0]["timestamp"].iloc[-1] for task in tasks}
    names = {client: str(row["name"]) for client, row in attributes.items()}
    events, channels = join(parts, names, until, params, zone, modes, verdicts)
    return Scanned(
        events,
        channels,
        frames.concat("issues", (part.issues for part in parts.values()), zone),
        frames.concat("scores", (part.scores for part in parts.values()), zone),
    )


def join(
    parts: Mapping[str, Detected],
    names: Mapping[str, str],
    data_until: Mapping[str, pd.Timestamp],
    params: Params,
    zone: str,
    modes: tuple[str, ...],
    verdicts: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables `events` and `event_channels` of all clients in these modes, with what only several together show."""
    clients = pd.DataFrame({"client_id": list(names), "name": list(names.values())})
    events, channels = join_fleet(parts, clients, dict(data_until), zone, params.detect, verdicts)
    events = events[events["mode"].isin(modes)].reset_index(drop=True)
    return events, channels[channels["event_id"].isin(events["event_id"])].reset_index(drop=True)


def check_modes(modes: Iterable[str]) -> None:
    """Refuse modes that there are not."""
    strange = sorted(set(modes) - set(frames.MODES))
    if strange or not list(modes):
        raise ConfigError(f"modes: {strange or 'none'} given; there are {list(frames.MODES)}")


def _only_hours(readings: pd.DataFrame) -> None:
    """Refuse what would be read as hours and is none: an hour would keep one of its intervals."""
    between = readings["timestamp"] != readings["timestamp"].dt.floor("min")
    between |= readings["timestamp"].dt.minute != 0
    if between.any():
        row = readings[between].iloc[0]
        raise FrameError(
            f"readings: {int(between.sum())} times are no whole hours, as {row['timestamp'].isoformat()} of client "
            f"{row['client_id']}; sum shorter intervals to hours, or give a folder to `vigia scan`"
        )


def _scan_one(task: tuple[pd.DataFrame, Mapping[str, Any]], **options: Any) -> Detected:
    return scan_client(*task, **options)


def _attributes(clients: pd.DataFrame | None, ids: list[str]) -> dict[str, dict[Any, Any]]:
    known: dict[str, dict[Any, Any]] = {}
    if clients is not None:
        known = {str(row["client_id"]): row for row in frames.check("clients", clients).to_dict("records")}
    return {client: known.get(client, {"client_id": client, "name": client}) for client in ids}
