"""The stored history of a client with posted readings: what is expected of it, and what its events are."""

import pandas as pd

from serving.release.served import Served, ServedClient
from vigia import frames
from vigia.config.sections.screen import ScreenParams
from vigia.extension import Extended, Known, Look, extend, normal_history, prepared
from vigia.models import DailyHistory


def newer_history(served: Served, client: ServedClient, posted: pd.DataFrame, basis: str) -> DailyHistory:
    """The history of the wanted basis with posted readings; one that is stored already is replaced."""
    stored, params = client.stored, served.release.params
    kept = stored.readings[~stored.readings["timestamp"].isin(posted["timestamp"])]
    joined = pd.concat([kept, posted], ignore_index=True).sort_values("timestamp", ignore_index=True)
    if basis == "normal":
        look = look_at(served, client, params.screen)
        return normal_history(_prepared(served, client, look), joined, look)
    return DailyHistory.from_readings(joined, stored.measured.zone, params.fleet.country)


def up_to(client: ServedClient, posted: pd.DataFrame) -> pd.DataFrame:
    """The posted readings with the stored ones before them, which are their context."""
    stored = client.stored.readings
    earlier = stored[stored["timestamp"] < posted["timestamp"].iloc[0]]
    return frames.concat("readings", [earlier, posted], client.stored.measured.zone)


def extended(served: Served, client: ServedClient, readings: pd.DataFrame, screen: ScreenParams) -> Extended:
    """Mask, expectation, bands and events of a client whose readings are these, without a refit.

    What people said of the client when the release was made holds on: an accepted event does not come back.
    """
    look = look_at(served, client, screen)
    return extend(_prepared(served, client, look), readings, look, served.release.params.detect)


def look_at(served: Served, client: ServedClient, screen: ScreenParams) -> Look:
    """How a client is looked at, with what people had said of it when the release was made."""
    release = served.release
    country = release.params.fleet.country
    return Look(client.stored.attributes, screen, country, release.site_log, release.verdicts)


def _prepared(served: Served, client: ServedClient, look: Look) -> Known:
    """What is known of a client, with checkpoints for these parameters."""
    parameters = look.screen.model_dump_json()
    return served.prepared.of(
        client.client_id, parameters, lambda: prepared(client.known, client.stored.readings, look)
    )
