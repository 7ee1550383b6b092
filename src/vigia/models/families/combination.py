"""The combination: several families' forecasts of a day, joined in one of two ways.

*What will be consumed*, on the history as measured, is a weighted median whose weights follow the errors of the last
weeks (`models.experts`), yesterday's first of all: after a change of level those are heard who follow it, in a calm
year those who know the client.

*What should be consumed*, on the normal history, follows nothing, so recent errors say nothing of it. There the one
whose daily total is in the middle speaks: a median does not follow one that is far off (Stock & Watson 2004; Agnew
1985) and needs no weights.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from vigia.models.experts import LEVEL_DAYS, NO_DAYS, Memory, heard, joined
from vigia.models.families import autoregression, fleet, last_day, xgb
from vigia.models.families.record import Family
from vigia.models.forecaster import Parts
from vigia.models.history import DailyHistory, Days, Matrix
from vigia.models.spec import save_spec
from vigia.vocabulary import Words

NAME = "combination"
MEMBERS = (fleet.NAME, xgb.NAME, autoregression.NAME, last_day.NAME)
"""Families that take part: one that knows other clients, one that follows levels, one that knows the client's calm, and
yesterday again."""
IN_THE_MIDDLE = (fleet.NAME, xgb.NAME, autoregression.NAME)
"""Those that say what should be consumed."""
PRIOR = {last_day.NAME: 0.5}
"""How much a family is heard of whom no error is known yet, where that is not 1."""
OWN_FROM_DAYS = 270
"""Days of history from which on a client's own models are heard about what should be."""


@dataclass(frozen=True)
class Combination:
    """The forecasters that speak together.

    Attributes:
        parts: the forecasters.
        memory: what is remembered of their errors out of sample, by family, at the midnight that begins `until`.
        until: first day that no part was fitted to.
    """

    parts: Parts
    memory: Mapping[str, tuple[float, float, float]]
    until: date
    family: str = NAME

    @property
    def parameters(self) -> dict[str, Any]:
        """The families of its members, and what is remembered of them."""
        memory = {name: list(values) for name, values in self.memory.items()}
        return {"members": [part.family for part in self.parts], "memory": memory, "until": self.until.isoformat()}

    @property
    def history_days(self) -> int:
        """Days of history before the first prediction, of the member that needs most."""
        return max(member.history_days for member in self.parts)

    def predict(self, history: DailyHistory, days: Days) -> Matrix:
        """(n, 24) kWh that should be consumed; see `FittedForecaster`."""
        return middle({member.family: member.predict(history, days) for member in self.expecting}, days)

    @property
    def expecting(self) -> Parts:
        """Those of its parts that are heard about what should be consumed."""
        heard_of = expecting([part.family for part in self.parts])
        return tuple(part for part in self.parts if part.family in heard_of)

    def together(self, values: Mapping[str, Matrix], history: DailyHistory, origins: Days) -> Matrix:
        """(n, ..., 24) kWh that will be consumed, of what each member says at midnights of a history as measured.

        Days from `until` on are forecast by each member as they came, so that the weights know its errors on them too.
        """
        weights, _ = self._heard(history, int(origins.max(initial=0)))
        first = (self.until - history.first_day).days
        rows = weights[np.clip(origins - first, 0, len(weights) - 1)]
        return joined(np.stack([values[part.family] for part in self.parts]), rows)

    def _heard(self, history: DailyHistory, last: int) -> tuple[Matrix, Memory]:
        """Weights at the midnights from `until` to that of day `last`."""
        first = max((self.until - history.first_day).days, 0)
        days = np.arange(first, max(last, first))
        totals = np.full((len(days), len(self.parts)), np.nan)
        for column, part in enumerate(self.parts):
            able = days >= part.history_days
            if able.any():
                totals[able, column] = part.predict(history, days[able]).sum(axis=1)
        known = [self.memory.get(part.family, (0.0, 0.0, 0.0)) for part in self.parts]
        memory = Memory(*(tuple(each) for each in zip(*known, strict=True)))
        names, before = [part.family for part in self.parts], np.arange(max(first - LEVEL_DAYS, 0), first)
        actual, earlier = (history.values[each].sum(axis=1) for each in (days, before))
        return _weights(names, totals, actual, memory, earlier)

    def save(self, folder: Path) -> None:
        """Write the spec, and each member in a folder of its family's name."""
        save_spec(folder, self.family, self.parameters)
        for member in self.parts:
            member.save(folder / member.family)


Remembered = dict[str, tuple[float, float, float]]
"""Of each family, what `Memory` has of it."""


def following(values: Mapping[str, Matrix], actual: Matrix) -> tuple[Matrix, Remembered]:
    """Weights at each midnight of a history as measured, and what is remembered at its end.

    Args:
        values: (days, hours) out of sample forecasts by family; NaN where one says nothing.
        actual: (days,) what was consumed; NaN where a day is not known as a whole.

    Returns:
        (days + 1, families) weights in the order of `values`; the memory as `Combination` takes it.
    """
    names = list(values)
    totals = np.stack([each.sum(axis=1) for each in values.values()], axis=1)
    weights, memory = _weights(names, totals, actual)
    return weights, dict(zip(names, zip(memory.loss, memory.reference, memory.days, strict=True), strict=True))


def _weights(
    names: list[str], totals: Matrix, actual: Matrix, memory: Memory | None = None, earlier: Matrix = NO_DAYS
) -> tuple[Matrix, Memory]:
    """The shared model is the reference, because it serves every client; the first family where there is none."""
    reference = names.index(fleet.NAME) if fleet.NAME in names else 0
    return heard(totals, actual, [PRIOR.get(name, 1.0) for name in names], reference, memory, earlier)


def expecting(names: Sequence[str]) -> list[str]:
    """Those of some families that are heard about what should be consumed: `IN_THE_MIDDLE`, or all if there are none.

    >>> expecting(["fleet", "last_day"]), expecting(["last_day"])
    (['fleet'], ['last_day'])
    """
    return [name for name in names if name in IN_THE_MIDDLE] or list(names)


def middle(values: Mapping[str, Matrix], days: Days | None) -> Matrix:
    """The day of the member with the median daily total; of an even number, the mean of the two in the middle.

    Of the families `IN_THE_MIDDLE`, where there is any of them. What a client's own models learnt from a few months is
    worth less than what the shared model knows from others: for `OWN_FROM_DAYS` days the shared model speaks alone.

    Args:
        values: (n, ..., hours) by family; NaN where it says nothing.
        days: (n,) days of issue, counted from the client's first; None where all members have seen a whole history.

    Returns:
        (n, ..., hours); NaN where no member that is heard says anything.

    >>> said = {"fleet": [1.0, 1.0], "xgboost": [9.0, 9.0], "autoregression": [2.0, 3.0]}
    >>> each = {name: np.array([hours]) for name, hours in said.items()}
    >>> middle(each, np.array([400])).tolist(), middle(each, np.array([0])).tolist()
    ([[2.0, 3.0]], [[1.0, 1.0]])
    """
    names = expecting(list(values))
    stack = np.stack([values[name] for name in names])
    totals = stack.sum(axis=-1)
    heard_of = np.isfinite(totals)
    if days is not None and fleet.NAME in names:
        late = (days >= OWN_FROM_DAYS).reshape(-1, *(1 for _ in totals.shape[2:]))
        own = np.array([name != fleet.NAME for name in names]).reshape(-1, *(1 for _ in totals.shape[1:]))
        heard_of &= late | ~own
    order = np.argsort(np.where(heard_of, totals, np.inf), axis=0, kind="stable")
    count = heard_of.sum(axis=0)
    low, high = (_nth(stack, order, nth) for nth in (np.maximum(count - 1, 0) // 2, count // 2))
    return np.where((count > 0)[..., None], (low + high) / 2, np.nan)


def _nth(stack: Matrix, order: Days, nth: Days) -> Matrix:
    """(n, ..., hours) hours of the member that is the `nth` in `order`."""
    member = np.take_along_axis(order, nth[None], axis=0)
    return np.asarray(np.take_along_axis(stack, member[..., None], axis=0)[0])


FAMILY = Family(
    name=NAME,
    short=Words("combinación", "combination"),
    colour="#D55E00",
    tie_break=0,
    scope="combination",
)
