"""Families of forecasters. A fitted one predicts 24 hours a day from one midnight; `load` reads one from a folder."""

from vigia.models.base import FAMILIES, FittedForecaster, predict_ahead
from vigia.models.history import DailyHistory
from vigia.models.loading import load

__all__ = ["FAMILIES", "DailyHistory", "FittedForecaster", "load", "predict_ahead"]
