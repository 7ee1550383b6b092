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
        str(client): {row.family: json.loads(row.parameters) for row in part.itertuples()}
        for client, part in usable.groupby("client_id")
    }
    chosen = frames.read(common.CHOSEN, "chosen").set_index("client_id")["family"].to_dict()
    done = backtest_fleet(client_data(ids), chosen, parameters, params, common.BACKTEST, compute)
    for _ in common.followed(done, len(ids) + compute.workers, "backtest"):
        pass


if __name__ == "__main__":
    common.run(main)
