"""Films of 90 days on the demo fleet: what is found day by day, whatever happens, is what is found at once."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter

from tests.support.film import Film, Operation, facts
from vigia.store.alerts import Alert

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


def films(film: Film, days: int, root: Path, seed: int) -> Iterator[Shown]:
    """All films, one after the other."""
    whole = at_once(film, days, root / "whole")
    yield on_time(film, days, root / "on-time", whole)
    yield disturbed(film, days, root / "disturbed", whole, seed)


def _differences(one: dict, other: dict) -> list[str]:  # type: ignore[type-arg] # of whatever
    return sorted(str(name) for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def _timed(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun
