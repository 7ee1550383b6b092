"""What happens to whom in the demo fleet, and when: drawn without overlap, tied to no round date."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from vigia.calendars.holidays import is_holiday

BLOCK = 12
FIRST_QUIET_DAYS = 28
APART_HOURS = 10 * 24


@dataclass(frozen=True)
class Episode:
    """One thing that happens to one client."""

    client: int
    fault_id: str
    hours: tuple[int, int]
    """Shortest and longest length."""
    where: Literal["anywhere", "recent", "to_the_end", "holiday"] = "anywhere"
    days_before_end: tuple[float, float] = (0, 0)
    """Of the onset, for `recent` and `to_the_end`."""
    depth: float | None = None
    donor: int | None = None
    common: str | None = None
    """Episodes of the same name share their interval."""
    announced: str | None = None
    """Text in the site log."""


@dataclass(frozen=True)
class Placed:
    """An episode with its place: hours counted from the first reading."""

    episode: Episode
    start: int
    end: int


def _days(low: float, high: float) -> tuple[int, int]:
    return round(low * 24), round(high * 24)


EPISODES: tuple[Episode, ...] = (
    Episode(1, "voltage_swell", _days(17, 26), depth=1.32, common="north line"),
    Episode(2, "voltage_swell", _days(17, 26), depth=1.27, common="north line"),
    Episode(4, "voltage_swell", _days(17, 26), depth=1.3, common="north line"),
    Episode(1, "constant_cut", _days(62, 78), depth=0.48),
    Episode(1, "holiday_closure", _days(2, 2), where="holiday"),
    Episode(2, "zero_block", _days(17, 25)),
    Episode(2, "slow_ramp", _days(60, 75), depth=0.42),
    Episode(2, "planned_closure", _days(13, 15)),
    Episode(4, "daily_window_off", _days(24, 34), depth=9),
    Episode(4, "reversed_transformer", _days(14, 22)),
    Episode(4, "stuck", _days(6, 11)),
    Episode(4, "catch_up", (14, 40)),
    Episode(6, "wrong_ratio", _days(48, 62), depth=0.5),
    Episode(6, "lost_phase", _days(24, 34), depth=2 / 3),
    Episode(6, "outage", (7, 20)),
    Episode(6, "catch_up", (26, 60)),
    Episode(7, "reactive_tripled", _days(26, 36)),
    Episode(7, "wrong_ratio", _days(24, 34), depth=2.0),
    Episode(7, "outage", (3, 9)),
    Episode(7, "constant_cut", _days(0, 0), "to_the_end", (20, 24), depth=0.33),
    Episode(8, "near_zero_floor", _days(34, 44), depth=0.06),
    Episode(8, "reactive_lost", _days(28, 40)),
    Episode(8, "zero_block", (38, 60), "recent", (26, 28)),
    Episode(8, "reversed_transformer", (30, 50), "recent", (17, 20)),
    Episode(8, "stuck", (40, 64), "recent", (5, 9)),
    Episode(10, "random_cut", _days(40, 52)),
    Episode(10, "constant_cut_active", _days(30, 42), depth=0.4),
    Episode(10, "spike", (2, 3), depth=14),
    Episode(10, "holiday_closure", _days(2, 2), where="holiday"),
    Episode(10, "new_machine", _days(0, 0), "to_the_end", (130, 160), depth=1.38,
            announced="Equipo nuevo: ampliación de la planta de frío"),
    Episode(11, "outage", (4, 12)),
    Episode(11, "missing_rows", (20, 70)),
    Episode(12, "duplicated_feed", _days(0, 0), "to_the_end", (116, 124), donor=11),
)  # fmt: skip
"""Clients 3, 5 and 9 have none; 11 has benign changes only."""


def scenario(hours: pd.DatetimeIndex, country: str, clients: int, seed: int) -> list[Placed]:
    """All episodes of a fleet of `clients` clients, by client and time.

    Clients beyond the twelfth live through the same kinds of episodes, twelve by twelve, at other times.
    """
    placed = []
    for block in range(-(-clients // BLOCK)):
        for item in _place(hours, country, np.random.default_rng([seed, 2, block])):
            shifted = replace(
                item.episode,
                client=item.episode.client + block * BLOCK,
                donor=item.episode.donor and item.episode.donor + block * BLOCK,
            )
            placed.append(replace(item, episode=shifted))
    mine = [item for item in placed if item.episode.client <= clients]
    return sorted(mine, key=lambda item: (item.episode.client, item.start))


def _place(hours: pd.DatetimeIndex, country: str, rng: np.random.Generator) -> list[Placed]:
    """Give each episode of twelve clients its interval within `hours`.

    Those with a given distance from the end come first, then holidays, common ones, the others by length. A start
    is drawn evenly from all hours where the episode fits: after the first 28 days and 10 days apart from others.
    One that fits nowhere (a short fleet) is left out; a common one, for all its clients.
    """
    busy = np.zeros((BLOCK + 1, len(hours)), dtype=bool)
    busy[:, : FIRST_QUIET_DAYS * 24] = True
    holiday_starts = _holiday_starts(hours, country)
    placed: list[Placed] = []
    for group in _together(EPISODES):
        length = int(rng.integers(group[0].hours[0], group[0].hours[1] + 1))
        taken = np.asarray(busy[[episode.client for episode in group]].any(axis=0))
        start, end = _interval(group[0], length, taken, holiday_starts, rng)
        if start < 0:
            continue
        for episode in group:
            busy[episode.client, max(start - APART_HOURS, 0) : end + APART_HOURS] = True
            placed.append(Placed(episode, start, end))
    return placed


def _together(episodes: tuple[Episode, ...]) -> list[list[Episode]]:
    groups: dict[str, list[Episode]] = {}
    for number, episode in enumerate(episodes):
        groups.setdefault(episode.common or str(number), []).append(episode)
    order = {"to_the_end": 0, "recent": 1, "holiday": 2, "anywhere": 4}
    return sorted(groups.values(), key=lambda g: (3 if g[0].common else order[g[0].where], -g[0].hours[1], g[0].client))


def _interval(
    episode: Episode, length: int, taken: np.ndarray, holiday_starts: np.ndarray, rng: np.random.Generator
) -> tuple[int, int]:
    """First hour and hour after the last; `(-1, -1)` where it fits nowhere."""
    n = len(taken)
    if episode.where in ("recent", "to_the_end"):
        low, high = episode.days_before_end
        start = n - int(rng.integers(round(low * 24), round(high * 24) + 1))
        end = n if episode.where == "to_the_end" else start + length
        return (start, end) if start >= FIRST_QUIET_DAYS * 24 else (-1, -1)
    counted = np.concatenate([[0], np.cumsum(taken)])
    starts = np.arange(max(n - length, 0))
    free = starts[counted[starts + length] == counted[starts]]
    if episode.where == "holiday":
        free = np.intersect1d(free, holiday_starts)
    if not len(free):
        return -1, -1
    start = int(rng.choice(free))
    return start, start + length


def _holiday_starts(hours: pd.DatetimeIndex, country: str) -> np.ndarray:
    """Midnights of holidays whose next day is a holiday too."""
    midnight = np.flatnonzero(hours.hour == 0)
    closed = is_holiday(hours[midnight], country)
    return np.asarray(midnight[:-1][closed[:-1] & closed[1:]])
