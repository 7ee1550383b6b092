"""A film: a release that ends early, and the days that come after it, one after the other."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd

from tests.support.zone import ZONE
from vigia import frames
from vigia.config import Params
from vigia.config.settings import Serving, Settings, Store
from vigia.notebook.small import small_release
from vigia.operate import store_of
from vigia.operate.day.run import run
from vigia.publish.operation import flip
from vigia.simulation.demo import generate
from vigia.store import Database, Readings, alerts
from vigia.store.alerts import Alert
from vigia.store.batches import Sent
from vigia.store.runs import Run

FLEET = "film"
CLIENTS = ("1", "6", "7", "8")
DAYS = 10
FIRST = pd.Timestamp("2024-04-02", tz=ZONE)
"""The first day after the release."""


@dataclass(frozen=True)
class Film:
    """A release, and all readings of its clients, those after it too."""

    var: Path
    readings: pd.DataFrame
    clients: pd.DataFrame
    params: Params

    def settings(self, folder: Path) -> Settings:
        """With a store of its own in a folder."""
        store = Store(address=f"sqlite:///{folder / 'vigia.db'}")
        return Settings(serving=Serving(fleet=FLEET, releases=self.var, open=True), store=store)

    def between(self, first: int, last: int) -> pd.DataFrame:
        """Readings of days, counted from the first one after the release; the last one is left out."""
        times = self.readings["timestamp"]
        inside = (times >= midnight(first)) & (times < midnight(last))
        return frames.check("readings", self.readings[inside].reset_index(drop=True))


def midnight(day: int) -> pd.Timestamp:
    """Of a day counted from the first one after the release."""
    return (FIRST.tz_localize(None) + pd.Timedelta(days=day)).tz_localize(ZONE)


def filmed(root: Path, until: pd.Timestamp = FIRST, clients: tuple[str, ...] | None = CLIENTS) -> Film:
    """Publish a release of demo clients, or of all of them, that ends at a midnight."""
    params = Params.model_validate({"fleet": {"name": FLEET, "timezone": ZONE}})
    demo = generate(params.fetch.demo, ZONE)
    names = set(demo.clients["client_id"]) if clients is None else set(clients)
    readings = demo.readings[demo.readings["client_id"].isin(names)].reset_index(drop=True)
    table = demo.clients[demo.clients["client_id"].isin(names)].reset_index(drop=True)
    film = Film(root / "var", readings, table, params)
    publish(film, until)
    return film


def publish(film: Film, until: pd.Timestamp) -> str:
    """Bring a release with the readings before a time into operation; returns its digest."""
    fresh = film.var / FLEET / "releases" / "fresh"
    fresh.parent.mkdir(parents=True, exist_ok=True)
    digest = written_release(film, until, fresh)
    if not fresh.with_name(digest).exists():
        fresh.rename(fresh.with_name(digest))
    flip(film.var / FLEET, digest)
    return digest


def written_release(film: Film, until: pd.Timestamp, folder: Path) -> str:
    """Write a release with the readings before a time; returns its digest."""
    return small_release(folder, film.readings[film.readings["timestamp"] < until], film.clients, film.params)


class Operation:
    """A store, readings that are posted, and runs at six in the morning."""

    def __init__(self, film: Film, folder: Path) -> None:
        self.film, self.settings = film, film.settings(folder)
        self.database: Database = store_of(self.settings)
        self.posted = 0

    def post(self, readings: pd.DataFrame, now: datetime | None = None) -> None:
        """Record readings, as if it were some time."""
        self.posted += 1
        ordered = readings.sort_values(["client_id", "timestamp"], ignore_index=True)
        Readings(self.database, ZONE).record(Sent(f"post {self.posted}", "post", "film"), ordered, now=now)

    def run(self, day: int, again: bool = False) -> Run:
        """The run of the morning after a day."""
        return run(self.settings, self.database, morning_after(day), again, lambda _: None)

    def days(self, days: Iterable[int]) -> None:
        """Post and run day by day."""
        for day in days:
            self.post(self.film.between(day, day + 1))
            self.run(day)

    def alerts(self) -> dict[str, Alert]:
        """All alerts by id."""
        with self.database.reading() as connection:
            return {each.id: each for each in alerts.listed(connection)}

    def close(self) -> None:
        """Give the store back."""
        self.database.close()


def morning_after(day: int) -> datetime:
    """Six o'clock after a day."""
    return (midnight(day + 1) + pd.Timedelta(hours=6)).to_pydatetime()


def facts(found: dict[str, Alert]) -> dict[str, object]:
    """What detection says of alerts that are there, by id."""
    return {name: each.facts for name, each in found.items() if each.there}
