"""MLflow: training `runs` and the model `registry` (the only importers of it)."""

import os

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("DO_NOT_TRACK", "true")

from vigia.tracking.registry import RELEASE, RegisteredVersion, move_alias, register  # telemetry is decided at import
from vigia.tracking.runs import Tracker

__all__ = ["RELEASE", "RegisteredVersion", "Tracker", "move_alias", "register"]
