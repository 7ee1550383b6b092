"""Two clients of the demo fleet, and parameters whose fits are quick."""

from typing import Any

import pandas as pd
import pytest

from tests.support.zone import ZONE
from vigia import frames
from vigia.config import Params
from vigia.config.sections.fleet import FleetParams
from vigia.config.sections.train import TrainParams
from vigia.simulation.demo import generate
from vigia.train import ClientData

QUICK: dict[str, dict[str, Any]] = {
    "seasonal": {"weeks": 4},
    "xgboost": {
        "levels": "7",
        "step_hours": 24,
        "trees": 25,
        "max_depth": 3,
        "learning_rate": 0.15,
        "subsample": 0.8,
        "colsample": 0.6,
        "min_child_weight": 4.0,
        "reg_lambda": 2.0,
    },
    "autoregression": {"trees": 25, "leaves": 8, "learning_rate": 0.1, "min_child_weight": 10.0},
    "lstm": {
        "window_days": 14,
        "level_days": 7,
        "units": 8,
        "epochs": 3,
        "learning_rate": 0.01,
        "batch_size": 64,
    },
}

QUICK_TRAINING = TrainParams(xgboost_trials=2, xgboost_own_trials=1, lstm_trials=1, fleet_trials=1, origins=2)


@pytest.fixture(scope="session")
def params() -> Params:
    return Params(fleet=FleetParams(name="test", timezone=ZONE), train=QUICK_TRAINING)


@pytest.fixture(scope="session")
def demo(params: Params) -> dict[str, ClientData]:
    """Demo clients 2 and 7 with a mask made of their known faults, each known a day after it began."""
    fleet = generate(params.fetch.demo, params.fleet.timezone)
    faults = fleet.labels[~fleet.labels["benign"] & (fleet.labels["channel"] == "active")]
    found = {}
    for client in ("2", "7"):
        readings = fleet.readings[fleet.readings["client_id"] == client].reset_index(drop=True)
        found[client] = ClientData(client, readings, _mask(faults[faults["client_id"] == client]))
    return found


def _mask(faults: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for mode, delay in (("past_only", 1), ("two_sided", 0), ("two_sided_before_test", 0)):
        part = faults[["client_id", "channel", "start", "end"]].assign(mode=mode)
        parts.append(part.assign(known_at=part["start"] + pd.Timedelta(days=delay)))
    return frames.check("mask", pd.concat(parts, ignore_index=True))
