"""What a registered model takes and gives, as MLflow knows it."""

import numpy as np
import pandas as pd
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, ParamSchema, ParamSpec, Schema
from mlflow.types.schema import AnyType

from vigia.outlook.pyfunc import DAYS
from vigia.outlook.readings import OPTIONAL, REQUIRED

TIME, *ENERGY = REQUIRED
FORECAST = ("forecast_kwh", "lower_kwh", "upper_kwh")


def signature(level: float) -> ModelSignature:
    """Readings to hours, with `days` and `level` as parameters.

    The types of what goes in are left open, because MLflow has none for times as text and as datetimes with and without
    a zone, and refuses whole numbers where it expects others. The model itself checks them, with a sentence.

    Args:
        level: of the bands where nobody asks for another one.
    """
    return ModelSignature(
        Schema(
            [
                *(ColSpec(AnyType(), name) for name in REQUIRED),
                *(ColSpec(AnyType(), name, required=False) for name in OPTIONAL),
            ]
        ),
        Schema([ColSpec("string", TIME), *(ColSpec("double", name) for name in FORECAST)]),
        ParamSchema([ParamSpec("days", "long", DAYS), ParamSpec("level", "double", level)]),
    )


def made_up_readings(days: int) -> pd.DataFrame:
    """Hourly readings of some days that no meter measured, as the input example of a registered model."""
    stamps = pd.date_range("2024-01-01", periods=24 * days, freq="h", tz="UTC")
    energy = (100 + 40 * np.sin(2 * np.pi * stamps.hour.to_numpy() / 24)).round(1)
    return pd.DataFrame({TIME: [when.isoformat() for when in stamps], ENERGY[0]: energy})
