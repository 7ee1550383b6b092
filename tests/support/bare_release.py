"""A release folder with nothing but what `publish` looks at, and the training that it was made from; no reading."""

import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from vigia import frames
from vigia.models.families.seasonal import Seasonal
from vigia.release.layout import release_digest
from vigia.train import Candidate, Trained
from vigia.train.candidates import FLEET_FOLDER, write_result

ZONE = "America/Lima"
BLOCK_DAYS = 28
FIRST_DAY = pd.Timestamp("2024-01-01", tz=ZONE)
Spell = tuple[str, float, float | None]
"""Id of an event, its first and its last day, counted from `FIRST_DAY`; without a last day it goes on."""


def bare_training(folder: Path, clients: Sequence[str], key: str = "training") -> Trained:
    """What the stage `train` would leave in `folder`: a baseline and a failed family a client, no fleet model."""
    for client in clients:
        candidate = Candidate(client, "seasonal", "fitted", 0.1, 0.1, 84, 0.1, {"weeks": 4}, [{"wape": 0.1}])
        failed = Candidate(client, "xgboost", "failed", None, None, 0, 0.1, {}, [], "too few days")
        write_result(folder / client, f"{key} of {client}", [candidate, failed])
    write_result(folder / FLEET_FOLDER, key, [])
    return Trained.read(folder, clients, BLOCK_DAYS)


def bare_release(folder: Path, trained: Trained, spells: Sequence[Spell] = ()) -> str:
    """Write the folder and return its digest, which follows from clients and events."""
    clients = list(trained.candidates)
    tables = {
        "clients": frames.check("clients", pd.DataFrame({"client_id": clients, "name": clients})),
        "chosen": _chosen(clients),
        "candidates": trained.table(BLOCK_DAYS),
        "events": _events(spells, clients[0]),
    }
    for name, table in tables.items():
        frames.write(table, folder / f"{name}.parquet")
    for client in clients:
        Seasonal().save(folder / "models" / client)
    (folder / "reports").mkdir()
    scores = {"client_id": clients, "model": "seasonal", "chosen": True, "wape_day": 0.1, "coverage_95_hour": 0.95}
    pd.DataFrame(scores).to_csv(folder / "reports" / "forecast_scores.csv", index=False)
    digest = release_digest({repr((clients, list(spells))): ""})
    (folder / "manifest.json").write_text(json.dumps({"digest": digest}))
    return digest


def _events(spells: Sequence[Spell], client: str) -> pd.DataFrame:
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
