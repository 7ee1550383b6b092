"""A published release of three demo clients with the seasonal baseline, made by the library itself in seconds."""

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from tests.support.zone import ZONE
from vigia import frames
from vigia.backtest.task import Task, run_task
from vigia.calibrate import calibrate_client
from vigia.config import Params
from vigia.config.sections.fetch import DemoParams, FetchParams
from vigia.config.sections.fleet import FleetParams
from vigia.detection.detect import detect_client
from vigia.detection.fleet import join_fleet
from vigia.detection.screen import screen_client
from vigia.evaluate.cards import model_card
from vigia.evaluate.forecasts import score_client
from vigia.publish.operation import flip
from vigia.release import Stages, build
from vigia.release.layout import BY_CLIENT, CURRENT
from vigia.simulation.demo import generate
from vigia.train import ClientData

CLIENTS = ("1", "7", "8")
PARAMETERS = {"seasonal": {"weeks": 4}}


@dataclass(frozen=True)
class TinyRelease:
    """Root of operation (`var`), fleet, and digest of a published release."""

    var: Path
    fleet: str
    digest: str

    @property
    def folder(self) -> Path:
        """The release's folder."""
        return self.var / self.fleet / "releases" / self.digest


def tiny_release(
    root: Path,
    clients: tuple[str, ...] = CLIENTS,
    fleet: str = "tiny",
    demo_params: DemoParams | None = None,
    site_log: pd.DataFrame | None = None,
    verdicts: pd.DataFrame | None = None,
    zone: str = ZONE,
) -> TinyRelease:
    """Build and publish (without a registry) a release of demo clients below `root`, as the stages would."""
    params = Params(fleet=FleetParams(name=fleet, timezone=zone), fetch=FetchParams(demo=demo_params or DemoParams()))
    demo = generate(params.fetch.demo, zone)
    table = demo.clients[demo.clients["client_id"].isin(clients)].reset_index(drop=True)
    work, country = root / "work", params.fleet.country
    parts, thresholds, scores, until = {}, [], [], {}
    for client in clients:
        readings = demo.readings[demo.readings["client_id"] == client].reset_index(drop=True)
        (found,) = table[table["client_id"] == client].to_dict("records")
        row = {str(name): value for name, value in found.items()}
        mask = screen_client(readings, row, params.screen, params.splits, country, site_log, verdicts).mask
        data = ClientData(client, readings, mask)
        run_task(Task(data, "seasonal", PARAMETERS, params, work))
        expected = frames.read_client(work / "expected", "expected", client)
        ahead = frames.read_client(work / "ahead", "forecasts", client)
        calibrated = calibrate_client(data, expected, ahead, params, False)
        parts[client] = detect_client(
            readings,
            row,
            expected,
            calibrated.bands,
            params.detect,
            params.screen,
            site_log,
            country=country,
            verdicts=verdicts,
        )
        forecasts = frames.read_client(work / "forecasts", "forecasts", client)
        scores.append(score_client(data, forecasts, calibrated.bands, "seasonal", params))
        _write_client(work, data, calibrated.bands, parts[client].scores)
        _write_card(work, data, row, scores[-1], params)
        thresholds.append(calibrated.thresholds)
        until[client] = readings["timestamp"].iloc[-1]
    events, channels = join_fleet(parts, table, until, zone, params.detect, verdicts)
    tables = {
        "clients": frames.check("clients", table),
        "thresholds": pd.concat(thresholds, ignore_index=True),
        "events": events,
        "event_channels": channels,
        "chosen": _chosen(clients),
        "candidates": frames.empty("candidates", zone),
        "quarantine": frames.empty("quarantine", zone),
        "site_log": frames.empty("site_log", zone) if site_log is None else site_log,
        "verdicts": frames.empty("verdicts", zone) if verdicts is None else verdicts,
    }
    return _publish(root, work, tables, pd.concat(scores, ignore_index=True), params)


def published(root: Path, fleet: str) -> TinyRelease:
    """The release that stands below `root` already."""
    return TinyRelease(root / "var", fleet, (root / "var" / fleet / "releases" / CURRENT).readlink().name)


def _write_client(work: Path, data: ClientData, bands: pd.DataFrame, scores: pd.DataFrame) -> None:
    tables = {"readings": data.readings, "mask": data.mask, "bands": bands, "scores": scores}
    for name, frame in tables.items():
        frames.write_client(frame, work / name, data.client_id)


def _write_card(work: Path, data: ClientData, row: dict[str, object], scores: pd.DataFrame, params: Params) -> None:
    candidates = pd.DataFrame(
        [{"family": "seasonal", "status": "fitted", "parameters": '{"weeks": 4}', "trials": 1, "message": None}]
    ).assign(validation_wape_day=0.1, default_wape_day=0.1)
    (found,) = _chosen((data.client_id,)).to_dict("records")
    chosen = {str(name): value for name, value in found.items()}
    card = model_card(data, row, candidates, chosen, scores, params)
    path = work / "cards" / f"{frames.client_folder(data.client_id)}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(card), encoding="utf-8")


def _chosen(clients: tuple[str, ...]) -> pd.DataFrame:
    rows = [
        {
            "client_id": client,
            "family": "seasonal",
            "reason_es": "Línea base estacional: la única familia de esta prueba.",
            "reason_en": "Seasonal baseline: the only family of this test.",
            "validation_wape_day": 0.1,
        }
        for client in clients
    ]
    return frames.check("chosen", pd.DataFrame(rows))


def _publish(
    root: Path, work: Path, tables: dict[str, pd.DataFrame], scores: pd.DataFrame, params: Params
) -> TinyRelease:
    for name, frame in tables.items():
        frames.write(frame, work / f"{name}.parquet")
    scores.to_csv(work / "forecast_scores.csv", index=False)
    stages = Stages(
        tables={name: work / f"{name}.parquet" for name in tables},
        by_client={name: work / name for name in BY_CLIENT},
        issues=[work / "issues"],
        models=work / "models",
        cards=work / "cards",
        reports=[work / "forecast_scores.csv"],
    )
    var, fleet = root / "var", params.fleet.name
    fresh = var / fleet / "releases" / "fresh"
    fresh.parent.mkdir(parents=True, exist_ok=True)
    digest = build(stages, params, fresh)
    fresh.rename(fresh.with_name(digest))
    flip(var / fleet, digest)
    return TinyRelease(var, fleet, digest)
