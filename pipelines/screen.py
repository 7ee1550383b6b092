"""readings -> issues, first events, mask: no model, each client by itself."""

from functools import partial

import pandas as pd

from pipelines import common
from vigia import frames, parallel
from vigia.config import Params, load_params
from vigia.detection.screen import Screened, screen_client

TABLES = ("issues", "events", "event_channels", "mask")


def screen_one(client: str, params: Params, site_log: pd.DataFrame, verdicts: pd.DataFrame) -> Screened:
    """Screen one client."""
    readings = frames.read_client(common.INGEST / "readings", "readings", client)
    attributes = common.attributes(client, common.client_table())
    return screen_client(readings, attributes, params.screen, params.splits, params.fleet.country, site_log, verdicts)


def main() -> None:
    """Run the stage."""
    params, ids = load_params(), common.clients()
    site_log = frames.read(common.INGEST / "site_log.parquet", "site_log")
    verdicts = frames.read(common.INGEST / "verdicts.parquet", "verdicts")
    done = parallel.run(partial(screen_one, params=params, site_log=site_log, verdicts=verdicts), ids, common.workers())
    results = dict(common.followed(done, len(ids), "screen"))
    for name in TABLES:
        parts = [getattr(results[client], name) for client in ids]
        frames.write(frames.concat(name, parts, params.fleet.timezone), common.SCREEN / f"{name}.parquet")


if __name__ == "__main__":
    common.run(main)
