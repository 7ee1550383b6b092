"""Films of 90 days on the demo fleet: what is found day by day, whatever happens, is what is found at once."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from time import perf_counter

from tests.support.film import FLEET, Film, Operation, facts, midnight, morning_after, publish, written_release
from vigia.alarming.states import AFTER
from vigia.compute import THIS_PROCESS
from vigia.operate.decisions import By, Judged, Wish, change
from vigia.operate.retraining import PUBLISHED, Making, retrain
from vigia.store import modelling
from vigia.store.alerts import Alert, history

MISSING, WRONG, TWICE = 0.1, 0.1, 0.2
"""Shares of days that come late, wrong at first, or twice."""


@dataclass(frozen=True)
class Shown:
    """What a film showed: seconds of each day, counts, and what is wrong with it."""

    film: str
    seconds: list[float]
    counts: dict[str, int]
    wrong: list[str]


def at_once(film: Film, days: int, folder: Path) -> dict[str, Alert]:
    """Alerts of one run over all hours."""
    operation = Operation(film, folder)
    operation.post(film.between(0, days))
    operation.run(days - 1)
    found = operation.alerts()
    operation.close()
    return found


def on_time(film: Film, days: int, folder: Path, whole: dict[str, Alert]) -> Shown:
    """All days on time, and nobody says anything: alerts, ids, first alerts and ends are those of one call."""
    operation, seconds = Operation(film, folder), []
    for day in range(days):
        operation.post(film.between(day, day + 1))
        seconds.append(_timed(partial(operation.run, day)))
    found = operation.alerts()
    operation.close()
    wrong = [f"alert {name} differs" for name in _differences(facts(found), facts(whole))]
    wrong += [f"alert {name} was withdrawn" for name, each in found.items() if not each.there]
    return Shown("on time", seconds, {"alerts": len(found)}, wrong)


def disturbed(film: Film, days: int, folder: Path, whole: dict[str, Alert], seed: int) -> Shown:
    """Days that come late, twice, or wrong and are corrected: in the end what is found is the same."""
    operation, rng, seconds = Operation(film, folder), random.Random(seed), []
    later: list[int] = []
    raised: dict[str, object] = {}
    counts = dict.fromkeys(("late", "corrected", "twice"), 0)
    for day in range(days):
        part, drawn = film.between(day, day + 1), rng.random()
        if drawn < MISSING:
            later.append(day)
            counts["late"] += 1
        else:
            if drawn < MISSING + WRONG:
                operation.post(part.assign(active_energy_kwh=part["active_energy_kwh"] * rng.choice([0.0, 0.1, 3.0])))
                later.append(day)
                counts["corrected"] += 1
            else:
                operation.post(part)
            if drawn > 1 - TWICE:
                operation.post(part)
                counts["twice"] += 1
        if later and rng.random() < 0.3:
            past = later.pop(rng.randrange(len(later)))
            operation.post(film.between(past, past + 1))
        seconds.append(_timed(partial(operation.run, day)))
        raised |= {name: each.raised_at for name, each in operation.alerts().items() if name not in raised}
    for past in later:
        operation.post(film.between(past, past + 1))
    operation.run(days - 1, again=True)
    found = operation.alerts()
    operation.close()
    mine, theirs = ({each.facts.events: each.facts for each in some.values() if each.there} for some in (found, whole))
    wrong = [f"incident {name} differs" for name in _differences(mine, theirs)]
    wrong += [f"alert {name} is gone" for name in raised if name not in found]
    wrong += [f"alert {name} is raised at another time" for name in raised if found[name].raised_at != raised[name]]
    gone = {"alerts": len(found), "withdrawn": sum(not each.there for each in found.values())}
    return Shown("disturbed", seconds, {**counts, **gone}, wrong)


def decided(film: Film, days: int, folder: Path, seed: int) -> Shown:
    """People decide all the while, and in the middle there is another release: what they decided goes on."""
    operation, rng, seconds = Operation(film, folder), random.Random(seed), []
    said: dict[str, tuple[str, str | None]] = {}
    home, raised = film.var / FLEET, dict[str, object]()
    for day in range(days):
        operation.post(film.between(day, day + 1))
        if day == days // 2:
            retrain(operation.database, home, _making(film, day), THIS_PROCESS, "film", "bench", partial(_clock, day))
        seconds.append(_timed(partial(operation.run, day)))
        now = operation.alerts()
        raised |= {name: each.raised_at for name, each in now.items() if name not in raised}
        for alert in rng.sample(sorted(now.values(), key=lambda each: each.id), min(2, len(now))):
            after = _decision(operation, alert, rng, day)
            if after is not None:
                said[after.id] = (after.state, after.assignee)
    found = operation.alerts()
    with operation.database.reading() as connection:
        (retraining,) = modelling.retrainings(connection, 2)
        notes = {name: [each.note for each in history(connection, name)] for name in said}
    operation.close()
    wrong = [f"alert {name} is gone" for name in raised if name not in found]
    wrong += [f"alert {name} is raised at another time" for name in raised if found[name].raised_at != raised[name]]
    wrong += [f"alert {name} is not {what}" for name, what in said.items() if _stands(found[name]) != what]
    wrong += [f"alert {name} lost its note" for name in said if f"nota {name}" not in notes[name]]
    if retraining.decision != PUBLISHED or retraining.report is None:
        wrong.append(f"the retraining is {retraining.decision}: {retraining.error}")
    return Shown("decided", seconds, {"alerts": len(found), "decided": len(said)}, wrong)


def _making(film: Film, day: int) -> Making:
    """A release with all readings before a day."""
    fresh = film.var / "fresh"

    def make() -> Path:
        written_release(film, midnight(day), fresh)
        return fresh

    return Making(make, lambda _: publish(film, midnight(day)))


def _clock(day: int) -> datetime:
    return morning_after(day)


def _decision(operation: Operation, alert: Alert, rng: random.Random, day: int) -> Alert | None:
    """One of the ways that are open to an alert, with a note; none where there is none."""
    ways = AFTER[alert.state]
    state = rng.choice(ways) if ways else None
    reason = {"confirmed": "meter", "dismissed": "season"}.get(state or "")
    wish = Wish(state, reason, f"nota {alert.id}", None, rng.choice(["ana", "eva"]))
    judged = [Judged(alert.facts.client_id, alert.facts.kind, alert.facts.start)]
    with operation.database.writing() as connection:
        return change(connection, alert, wish, By("bench", morning_after(day)), judged)


def _stands(alert: Alert) -> tuple[str, str | None]:
    return alert.state, alert.assignee


def films(film: Film, days: int, root: Path, seed: int) -> Iterator[Shown]:
    """All films, one after the other."""
    whole = at_once(film, days, root / "whole")
    yield on_time(film, days, root / "on-time", whole)
    yield disturbed(film, days, root / "disturbed", whole, seed)
    yield decided(film, days, root / "decided", seed)  # the last one: it brings another release into operation


def _differences(one: dict, other: dict) -> list[str]:  # type: ignore[type-arg] # of whatever
    return sorted(str(name) for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def _timed(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun
