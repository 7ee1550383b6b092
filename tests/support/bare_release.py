"""A release with three days of readings a client and a baseline, made in a moment, and its training."""

import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from tests.conftest import hourly_readings
from tests.support.zone import ZONE
from vigia import frames
from vigia.config import Params
from vigia.models.families.seasonal import Seasonal
from vigia.release import Stages, build
from vigia.release.layout import BY_CLIENT
from vigia.train import Candidate, ClientData, Trained
from vigia.train.candidates import FLEET_FOLDER, write_result

FLEET = "tiny"
EMPTY = ("thresholds", "quarantine", "event_channels", "site_log", "verdicts")
BLOCK_DAYS = 28
FIRST_DAY = pd.Timestamp("2024-01-01", tz=ZONE)
Spell = tuple[str, float, float | None]
"""Id of an event, its first and its last day, counted from `FIRST_DAY`; without a last day it goes on."""


def bare_training(folder: Path, clients: Sequence[str], key: str = "training") -> Trained:
    """What the stage `train` would leave in `folder`: a baseline and a failed family a client, no fleet model."""
    for client in clients:
        candidate = Candidate(client, "seasonal", "fitted", 0.1, 0.1, 84, 0.1, {"weeks": 4}, [{"wape": 0.1}])
        failed = Candidate(client, "xgboost", "failed", None, None, 0, 0.1, {}, [], "too few days")
        write_result(folder / frames.client_folder(client), f"{key} of {client}", [candidate, failed])
    write_result(folder / FLEET_FOLDER, key, [])
    return Trained.read(folder, clients, BLOCK_DAYS)


def bare_data(clients: Sequence[str]) -> list[ClientData]:
    """The readings of such a release, with nothing masked."""
    return [ClientData(client, hourly_readings(3, client), frames.empty("mask", ZONE)) for client in clients]


def bare_release(folder: Path, trained: Trained, spells: Sequence[Spell] = ()) -> str:
    """Write the folder, as the stage `release` does, and return its digest, which follows from clients and events."""
    clients = list(trained.candidates)
    work = folder.with_name("work")
    tables = {
        "clients": frames.check("clients", pd.DataFrame({"client_id": clients, "name": clients})),
        "chosen": _chosen(clients),
        "candidates": trained.table(BLOCK_DAYS),
        "events": event_table(spells, clients[0]),
        **{name: frames.empty(name, ZONE) for name in EMPTY},
    }
    for name, table in tables.items():
        frames.write(table, work / f"{name}.parquet")
    for client in clients:
        for name in (*BY_CLIENT, "issues"):
            part = hourly_readings(3, client) if name == "readings" else frames.empty(name, ZONE)
            frames.write_client(part, work / name, client)
        Seasonal().save(work / "models" / frames.client_folder(client))
        card = work / "cards" / f"{frames.client_folder(client)}.json"
        card.parent.mkdir(exist_ok=True)
        card.write_text(json.dumps({"family": "seasonal", "test": {}}))
    scores = {"client_id": clients, "model": "seasonal", "chosen": True, "wape_day": 0.1, "coverage_95_hour": 0.95}
    pd.DataFrame(scores).to_csv(work / "forecast_scores.csv", index=False)
    (work / "metrics.json").write_text(json.dumps({"clients": len(clients), "wape_day_mean": 0.1}))
    windows = {**scores, "window": "test", "days": "all"}
    pd.DataFrame(windows).to_csv(work / "forecast_windows.csv", index=False)
    stages = Stages(
        tables={name: work / f"{name}.parquet" for name in tables},
        by_client={name: work / name for name in BY_CLIENT},
        issues=[work / "issues"],
        models=work / "models",
        cards=work / "cards",
        reports=[work / name for name in ("forecast_scores.csv", "forecast_windows.csv", "metrics.json")],
    )
    return build(stages, Params.model_validate({"fleet": {"name": FLEET, "timezone": ZONE}}), folder)


def event_table(spells: Sequence[Spell], client: str) -> pd.DataFrame:
    """Table `events` of one client: past-only consumption events."""
    if not spells:
        return frames.empty("events", ZONE)
    rows = [
        {
            "event_id": event,
            "client_id": client,
            "class": "consumption",
            "kind": "level_down",
            "stake": "missing",
            "channels": "active",
            "start": FIRST_DAY + pd.Timedelta(days=start),
            "end": pd.NaT if end is None else FIRST_DAY + pd.Timedelta(days=end),
            "mode": "past_only",
            "severity": "medium",
            "score": 1.0,
            "reason_es": "",
            "reason_en": "",
        }
        for event, start, end in spells
    ]
    return frames.check("events", pd.DataFrame(rows, columns=frames.TABLES["events"].names))


def _chosen(clients: Sequence[str]) -> pd.DataFrame:
    rows = {"client_id": clients, "family": "seasonal", "reason_es": "", "reason_en": "", "validation_wape_day": 0.1}
    return frames.check("chosen", pd.DataFrame(rows))
