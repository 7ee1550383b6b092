"""Which clients must be left out together, because they have days in common."""

from collections.abc import Sequence

import numpy as np

from benchmarks.fleet import Client

FOLDS = 6
SHARED = 0.5


def shared_days(one: Client, other: Client) -> float:
    """Share of the days with consumption, of the client that has fewer, that both have hour by hour."""
    first = max(one.history.first_day, other.history.first_day)
    rows = [client.history.values[(first - client.history.first_day).days :] for client in (one, other)]
    length = min(map(len, rows))
    same = (rows[0][:length] == rows[1][:length]).all(axis=1) & (rows[0][:length] != 0).any(axis=1)
    days = min(int((np.nan_to_num(client.history.values) != 0).any(axis=1).sum()) for client in (one, other))
    return float(same.sum()) / days if days else 0.0


def related(clients: Sequence[Client]) -> list[list[str]]:
    """Groups of clients that are duplicates or share more than half of their days, chains of such included."""
    group = list(range(len(clients)))
    for i, one in enumerate(clients):
        for j, other in enumerate(clients[:i]):
            if one.digest == other.digest or shared_days(one, other) > SHARED:
                group = [group[j] if each == group[i] else each for each in group]
    found: dict[int, list[str]] = {}
    for client, number in zip(clients, group, strict=True):
        found.setdefault(number, []).append(client.client_id)
    return list(found.values())


def folds(groups: Sequence[Sequence[str]], count: int = FOLDS) -> list[list[str]]:
    """Spread groups over `count` folds of like size; a group is never divided.

    >>> folds([["1"], ["2", "3", "4"], ["5"], ["6"]], count=2)
    [['2', '3', '4'], ['1', '5', '6']]
    """
    found: list[list[str]] = [[] for _ in range(count)]
    for group in sorted(groups, key=len, reverse=True):
        min(found, key=len).extend(group)
    return [fold for fold in found if fold]
