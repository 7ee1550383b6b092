"""Clients of the last run as their models see them."""

from collections.abc import Iterable

from pipelines import common
from vigia import frames
from vigia.train import ClientData


def client_data(client_ids: Iterable[str]) -> list[ClientData]:
    """Readings and mask of each client."""
    return [
        ClientData(
            client,
            frames.read_client(common.READINGS, "readings", client),
            frames.read_client(common.MASK, "mask", client),
        )
        for client in client_ids
    ]
