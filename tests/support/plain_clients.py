"""Readings of plain clients, for tests that need few of them fast, and their files."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

ZONE = "America/Lima"
DAYS = 200


def plain(client: str, level: float = 100.0, days: int = DAYS, seed: int = 0) -> pd.DataFrame:
    """Active energy alone: the same every day but for a little noise."""
    stamps = pd.date_range("2024-01-01", periods=24 * days, freq="h", tz=ZONE, unit="us")
    shape = 1.0 + 0.4 * np.sin(2 * np.pi * (stamps.hour.to_numpy() - 6) / 24)
    noise = np.exp(np.random.default_rng([seed, len(client), ord(client[-1])]).normal(0.0, 0.03, len(stamps)))
    values = (level * shape * noise).round(3)
    return pd.DataFrame({"client_id": client, "timestamp": stamps, "active_energy_kwh": values})


def changed(readings: pd.DataFrame, first_day: int, last_day: int, factor: float) -> pd.DataFrame:
    """The same with the days from `first_day` to before `last_day` multiplied."""
    out = readings.copy()
    out.loc[24 * first_day : 24 * last_day - 1, "active_energy_kwh"] *= factor
    return out


def write_files(folder: Path, files: Mapping[str, pd.DataFrame]) -> None:
    """Write a meter file for each name, in the form of the default mapping."""
    folder.mkdir(exist_ok=True)
    for name, readings in files.items():
        lines = [
            f"{when:%Y-%m-%d %H:%M},{value:.3f}"
            for when, value in zip(readings["timestamp"], readings["active_energy_kwh"], strict=True)
        ]
        (folder / name).write_text("\n".join(["Fecha,Active_energy", *lines, ""]), encoding="utf-8")
