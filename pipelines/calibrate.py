"""forecasts + expected + readings + mask -> thresholds, bands."""

from functools import partial

import pandas as pd

from pipelines import common
from vigia import frames, parallel
from vigia.calibrate import calibrate_client
from vigia.config import Params, load_params


def calibrate_one(client: str, params: Params, export_allowed: frozenset[str]) -> pd.DataFrame:
    """Calibrate one client, write its bands, and return its thresholds."""
    (data,) = common.client_data([client])
    result = calibrate_client(
        data,
        frames.read_client(common.BACKTEST / "expected", "expected", client),
        frames.read_client(common.BACKTEST / "ahead", "forecasts", client),
        params,
        client in export_allowed,
    )
    frames.write_client(result.bands, common.CALIBRATE / "bands", client)
    return result.thresholds


def main() -> None:
    """Run the stage."""
    params, ids, table = load_params(), common.clients(), common.client_table()
    exporting = frozenset(table.index[table["export_allowed"].fillna(False).astype(bool)])
    work = partial(calibrate_one, params=params, export_allowed=exporting)
    done = dict(common.followed(parallel.run(work, ids, common.workers()), len(ids), "calibrate"))
    thresholds = frames.concat("thresholds", [done[client] for client in ids], params.fleet.timezone)
    frames.write(thresholds, common.CALIBRATE / "thresholds.parquet")


if __name__ == "__main__":
    common.run(main)
