"""readings + mask + candidates + chosen -> forecasts, expected, released models."""

import json

from pipelines import common
from pipelines.client_data import client_data
from vigia import frames
from vigia.backtest import backtest_fleet


def main() -> None:
    """Run the stage."""
    params, ids, compute = common.params("backtest"), common.clients(), common.compute()
    candidates = frames.read(common.CANDIDATES, "candidates")
    usable = candidates[candidates["status"] != "failed"]
    parameters = {
        str(client): dict(zip(part["family"], part["parameters"].map(json.loads), strict=True))
        for client, part in usable.groupby("client_id")
    }
    choice = frames.read(common.CHOSEN, "chosen")
    chosen = dict(zip(choice["client_id"], choice["family"], strict=True))
    done = backtest_fleet(client_data(ids), chosen, parameters, params, common.BACKTEST, compute)
    for _ in common.followed(done, len(ids) + compute.workers, "backtest"):
        pass


if __name__ == "__main__":
    common.run(main)
