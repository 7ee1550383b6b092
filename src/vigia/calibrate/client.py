"""Thresholds and bands of one client."""

from dataclasses import dataclass

import pandas as pd

from vigia import frames
from vigia.calibrate import offsets
from vigia.calibrate.pool import Pool
from vigia.calibrate.residuals import Scaled, scale_client
from vigia.calibrate.tables import band_rows, threshold_rows
from vigia.config import Params
from vigia.train import ClientData


@dataclass(frozen=True)
class Calibrated:
    """Tables `thresholds` and `bands` of one client."""

    thresholds: pd.DataFrame
    bands: pd.DataFrame


def calibrate_client(
    data: ClientData,
    expected: pd.DataFrame,
    ahead: pd.DataFrame,
    params: Params,
    export_allowed: bool,
    pool: Pool | None = None,
) -> Calibrated:
    """Scale and calibrate one client; without a `pool`, tails with too few values are null."""
    return calibrate_scaled(scale_client(data, expected, ahead, params), params, export_allowed, pool)


def calibrate_scaled(scaled: Scaled, params: Params, export_allowed: bool, pool: Pool | None = None) -> Calibrated:
    """Offsets of all streams of a client as thresholds, and the bands of both modes, one day ahead.

    Past-only thresholds are renewed each `renew_days` counted from the client's first day, and once more at the end
    of the last day, for what comes.
    """
    thresholds, bands = [], []
    for stream in scaled.streams:
        past_only = stream.mode == "past_only"
        if past_only:
            made = offsets.past_only(stream, scaled.dates(stream.schedule), params.calibrate, pool)
        else:
            made = offsets.two_sided(stream, params.calibrate)
        thresholds.append(threshold_rows(scaled, stream, made, params.calibrate))
        if stream.basis == "normal" and stream.horizon == 1:
            expected = scaled.past if past_only else scaled.two_sided
            bands += band_rows(scaled, stream, expected, made, params.calibrate, export_allowed)
    return Calibrated(
        frames.check("thresholds", pd.concat(thresholds, ignore_index=True)),
        frames.check("bands", pd.concat(bands, ignore_index=True)),
    )
