"""Forecasts of the test slice with the defaults of each family, on the backtest's past-only schedule."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.fleet import Client, Fleet
from vigia.backtest.models import measured_forecasts, past_only_models
from vigia.config import Params
from vigia.errors import ModelError
from vigia.models import families
from vigia.models.families.fleet import PROVISIONAL_DAYS, fit_fleet

Totals = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ClientTask:
    """A family to fit to one client."""

    client: Client
    family: str
    params: Params


@dataclass(frozen=True)
class FleetTask:
    """Refits of the fleet model."""

    fleet: Fleet
    starts: list[int]


def forecast_client(task: ClientTask) -> Totals:
    """(n,) totals of the client's scored days; NaN where there is too little to fit to."""
    client = task.client
    models = past_only_models(
        task.family, families.named(task.family).defaults, client.as_of, task.params, first_needed=client.test_start
    )
    return np.asarray(measured_forecasts(models, client.history)[client.scored].sum(axis=1))


def forecast_clients(task: FleetTask) -> dict[str, Totals]:
    """The same of the fleet model, by client, for the days that the refits predict."""
    fleet = task.fleet
    found = {client.client_id: np.full(len(client.scored), np.nan) for client in fleet.clients}
    for start in task.starts:
        try:
            model = fit_fleet(fleet.known_at(start), families.FLEET.defaults, fleet.params.train.seed)
        except ModelError:
            continue
        for client in fleet.clients:
            days = fleet.predicted(client, start)
            days = days[days >= PROVISIONAL_DAYS]
            if len(days):
                totals = model.predict(client.history, days).sum(axis=1)
                found[client.client_id][np.searchsorted(client.scored, days)] = totals
    return found


def forecast(task: ClientTask | FleetTask) -> dict[str, Totals]:
    """Forecasts by client of either kind of task."""
    if isinstance(task, FleetTask):
        return forecast_clients(task)
    return {task.client.client_id: forecast_client(task)}
