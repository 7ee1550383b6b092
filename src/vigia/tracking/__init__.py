"""MLflow: `runs`, those of `training` and `evaluation`, and the model `registry` (the only importers of it)."""

import os

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("DO_NOT_TRACK", "true")

from vigia.tracking.evaluation import Evaluation, decided, log_evaluation  # telemetry is decided at import
from vigia.tracking.registry import RELEASE, RegisteredVersion, Released, describe, move_alias, register
from vigia.tracking.runs import Tracker
from vigia.tracking.system import sampled
from vigia.tracking.training import log_candidates, log_pictures, log_scores

__all__ = [
    "RELEASE",
    "Evaluation",
    "RegisteredVersion",
    "Released",
    "Tracker",
    "decided",
    "describe",
    "log_candidates",
    "log_evaluation",
    "log_pictures",
    "log_scores",
    "move_alias",
    "register",
    "sampled",
]
