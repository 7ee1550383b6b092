"""The families of forecasters: a record each, in the order of all tables. A new one is a module here and a line.

Nothing here imports XGBoost, onnxruntime or TensorFlow; the first fit or the first model read does.
"""

from vigia.errors import ModelError
from vigia.models.families import autoregression, combination, fleet, last_day, lstm, seasonal, xgb
from vigia.models.families.record import Family, Parameters, Watch
from vigia.models.forecaster import FittedForecaster
from vigia.models.history import DailyHistory, Days
from vigia.vocabulary import Words

FAMILIES: tuple[Family, ...] = (
    seasonal.FAMILY,
    last_day.FAMILY,
    xgb.FAMILY,
    autoregression.FAMILY,
    lstm.FAMILY,
    fleet.FAMILY,
    combination.FAMILY,
)
BASELINE = seasonal.FAMILY
"""The family that needs no fit, so that it speaks where no other can."""
FLEET = fleet.FAMILY
LAST_DAY = last_day.FAMILY
"""What every other one must beat."""
COMBINATION = combination.FAMILY


def names() -> tuple[str, ...]:
    """Names of all families, in the order of all tables."""
    return tuple(family.name for family in FAMILIES)


def named(name: str) -> Family:
    """The record of a family.

    Raises:
        ModelError: there is no such family.
    """
    for family in FAMILIES:
        if family.name == name:
            return family
    raise ModelError(f"unknown family {name!r}; known are {sorted(names())}")


def of_clients() -> tuple[Family, ...]:
    """The families that are fitted to one client."""
    return tuple(family for family in FAMILIES if family.scope == "client")


def of_clients_tuned() -> tuple[Family, ...]:
    """Those of them that have something to tune."""
    return tuple(family for family in of_clients() if family.space is not None)


def tuned() -> tuple[Family, ...]:
    """The families that have something to tune."""
    return tuple(family for family in FAMILIES if family.space is not None)


def steadiest_first() -> tuple[Family, ...]:
    """All families in the order in which one of equals is chosen."""
    return tuple(sorted(FAMILIES, key=lambda family: family.tie_break))


def words() -> dict[str, Words]:
    """What people read in place of each family's name."""
    return {family.name: family.short for family in FAMILIES}


def fit(
    name: str, history: DailyHistory, days: Days, parameters: Parameters, seed: int, watch: Watch | None = None
) -> FittedForecaster:
    """Fit a family to one client: to `days` of its history as measured, and to the normal ones (see `samples`).

    A `watch` is shown each step, where the family's fit has steps; it changes nothing of the fit.

    Raises:
        ModelError: too few usable days, or the family is not fitted but joins others.
    """
    family = named(name)
    if family.fit is None:
        raise ModelError(f"{name} is not fitted: it joins other families")
    if watch is not None and family.watched_fit is not None:
        return family.watched_fit(history, days, parameters, seed, watch)
    return family.fit(history, days, parameters, seed)
