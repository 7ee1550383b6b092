"""Clients of the last run with their clean hours, as the bench takes them."""

from collections.abc import Iterable

from pipelines import common
from vigia import frames
from vigia.bench.subjects import Subject
from vigia.config import Params


def read_subjects(client_ids: Iterable[str], params: Params) -> list[Subject]:
    """These clients; the tables of the fleet are read once."""
    clients = common.client_table()
    events = frames.read(common.SCREEN / "events.parquet", "events")
    return [
        Subject.of(
            frames.read_client(common.READINGS, "readings", client),
            common.attributes(client, clients),
            frames.read_client(common.MASK, "mask", client),
            events[events["client_id"] == client],
            params.fleet.timezone,
        )
        for client in client_ids
    ]
