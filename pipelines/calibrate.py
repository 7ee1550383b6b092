"""forecasts + expected + readings + mask -> thresholds, bands."""

from functools import partial

import pandas as pd

from pipelines import common
from pipelines.client_data import client_data
from vigia import frames
from vigia.calibrate import Pool, Scaled, calibrate_scaled, pool_tails, scale_client, share
from vigia.calibrate.pool import Key, Share
from vigia.config import Params

WORTH_PROCESSES = 50
"""Clients from which on the first, light pass is worth starting processes for."""


def scale_one(client: str, params: Params) -> tuple[Scaled, dict[Key, Share]]:
    """Residuals and scales of one client, and what it gives to the fleet's tails."""
    (data,) = client_data([client])
    expected = frames.read_client(common.BACKTEST / "expected", "expected", client)
    ahead = frames.read_client(common.BACKTEST / "ahead", "forecasts", client)
    scaled = scale_client(data, expected, ahead, params)
    return scaled, share(scaled, params)


def calibrate_one(scaled: Scaled, params: Params, pool: Pool, export_allowed: frozenset[str]) -> pd.DataFrame:
    """Calibrate one client, write its bands, and return its thresholds."""
    result = calibrate_scaled(scaled, params, scaled.client_id in export_allowed, pool)
    frames.write_client(result.bands, common.CALIBRATE / "bands", scaled.client_id)
    return result.thresholds


def main() -> None:
    """Run the stage."""
    params, ids, table = common.params("calibrate"), common.clients(), common.client_table()
    exporting = frozenset(table.index[table["export_allowed"].fillna(False).astype(bool)])
    compute = common.compute()
    light = compute if len(ids) >= WORTH_PROCESSES else compute.at_most(1)
    first = light.run(partial(scale_one, params=params), ids)
    scaled = dict(common.followed(first, len(ids), "residuals"))
    pool = pool_tails([scaled[client][1] for client in ids])
    work = partial(calibrate_one, params=params, pool=pool, export_allowed=exporting)
    second = compute.run(work, [scaled[client][0] for client in ids])
    done = {task.client_id: rows for task, rows in common.followed(second, len(ids), "calibrate")}
    thresholds = frames.concat("thresholds", [done[client] for client in ids], params.fleet.timezone)
    frames.write(thresholds, common.CALIBRATE / "thresholds.parquet")


if __name__ == "__main__":
    common.run(main)
