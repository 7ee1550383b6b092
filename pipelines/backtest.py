"""readings + mask + candidates + chosen -> forecasts, expected, released models."""

import json

from pipelines import common
from vigia import frames
from vigia.backtest import backtest_fleet
from vigia.config import load_params


def main() -> None:
    """Run the stage."""
    params, ids = load_params(), common.clients()
    candidates = frames.read(common.CANDIDATES, "candidates")
    usable = candidates[candidates["status"] != "failed"]
    parameters = {
        str(client): {row.family: json.loads(row.parameters) for row in part.itertuples()}
        for client, part in usable.groupby("client_id")
    }
    chosen = frames.read(common.CHOSEN, "chosen").set_index("client_id")["family"].to_dict()
    done = backtest_fleet(common.client_data(ids), chosen, parameters, params, common.BACKTEST, common.workers())
    for _ in common.followed(done, len(ids) + common.workers(), "backtest"):
        pass


if __name__ == "__main__":
    common.run(main)
