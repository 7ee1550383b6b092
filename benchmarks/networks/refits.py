"""Forecasts of networks over all clients on the schedule of the fleet model, each refit a warm start.

At a midnight of the schedule a network learns from each client's days before it, masked as was known then, from the
weights that it had; it forecasts the days to the next refit, read as measured.
"""

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.fleet import Client, Days, Fleet
from vigia import splits
from vigia.errors import ModelError
from vigia.features import MIN_DAYS
from vigia.models.families.networks import fitted
from vigia.models.families.networks.fitted import DEFAULTS, NetworkForecaster
from vigia.models.families.networks.inputs import Inputs, inputs
from vigia.models.families.networks.network import BLOCKS, LSTM, MIDDLE, Rows

Matrix = npt.NDArray[np.float64]
Forecasts = dict[str, dict[str, Matrix]]
"""(days, 24) kWh by model and client; NaN where there was no model."""
SECOND = f"{BLOCKS}_second_seed"
Asked = list[tuple[Client, Days, Inputs]]


@dataclass(frozen=True)
class Task:
    """A network to lead through the schedule; `own` fits it to each client too, `seed` is added to that of training."""

    fleet: Fleet
    name: str
    parameters: dict[str, Any]
    own: bool = False
    seed: int = 0


def tasks(fleet: Fleet) -> list[Task]:
    """The networks that are judged, the slowest first."""
    return [
        Task(fleet, "global_lstm", {**DEFAULTS, "kind": LSTM, "units": 32, "dropout": 0.0}, own=True),
        Task(fleet, BLOCKS, DEFAULTS, own=True),
        Task(fleet, SECOND, DEFAULTS, seed=1000),
        Task(fleet, f"{BLOCKS}_with_kind", {**DEFAULTS, "client_kind": True}),
    ]


MEANS = {f"{BLOCKS}_mean": (BLOCKS, SECOND)}
"""Networks whose mean is judged as one."""


@dataclass
class Variant:
    """One network on its way through the schedule.

    Attributes:
        name: how the tables call it; fitted to each client's own days it is `<name>_own`.
        parameters: of `fitted.DEFAULTS`.
        own: whether it is also fitted further to each client.
        seed: of its first weights and of the order of days.
        model: as of the last refit.
        forecasts: by model and client.
        seconds: of fitting, by name; `<name>_inputs` of what is read.
    """

    name: str
    parameters: dict[str, Any]
    own: bool
    seed: int
    model: NetworkForecaster | None = None
    forecasts: Forecasts = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def write(self, name: str, client: Client, days: Days, values: Matrix) -> None:
        """Note forecasts of some days of a client."""
        empty = np.full((client.history.days, 24), np.nan)
        self.forecasts.setdefault(name, {}).setdefault(client.client_id, empty)[days] = values


def forecast(task: Task) -> tuple[Forecasts, dict[str, float]]:
    """Forecasts of one network, also fitted to each client, and the seconds that they took."""
    variant = Variant(task.name, task.parameters, task.own, task.seed + task.fleet.params.train.seed)
    for _ in follow(task.fleet, [variant]):
        pass
    return variant.forecasts, dict(variant.seconds)


def with_means(forecasts: Forecasts) -> Forecasts:
    """The forecasts and the means of `MEANS`."""
    means = {
        name: {client: np.mean([forecasts[part][client] for part in parts], axis=0) for client in forecasts[parts[0]]}
        for name, parts in MEANS.items()
    }
    return {**forecasts, **means}


def starts(fleet: Fleet) -> list[int]:
    """All midnights of the fleet's schedule."""
    days = max(fleet.offset(client) + client.history.days for client in fleet.clients)
    return [int(start) for start in splits.refit_days(days, fleet.params.backtest.refit_days, MIN_DAYS)]


def follow(fleet: Fleet, variants: Sequence[Variant]) -> Iterator[int]:
    """Refit all variants along the schedule; yields each midnight when it is done. Inputs are made once for all."""
    for start in starts(fleet):
        made: dict[tuple[int, int], tuple[dict[str, Rows], Asked]] = {}
        for variant in variants:
            form = (variant.parameters["window_days"], variant.parameters["level_days"])
            if form not in made:
                began = time.perf_counter()
                made[form] = learnt(fleet, start, variant.parameters), _asked(fleet, start, variant.parameters)
                variant.seconds[f"{variant.name}_inputs"] += time.perf_counter() - began
            _refit(start, variant, *made[form])
        yield start


def _refit(start: int, variant: Variant, rows: dict[str, Rows], asked: Asked) -> None:
    began = time.perf_counter()
    together = fitted.joined(list(rows.values()))
    try:
        variant.model = fitted.fit_rows(together, variant.parameters, variant.seed + start, variant.model)
    except ModelError:
        return
    for client, days, read in asked:
        variant.write(variant.name, client, days, variant.model.quantiles(read)[:, :, MIDDLE])
    done = time.perf_counter()
    variant.seconds[variant.name] += done - began
    if not variant.own:
        return
    for client, days, read in asked:
        if client.client_id in rows:
            own = fitted.fit_own(rows[client.client_id], variant.model, variant.seed + start)
            variant.write(f"{variant.name}_own", client, days, own.quantiles(read)[:, :, MIDDLE])
    variant.seconds[f"{variant.name}_own"] += time.perf_counter() - done


def learnt(fleet: Fleet, start: int, parameters: dict[str, Any]) -> dict[str, Rows]:
    """Rows by client, of those that have usable days before `start`."""
    there = [(number, client) for number, client in enumerate(fleet.clients, 1) if start > fleet.offset(client)]
    rows = {
        client.client_id: fitted.client_rows(history, days, parameters, (fleet.params.train.seed, number))
        for (number, client), (history, days) in zip(there, fleet.known_at(start), strict=True)
    }
    return {client: found for client, found in rows.items() if found is not None}


def _asked(fleet: Fleet, start: int, parameters: dict[str, Any]) -> Asked:
    """Days of each client up to the next refit, with what a network reads for them."""
    found = []
    for client in fleet.clients:
        first = start - fleet.offset(client)
        days = np.arange(
            max(first, MIN_DAYS, parameters["window_days"]),
            min(first + fleet.params.backtest.refit_days, client.history.days),
        )
        if len(days):
            found.append((client, days, inputs(client.history, days, parameters)))
    return found
