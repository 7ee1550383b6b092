"""A release of a few clients in seconds: one family with given parameters for all of them, nothing tuned or chosen."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from vigia import frames
from vigia.backtest.task import Task, run_task
from vigia.calibrate import calibrate_client
from vigia.config import Params
from vigia.detection.detect import detect_client
from vigia.detection.detected import Detected
from vigia.detection.fleet import join_fleet
from vigia.detection.screen import screen_client
from vigia.errors import FrameError
from vigia.evaluate.cards import model_card
from vigia.evaluate.forecasts import score_client, score_windows, scored_windows
from vigia.models import families
from vigia.models.families.record import Family
from vigia.release.build import Stages, build
from vigia.release.layout import BY_CLIENT
from vigia.train import ClientData

REPORTS = ("forecast_scores", "forecast_windows")


@dataclass(frozen=True)
class Whole:
    """What is the same for all clients.

    Attributes:
        params: all parameters.
        family, parameters: of the model.
        site_log, verdicts: what people wrote.
        work: a folder for what the stages would leave.
    """

    params: Params
    family: Family
    parameters: Mapping[str, Any]
    site_log: pd.DataFrame
    verdicts: pd.DataFrame
    work: Path


@dataclass(frozen=True)
class Part:
    """What the stages make of one client, beside what they write; `reports` by name."""

    detected: Detected
    thresholds: pd.DataFrame
    reports: Mapping[str, pd.DataFrame]


def small_release(
    folder: str | Path,
    readings: pd.DataFrame,
    clients: pd.DataFrame,
    params: Params | None = None,
    family: str = families.BASELINE.name,
    parameters: Mapping[str, Any] | None = None,
    site_log: pd.DataFrame | None = None,
    verdicts: pd.DataFrame | None = None,
) -> str:
    """Write a release folder, which is replaced where it is there; returns its digest.

    The work is that of the stages (`screen`, `backtest`, `calibrate`, `detect`, `evaluate`) but for tuning, choice and
    pictures, so the release can be served, compared and explored as any other one.

    Args:
        folder: of the release.
        readings: table `readings`.
        clients: table `clients`; those of them that have readings are in the release.
        params: all parameters; the defaults, if absent.
        family: of forecasters, the same for all clients: one that is fitted to a client.
        parameters: of the family; its defaults, if absent.
        site_log, verdicts: tables of these names: what people wrote.

    Raises:
        FrameError: a table breaks its contract, or no client has readings.
        ModelError: there is no such family.
    """
    params = params or Params()
    zone, record = params.fleet.timezone, families.named(family)
    readings, clients = frames.check("readings", readings), frames.check("clients", clients)
    clients = clients[clients["client_id"].isin(readings["client_id"])].reset_index(drop=True)
    if clients.empty:
        raise FrameError("clients: none of them has readings")
    with tempfile.TemporaryDirectory(prefix="vigia-release-") as scratch:
        whole = Whole(
            params,
            record,
            record.defaults if parameters is None else parameters,
            frames.empty("site_log", zone) if site_log is None else frames.check("site_log", site_log),
            frames.empty("verdicts", zone) if verdicts is None else frames.check("verdicts", verdicts),
            Path(scratch),
        )
        parts, until = {}, {}
        for found in clients.to_dict("records"):
            row = {str(name): value for name, value in found.items()}
            client = str(row["client_id"])
            mine = readings[readings["client_id"] == client].sort_values("timestamp", ignore_index=True)
            parts[client], until[client] = _part(mine, row, whole), mine["timestamp"].iloc[-1]
        detected = {client: part.detected for client, part in parts.items()}
        events, channels = join_fleet(detected, clients, until, zone, params.detect, whole.verdicts)
        tables = {
            "clients": clients,
            "chosen": pd.concat([_chosen(client, whole) for client in parts], ignore_index=True),
            "candidates": pd.concat([_candidates(client, whole) for client in parts], ignore_index=True),
            "thresholds": pd.concat([part.thresholds for part in parts.values()], ignore_index=True),
            "events": events,
            "event_channels": channels,
            "quarantine": frames.empty("quarantine", zone),
            "site_log": whole.site_log,
            "verdicts": whole.verdicts,
        }
        for name, table in tables.items():
            frames.write(table, whole.work / f"{name}.parquet")
        for name in REPORTS:
            report = pd.concat([part.reports[name] for part in parts.values()], ignore_index=True)
            report.to_csv(whole.work / f"{name}.csv", index=False)
        return build(_stages(whole.work, list(tables)), params, Path(folder))


def _part(readings: pd.DataFrame, client: dict[str, Any], whole: Whole) -> Part:
    params, work, name = whole.params, whole.work, str(client["client_id"])
    country, family = params.fleet.country, whole.family.name
    mask = screen_client(readings, client, params.screen, params.splits, country, whole.site_log, whole.verdicts).mask
    data = ClientData(name, readings, mask)
    run_task(Task(data, family, {family: dict(whole.parameters)}, params, work))
    expected = frames.read_client(work / "expected", "expected", name)
    calibrated = calibrate_client(data, expected, frames.read_client(work / "ahead", "forecasts", name), params, False)
    detected = detect_client(
        readings,
        client,
        expected,
        calibrated.bands,
        params.detect,
        params.screen,
        whole.site_log,
        country=country,
        verdicts=whole.verdicts,
    )
    forecasts = frames.read_client(work / "forecasts", "forecasts", name)
    scores = score_client(data, forecasts, calibrated.bands, family, params)
    tables = {"readings": readings, "mask": mask, "bands": calibrated.bands, "scores": detected.scores}
    for table, rows in tables.items():
        frames.write_client(rows, work / table, name)
    _write_card(data, client, scores, whole)
    windows = score_windows(name, scored_windows(data, params), forecasts, family)
    return Part(detected, calibrated.thresholds, dict(zip(REPORTS, (scores, windows), strict=True)))


def _write_card(data: ClientData, client: dict[str, Any], scores: pd.DataFrame, whole: Whole) -> None:
    (chosen,) = _chosen(data.client_id, whole).to_dict("records")
    candidates = _candidates(data.client_id, whole)
    reasons = {str(name): value for name, value in chosen.items()}
    card = model_card(data, client, candidates, reasons, scores, whole.params)
    path = whole.work / "cards" / f"{frames.client_folder(data.client_id)}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _chosen(client: str, whole: Whole) -> pd.DataFrame:
    short = whole.family.short
    row = {
        "client_id": client,
        "family": whole.family.name,
        "reason_es": f"{short.es.capitalize()}: la única familia que se pidió.",
        "reason_en": f"{short.en.capitalize()}: the only family that was asked for.",
        "validation_wape_day": float("nan"),
    }
    return frames.check("chosen", pd.DataFrame([row]))


def _candidates(client: str, whole: Whole) -> pd.DataFrame:
    row = {
        "client_id": client,
        "family": whole.family.name,
        "status": "fitted",
        "validation_wape_day": float("nan"),
        "default_wape_day": float("nan"),
        "validation_wape_by_block": "{}",
        "validation_days": 0,
        "trials": 0,
        "parameters": json.dumps(dict(whole.parameters)),
        "message": None,
        "tuned_by": "defaults",
        "believed_gain": 0.0,
    }
    return frames.check("candidates", pd.DataFrame([row]))


def _stages(work: Path, tables: list[str]) -> Stages:
    return Stages(
        tables={name: work / f"{name}.parquet" for name in tables},
        by_client={name: work / name for name in BY_CLIENT},
        issues=[work / "issues"],
        models=work / "models",
        cards=work / "cards",
        reports=[work / f"{name}.csv" for name in REPORTS],
    )
