"""The combination: of several families' forecasts of a day, the one whose daily total is in the middle.

Averaging cancels part of what each forecaster does wrong (Bates & Granger 1969), but one that is far off drags a mean
along. The median does not follow it (Stock & Watson 2004; Agnew 1985), needs no weights that a few weeks of errors
would have to tell, and changes its mind from day to day: after a change of level the two that follow agree, in a calm
year the two that know the client.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vigia.models.families import autoregression, fleet, xgb
from vigia.models.families.record import Family
from vigia.models.forecaster import Parts
from vigia.models.history import DailyHistory, Days, Matrix
from vigia.models.spec import save_spec
from vigia.vocabulary import Words

NAME = "combination"
MEMBERS = (fleet.NAME, xgb.NAME, autoregression.NAME)
"""Families that take part: one that knows other clients, one that follows levels, one that knows the client's calm."""
OWN_FROM_DAYS = 270
"""Days of history from which on a client's own models are heard beside the shared one."""


@dataclass(frozen=True)
class Combination:
    """The forecasters whose median day it says."""

    parts: Parts
    family: str = NAME

    @property
    def parameters(self) -> dict[str, Any]:
        """The families of its members."""
        return {"members": [member.family for member in self.parts]}

    @property
    def history_days(self) -> int:
        """Days of history before the first prediction, of the member that needs most."""
        return max(member.history_days for member in self.parts)

    def predict(self, history: DailyHistory, days: Days) -> Matrix:
        """(n, 24) kWh; see `FittedForecaster`."""
        return median_combination({member.family: member.predict(history, days) for member in self.parts}, days)

    def save(self, folder: Path) -> None:
        """Write the spec, and each member in a folder of its family's name."""
        save_spec(folder, self.family, self.parameters)
        for member in self.parts:
            member.save(folder / member.family)


def median_combination(values: Mapping[str, Matrix], days: Days | None) -> Matrix:
    """The day of the member with the median daily total; of an even number, the mean of the two in the middle.

    What a client's own models learnt from a few months is worth less than what the shared model knows from others: for
    `OWN_FROM_DAYS` days the shared model speaks alone.

    Args:
        values: (n, ..., hours) by family; NaN where it says nothing.
        days: (n,) days of issue, counted from the client's first; None where all members have seen a whole history.

    Returns:
        (n, ..., hours); NaN where no member that is heard says anything.

    >>> each = {"fleet": np.array([[1.0, 1.0]]), "xgboost": np.array([[9.0, 9.0]]), "lstm": np.array([[2.0, 3.0]])}
    >>> median_combination(each, np.array([400])).tolist(), median_combination(each, np.array([0])).tolist()
    ([[2.0, 3.0]], [[1.0, 1.0]])
    """
    stack = np.stack(list(values.values()))
    totals = stack.sum(axis=-1)
    heard = np.isfinite(totals)
    if days is not None and fleet.NAME in values:
        late = (days >= OWN_FROM_DAYS).reshape(-1, *(1 for _ in totals.shape[2:]))
        own = np.array([name != fleet.NAME for name in values]).reshape(-1, *(1 for _ in totals.shape[1:]))
        heard &= late | ~own
    order = np.argsort(np.where(heard, totals, np.inf), axis=0, kind="stable")
    count = heard.sum(axis=0)
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
