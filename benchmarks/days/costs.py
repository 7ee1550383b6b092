"""What a day costs: of a release as it is, of many clients made of its own, and by the length of the history."""

import resource
import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd

from vigia import frames
from vigia.config import load_params
from vigia.config.settings import Serving, Settings, Store
from vigia.operate import store_of
from vigia.operate.day.run import run
from vigia.publish.operation import flip
from vigia.release.build import Stages, build
from vigia.release.layout import BY_CLIENT, SHARED_MODEL
from vigia.store import Readings
from vigia.store.batches import Sent

TABLES = (
    "clients",
    "chosen",
    "candidates",
    "thresholds",
    "events",
    "event_channels",
    "quarantine",
    "site_log",
    "verdicts",
)
DAY = pd.Timedelta(days=1)


@dataclass(frozen=True)
class Cost:
    """Of one day, after the first one, which makes what later ones go on from.

    Attributes:
        clients: of the release.
        first_seconds, seconds: of the first day, and the median of those after it.
        most_bytes: that a process of it held at most.
    """

    clients: int
    first_seconds: float
    seconds: float
    most_bytes: int


def copied(release: Path, count: int, root: Path, last_days: int | None = None) -> Path:
    """A release in operation of so many clients, made of those of another one: models and tables copied, ids changed.

    Args:
        release: folder.
        count: of clients.
        root: of operation.
        last_days: of the history that are kept; none = all.
    """
    params, work = load_params(release / "params.yaml"), root / "work"
    tables = {name: frames.read(release / f"{name}.parquet", name) for name in TABLES}
    own = tables["clients"]["client_id"].astype(str).tolist()
    names = {f"m{number}": own[number % len(own)] for number in range(count)}
    shared = release / "models" / SHARED_MODEL
    if shared.is_dir():
        shutil.copytree(shared, work / "models" / SHARED_MODEL)
    for name, client in names.items():
        folder = frames.client_folder(client)
        shutil.copytree(release / "models" / folder, work / "models" / name)
        (work / "cards").mkdir(exist_ok=True)
        shutil.copyfile(release / "cards" / f"{folder}.json", work / "cards" / f"{name}.json")
    for table in BY_CLIENT:
        for client in own:
            rows = frames.read_client(release / table, table, client)
            if last_days is not None:
                time = "start" if table == "mask" else "timestamp"
                rows = rows[rows[time] >= rows[time].max().normalize() - last_days * DAY].reset_index(drop=True)
            for name in (name for name, source in names.items() if source == client):
                frames.write_client(rows.assign(client_id=name), work / table, name)
    for name, rows in tables.items():
        frames.write(_multiplied(rows, names), work / f"{name}.parquet")
    stages = Stages(
        {name: work / f"{name}.parquet" for name in TABLES},
        {name: work / name for name in BY_CLIENT},
        [],
        work / "models",
        work / "cards",
        sorted((release / "reports").glob("*")),
    )
    home = root / "var" / "copied"
    fresh = home / "releases" / "fresh"
    fresh.parent.mkdir(parents=True)
    digest = build(
        stages, params.model_copy(update={"fleet": params.fleet.model_copy(update={"name": "copied"})}), fresh
    )
    fresh.rename(fresh.with_name(digest))
    flip(home, digest)
    shutil.rmtree(work)
    return root / "var"


def _multiplied(table: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    if "client_id" not in table or table.empty:
        return table.iloc[:0]
    parts = []
    for name, client in names.items():
        rows = table[table["client_id"] == client].assign(client_id=name)
        parts.append(rows.assign(event_id=name + rows["event_id"]) if "event_id" in rows else rows)
    return pd.concat(parts, ignore_index=True)


def cost_of(var: Path, folder: Path, days: int = 3) -> Cost:
    """What days after a release cost, with readings that go on as the last week did."""
    settings = Settings(
        serving=Serving(fleet="copied", releases=var), store=Store(address=f"sqlite:///{folder / 'vigia.db'}")
    )
    database = store_of(settings)
    release = (var / "copied" / "releases" / "current").resolve()
    clients = frames.clients_in(release / "readings")
    zone = load_params(release / "params.yaml").fleet.timezone
    stored, rng, seconds = Readings(database, zone), np.random.default_rng(1), []
    last = {client: frames.read_client(release / "readings", "readings", client).tail(168) for client in clients}
    for day in range(days):
        for client, rows in last.items():
            hours = rows.iloc[24 * (day % 7) : 24 * (day % 7) + 24]
            values = hours["active_energy_kwh"] * rng.uniform(0.95, 1.05, len(hours))
            shifted = hours.assign(timestamp=hours["timestamp"] + 7 * DAY, active_energy_kwh=values)
            stored.record(Sent(f"{client} {day}", "post", "bench"), frames.check("readings", shifted))
        now = max(rows["timestamp"].iloc[-1] for rows in last.values()) + timedelta(days=day + 8)
        begun = perf_counter()
        run(settings, database, now.to_pydatetime(), tell=lambda _: None)
        seconds.append(perf_counter() - begun)
    database.close()
    most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return Cost(len(clients), seconds[0], float(np.median(seconds[1:])), most * 1024)
