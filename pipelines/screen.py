"""readings -> issues, first events, mask: no model, each client by itself."""

import shutil
from functools import partial

from pipelines import common
from pipelines.clients import Client, read_clients
from vigia import frames
from vigia.config import Params
from vigia.detection.screen import Screened, screen_client

TABLES = ("issues", "events", "event_channels")


def screen_one(client: Client, params: Params) -> Screened:
    """Screen one client and write its mask and findings."""
    result = screen_client(
        client.readings(),
        client.attributes,
        params.screen,
        params.splits,
        params.fleet.country,
        client.site_log,
        client.verdicts,
    )
    frames.write_client(result.mask, common.MASK, client.client_id)
    frames.write_client(result.findings, common.FINDINGS, client.client_id)
    return result


def main() -> None:
    """Run the stage."""
    params, clients = common.params("screen"), read_clients()
    for folder in (common.MASK, common.FINDINGS):
        shutil.rmtree(folder, ignore_errors=True)
    done = common.compute().run(partial(screen_one, params=params), clients)
    found = {client.client_id: result for client, result in common.followed(done, len(clients), "screen")}
    for name in TABLES:
        parts = [getattr(found[client.client_id], name) for client in clients]
        frames.write(frames.concat(name, parts, params.fleet.timezone), common.SCREEN / f"{name}.parquet")


if __name__ == "__main__":
    common.run(main)
