"""Retraining: the experiment learns of operation, the gate decides, and alerts and what people said of them go on.

`shadow` says what a release would change if it were published: which open alerts would vanish, appear or become graver,
and how its forecasts and its bench stand beside those of the release in operation.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from vigia.alarming.matching import Incident, incidents_of, match
from vigia.alarming.states import OPEN
from vigia.compute import Executor
from vigia.errors import PublishError, TrackingError, VigiaError
from vigia.operate.day.alerts import known_alerts
from vigia.operate.day.fleet import events_of_fleet
from vigia.operate.day.results import joined
from vigia.operate.day.scoring import score_all
from vigia.publish.gate import Summary, gate
from vigia.release.reader import ReleaseReader
from vigia.store import Database, alerts, modelling, records

log = logging.getLogger(__name__)

PUBLISHED, REFUSED = "published", "refused"


@dataclass(frozen=True)
class Making:
    """How a release is made and published.

    Attributes:
        make: brings what came into the experiment and runs it; gives the folder of the release.
        publish: brings it into operation if the gate lets it, and gives its digest.
        note: takes the shadow report of a release, for whoever compares runs.
    """

    make: Callable[[], Path]
    publish: Callable[[Path], str]
    note: Callable[[str, Mapping[str, Any]], None] = lambda _, __: None


def retrain(
    database: Database,
    home: Path,
    making: Making,
    executor: Executor,
    why: str,
    actor: str,
    clock: Callable[[], datetime],
) -> modelling.Retraining:
    """Make a release of all that is known, and let the gate decide; returns what came of it, as it was written down.

    A refused release leaves the one in operation where it is.

    Args:
        database: the store of the fleet.
        home: its folder in operation.
        making: how.
        executor: where clients are scored.
        why: it is done, for people.
        actor: who asked for it.
        clock: tells the time.

    Raises:
        LockedError: another retraining is at work.
        VigiaError: no release could be made; that is written down.
    """
    with database.alone("retrain", "retraining"):
        with database.writing() as connection:
            number = modelling.begin(connection, why, actor, clock())
        try:
            folder = making.make()
            report = shadow(database, folder, _in_operation(home), executor)
            digest = str(report["release"])
            with database.writing() as connection:
                modelling.note(connection, number, release=digest, report=report)
            decision = _decide(making, folder, report["gate"])
            _note(making, digest, report)
        except (VigiaError, OSError) as error:
            with database.writing() as connection:
                modelling.note(connection, number, error=str(error), finished_at=clock())
            raise
        with database.writing() as connection:
            modelling.note(connection, number, decision=decision, finished_at=clock())
        with database.reading() as connection:
            return modelling.retrainings(connection, 1)[0]


def shadow(database: Database, folder: Path, champion: Path | None, executor: Executor) -> dict[str, Any]:
    """What a release would change, as JSON takes it.

    Args:
        database: the store of the fleet.
        folder: of the release.
        champion: folder of the release in operation.
        executor: where clients are scored.
    """
    reader = ReleaseReader.of(folder)
    zone = reader.params.fleet.timezone
    results = joined((result for _, result in score_all(database, reader, executor)), zone)
    with database.reading() as connection:
        verdicts, known = records.verdicts(connection, zone), alerts.listed(connection)
    events = events_of_fleet(results, reader, verdicts)
    by_id = {each.id: each for each in known}
    matched = match(incidents_of(events), known_alerts(known))
    lost = [by_id[name] for name in matched.gone if by_id[name].there and by_id[name].state in OPEN]
    graver = [
        _line(incident, alert_id=name, before=by_id[name].facts.severity)
        for name, incident in matched.going_on.items()
        if by_id[name].state in OPEN and by_id[name].facts.severity != incident.leading["severity"]
    ]
    new, old = Summary.of(folder), None if champion is None else Summary.of(champion)
    return {
        "release": reader.digest,
        "beside": None if old is None else old.digest,
        "gate": gate(new, old, reader.params),
        "vanish": [{**_facts(each), "alert_id": each.id, "state": each.state} for each in lost],
        "appear": [_line(incident) for incident in matched.fresh],
        "severity": graver,
        "clients": _clients(new, old),
        "bench": {name: [value, None if old is None else old.bench.get(name)] for name, value in new.bench.items()},
        "coverage": [new.coverage, None if old is None else old.coverage],
    }


def _decide(making: Making, folder: Path, against: Sequence[str]) -> str:
    """What became of a release; what else than the gate keeps it from being published is raised."""
    try:
        making.publish(folder)
    except PublishError:
        if not against:
            raise
        return REFUSED
    return PUBLISHED


def _note(making: Making, digest: str, report: Mapping[str, Any]) -> None:
    """The decision stands, whether MLflow answers or not."""
    try:
        making.note(digest, report)
    except TrackingError as error:
        log.warning("the shadow report is not in MLflow: %s", error)


def _in_operation(home: Path) -> Path | None:
    link = home / "releases" / "current"
    return link.resolve() if link.exists() else None


def _line(incident: Incident, **more: object) -> dict[str, Any]:
    row = incident.leading
    names = ("client_id", "kind", "severity", "start", "end", "energy_at_stake_kwh")
    return {**{name: _plain(row[name]) for name in names}, "clients": list(incident.clients), **more}


def _facts(alert: alerts.Alert) -> dict[str, Any]:
    names = ("client_id", "kind", "severity", "start", "end", "energy_at_stake_kwh")
    return {name: _plain(getattr(alert.facts, name)) for name in names}


def _clients(new: Summary, old: Summary | None) -> list[dict[str, Any]]:
    """Errors on the test slices of both, who got worse first."""
    rows = [
        {
            "client_id": client,
            "family": new.families.get(client),
            "wape_day": _plain(error),
            "wape_day_in_operation": None if old is None else _plain(old.wape.get(client)),
        }
        for client, error in new.wape.items()
    ]
    return sorted(rows, key=lambda row: (row["wape_day_in_operation"] or 0.0) - (row["wape_day"] or 0.0))


def _plain(value: Any) -> Any:
    if value is None or pd.isna(value):
        return None
    return value.isoformat() if isinstance(value, datetime) else value
