"""A backtest's matrices as the tables of the contracts."""

from typing import Any

import numpy as np
import pandas as pd

from vigia import frames
from vigia.features import MIN_DAYS
from vigia.models.history import DailyHistory, Matrix


def forecasts(
    client_id: str, history: DailyHistory, values: dict[str, Matrix], chosen: str, first_scored: int
) -> pd.DataFrame:
    """Table `forecasts`: the chosen model on all days, the others on the windows that are scored.

    Days without a value are left out.

    Args:
        client_id: whose.
        history: as measured.
        values: (days, 24) forecasts by model.
        chosen: name of the chosen one.
        first_scored: first day of the earliest window.
    """
    midnights = history.midnights()
    parts = []
    for name, matrix in values.items():
        days = np.flatnonzero(np.isfinite(matrix).all(axis=1))
        days = days if name == chosen else days[days >= max(first_scored, MIN_DAYS)]
        hours = history.hours(days)
        parts.append(
            pd.DataFrame(
                {
                    "client_id": client_id,
                    "timestamp": hours.times,
                    "issued_at": midnights[days[hours.row]],
                    "forecast_kwh": hours.of(matrix[days]),
                    "model": name,
                }
            )
        )
    joined = frames.concat("forecasts", parts, history.zone)
    return frames.check("forecasts", joined)


def ahead(client_id: str, history: DailyHistory, values: Matrix, family: str) -> pd.DataFrame:
    """Table `forecasts` of (days, horizon, 24) values: all days from each midnight on that lie in the history."""
    horizon = values.shape[1]
    origins = np.flatnonzero(np.isfinite(values).all(axis=(1, 2)))
    target = origins[:, None] + np.arange(horizon)
    inside = target < history.days
    if not len(origins):
        return frames.empty("forecasts", history.zone)
    issued = np.broadcast_to(origins[:, None], target.shape)[inside]
    hours = history.hours(target[inside])
    return pd.DataFrame(
        {
            "client_id": client_id,
            "timestamp": hours.times,
            "issued_at": history.midnights()[issued[hours.row]],
            "forecast_kwh": hours.of(values[origins][inside]),
            "model": family,
        }
    )


def expected(
    client_id: str,
    history: DailyHistory,
    past_only: tuple[Matrix, np.ndarray],
    two_sided: tuple[Matrix, np.ndarray],
) -> pd.DataFrame:
    """Table `expected`, from the values of each mode and the name of the model of each day."""
    hours = history.hours()
    new = np.arange(history.days) < MIN_DAYS
    known = np.isfinite(past_only[0]).all(axis=1)
    both = np.isfinite(two_sided[0]).all(axis=1)
    quality = (
        np.where(known, np.where(new, "provisional", "ok"), "warming_up"),
        np.where(both, np.where(new, "provisional", "ok"), "missing_history"),
    )
    parts = [
        pd.DataFrame(
            {
                "timestamp": hours.times,
                "issued_at": history.midnights()[hours.row],
                "mode": mode,
                "expected_kwh": hours.of(values),
                "model": names[hours.row],
                "quality": kind[hours.row],
            }
        )
        for mode, (values, names), kind in zip(frames.MODES, (past_only, two_sided), quality, strict=True)
    ]
    parts[1]["issued_at"] = pd.Series(pd.NaT, index=parts[1].index, dtype=parts[0]["issued_at"].dtype)
    frame = pd.concat(parts, ignore_index=True)
    frame.insert(0, "client_id", client_id)
    return frames.check("expected", frame)


def fallback_issue(client_id: str, message: str) -> dict[str, Any]:
    """A row of `issues`: another family than the chosen one speaks."""
    return {
        "client_id": client_id,
        "code": "model_fallback",
        "severity": "warns",
        "start": None,
        "end": None,
        "message": message,
    }
