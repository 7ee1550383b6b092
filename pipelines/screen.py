"""readings -> issues, first events, mask: no model, each client by itself."""

from functools import partial

from pipelines import common
from vigia import frames, parallel
from vigia.config import Params, load_params
from vigia.detection.screen import Screened, screen_client

TABLES = ("issues", "events", "event_channels", "mask")


def screen_one(client: str, params: Params) -> Screened:
    """Screen one client."""
    readings = frames.read_client(common.INGEST / "readings", "readings", client)
    return screen_client(
        readings, common.client_table().loc[client].to_dict(), params.screen, params.splits, params.fleet.country
    )


def main() -> None:
    """Run the stage."""
    params, ids = load_params(), common.clients()
    done = parallel.run(partial(screen_one, params=params), ids, common.workers())
    results = dict(common.followed(done, len(ids), "screen"))
    for name in TABLES:
        parts = [getattr(results[client], name) for client in ids]
        frames.write(frames.concat(name, parts, params.fleet.timezone), common.SCREEN / f"{name}.parquet")


if __name__ == "__main__":
    common.run(main)
