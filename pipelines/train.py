"""readings + mask -> candidates: every family of every client, tuned and logged."""

from pipelines import common
from pipelines.client_data import client_data
from vigia import frames, tracking
from vigia.config import load_settings
from vigia.models import families
from vigia.train import Trained, train_fleet


def main() -> None:
    """Run the stage."""
    params, ids = common.params("train"), common.clients()
    data = client_data(ids)
    done = train_fleet(data, params, common.TRAIN, common.compute())
    with tracking.sampled() as system:
        for _ in common.followed(done, len(ids) + len(families.tuned()), "train"):
            pass
    trained = Trained.read(common.TRAIN, ids, params.splits.block_days)
    frames.write(trained.table(params.splits.block_days), common.CANDIDATES)
    tracker = tracking.Tracker(load_settings().tracking, params.fleet.name)
    tracking.log_candidates(tracker, data, trained, common.client_table(), params, system)


if __name__ == "__main__":
    common.run(main)
