"""readings + mask -> candidates: every family of every client, tuned and logged."""

import pandas as pd

from pipelines import common
from pipelines.client_data import client_data
from vigia import frames, tracking
from vigia.config import load_settings
from vigia.train import read_candidates, train_fleet


def main() -> None:
    """Run the stage."""
    params, ids = common.params("train"), common.clients()
    data = client_data(ids)
    done = train_fleet(data, params, common.TRAIN, common.compute())
    for _ in common.followed(done, len(ids) + 1, "train"):
        pass
    results = {client: read_candidates(common.TRAIN, client, params.splits.block_days) for client in ids}
    rows = [candidate.row(params.splits.block_days) for client in ids for candidate in results[client]]
    frames.write(frames.check("candidates", pd.DataFrame(rows)), common.CANDIDATES)
    tracker = tracking.Tracker(load_settings().tracking, params.fleet.name)
    tracker.log_candidates(data, results, common.client_table(), params)


if __name__ == "__main__":
    common.run(main)
