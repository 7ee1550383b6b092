"""Forecasters. A fitted one predicts 24 hours a day from one midnight; `load` reads one of any family from a folder.

`families` holds the record of each family, from which everything else follows. No library of a family is imported
before its first model is fitted or read.
"""

from vigia.models.ahead import predict_ahead
from vigia.models.forecaster import FittedForecaster
from vigia.models.history import DailyHistory
from vigia.models.loading import load

__all__ = ["DailyHistory", "FittedForecaster", "load", "predict_ahead"]
